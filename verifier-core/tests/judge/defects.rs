//! Deviation lists (Doc 9303) and defect lists (BSI TR-03129-2): what each entry does to which check, and that lists
//! which nobody may believe do nothing.

use std::collections::BTreeMap;

use time::Duration;
use verifier_core::Outcome::{self, Failed, NotSupported, Successful, Undetermined};
use verifier_core::capture::Capture;
use verifier_core::trust::{Import, ImportReport, Snapshot};
use verifier_core::{Policy, Report, Severity, Time, Verifier};
use verifier_fixtures::document::{ChipKey, Document, Plan, SignerName};
use verifier_fixtures::forge::certificate::{CertificateBuilder, Profile, extended_key_usage};
use verifier_fixtures::forge::deviation_list::{
    Concerned, DefectListBuilder, DeviationListBuilder, defect, deviation,
};
use verifier_fixtures::forge::master_list::MasterListBuilder;
use verifier_fixtures::forge::sod::SodBuilder;
use verifier_fixtures::key::{Curve, Hash, PrivateKey, Scheme};
use verifier_fixtures::name::Name;
use verifier_fixtures::world::Identity;
use verifier_fixtures::{der, lds};

use crate::world::{WORLD, chip_only, today, trouble};

const DEVIATION_SIGNING: &str = "2.23.136.1.1.8";
const DEFECT_SIGNING: &str = "0.4.0.127.0.7.3.11.2.1.2";
const ECDSA: Scheme = Scheme::Ecdsa(Hash::Sha256);

/// A list signer under `issuer`, in the issuer's name.
fn list_signer(label: &str, purpose: &str, issuer: &Identity, name: &Name) -> Identity {
    let key = PrivateKey::ec(WORLD.seed(), label, Curve::P256);
    let from = today().at() - Duration::days(50);
    let until = from + Duration::days(700);
    let authority = Some(issuer.key_identifier.as_slice());
    let mut builder = CertificateBuilder::new(Profile::MasterListSigner, &key, authority, from, until)
        .put(extended_key_usage(&[purpose]));
    builder.issuer = name.clone();
    builder.subject = Name(name.0.iter().take(3).cloned().collect()).with("2.5.4.3", label);
    Identity::issue(&builder, key, ECDSA, &issuer.key, issuer.scheme)
}

fn utopian(label: &str, purpose: &str) -> Identity {
    list_signer(label, purpose, WORLD.new_authority(), &verifier_fixtures::forge::certificate::csca_name())
}

fn signed_at() -> time::OffsetDateTime {
    today().at() - Duration::days(3)
}

fn defects(entries: Vec<Vec<u8>>) -> Vec<u8> {
    let mut list = DefectListBuilder::new(&utopian("defect list", DEFECT_SIGNING), signed_at());
    list.defects = entries;
    list.sign()
}

fn deviations(entries: Vec<Vec<u8>>) -> Vec<u8> {
    let mut list = DeviationListBuilder::new(&utopian("deviation list", DEVIATION_SIGNING), signed_at());
    list.deviations = entries;
    list.sign()
}

/// Utopia's store with one list more.
fn store(list: &[u8]) -> (Snapshot, ImportReport) {
    let import = Import::new(today().at())
        .pin_bytes("csca.cer", WORLD.ml_signer_csca())
        .bytes("list.ml", WORLD.master_list())
        .bytes("list.crl", WORLD.crl())
        .bytes("known.list", list);
    Snapshot::empty().import(&import)
}

fn judged_at(list: Option<&[u8]>, capture: &Capture, at: Time, policy: Policy) -> Report {
    let trust = list.map_or_else(crate::world::trust, |list| {
        let (snapshot, report) = store(list);
        assert!(!report.has_refusals(), "{report:?}");
        snapshot
    });
    Verifier::builder().policy(policy).trust(trust).build().unwrap().verify(capture, at)
}

fn document(signer: SignerName) -> Document {
    WORLD.issue(&Plan::passport(2, signer, ChipKey::EcdsaP256))
}

/// What a reader delivers of this document, active authentication included.
fn captured(document: &Document) -> Capture {
    use verifier_core::capture::{Authentication, Protocol};
    let mut capture = Capture::new();
    capture.mrz = Some(document.mrz.clone());
    for (name, file) in &document.files {
        capture.chip_mut().insert(name, file.clone());
    }
    let mut run = Authentication::new(Protocol::ActiveAuthentication);
    run.challenge = Some(vec![7; 8]);
    run.response = document.answer_challenge(&[7; 8]);
    run.status_word = Some(0x9000);
    capture.chip_mut().authentication.push(run);
    capture
}

fn genuine() -> Capture {
    captured(&document(SignerName::EcdsaP256))
}

/// The genuine document with EF.SOD made anew.
pub fn resigned(signer: &Identity, change: impl FnOnce(&mut SodBuilder)) -> Capture {
    let document = document(SignerName::EcdsaP256);
    let mut sod = SodBuilder::new(&document.data_groups(), signer);
    sod.cms.signing_times.push(today().at() - Duration::days(20));
    change(&mut sod);
    let mut capture = captured(&document);
    capture.chip_mut().insert("EF.SOD", sod.sign());
    capture
}

/// A document signer of the new CSCA with knobs.
pub fn signer_with(label: &str, change: impl FnOnce(&mut CertificateBuilder)) -> Identity {
    let issuer = WORLD.new_authority();
    let key = PrivateKey::ec(WORLD.seed(), label, Curve::P256);
    let from = today().at() - Duration::days(60);
    let authority = Some(issuer.key_identifier.as_slice());
    let mut builder =
        CertificateBuilder::new(Profile::DocumentSigner, &key, authority, from, from + Duration::days(3743));
    change(&mut builder);
    Identity::issue(&builder, key, ECDSA, &issuer.key, issuer.scheme)
}

fn ecdsa() -> &'static Identity {
    WORLD.signer(SignerName::EcdsaP256)
}

fn by_serial(identity: &Identity) -> Concerned {
    Concerned::IssuerAndSerial(identity.issuer.clone(), identity.serial.clone())
}

fn by_digest(octets: &[u8]) -> Concerned {
    Concerned::CertificateDigest(Hash::Sha256.digest(octets))
}

fn enumerated(code: u8) -> Vec<u8> {
    der::tlv(0x0A, &[code])
}

fn outcome(report: &Report, id: &str) -> Outcome {
    report.check(id).unwrap_or_else(|| panic!("{id} is not in the report")).outcome
}

/// One row: without the list the check says `before`, with it `after`, for the reason of the entry's code; and the entry
/// is shown whatever it changed.
struct Row {
    what: &'static str,
    list: Vec<u8>,
    capture: Capture,
    at: Time,
    check: &'static str,
    before: Outcome,
    after: Outcome,
    code: &'static str,
}

impl Row {
    #[track_caller]
    fn holds(&self) -> Report {
        let policy = || {
            let mut policy = chip_only();
            policy.expired_csca = verifier_core::ExpiredCsca::Failed;
            policy
        };
        let before = judged_at(None, &self.capture, self.at, policy());
        assert_eq!(outcome(&before, self.check), self.before, "{} before: {}", self.what, trouble(&before));
        assert!(before.known_defects.is_empty());
        let report = judged_at(Some(&self.list), &self.capture, self.at, policy());
        let check = report.check(self.check).unwrap();
        assert_eq!(check.outcome, self.after, "{}: {}{}", self.what, check.reason.text, trouble(&report));
        let known = report.known_defects.iter().find(|known| known.code == self.code);
        let known = known.unwrap_or_else(|| panic!("{}: {:?}", self.what, report.known_defects));
        let changes = known.changed.iter().any(|id| id.as_str() == self.check);
        let changed = self.before != self.after || check.reason.code == self.code;
        assert_eq!(changes, changed, "{}: {known:?}", self.what);
        if changed {
            assert_eq!(check.reason.code, self.code, "{}", self.what);
            let fingerprint = known.signer_sha256.get(..16).unwrap();
            assert!(check.reason.text.contains(fingerprint), "{}", check.reason.text);
        }
        assert_eq!(known.signed_at.as_deref(), Some("2026-11-18T10:00:00Z"));
        assert_eq!(known.signer_sha256.len(), 64);
        let finding = report.findings_of(self.code).next().unwrap();
        assert!(finding.first_page && finding.text.contains("2026-11-18"), "{}", finding.text);
        assert_eq!(finding.severity == Severity::Warning, !known.changed.is_empty(), "{}", self.what);
        if self.after != Successful && self.before == Failed {
            assert_ne!(report.overall(), Successful, "{}", self.what);
        }
        report
    }
}

fn defect_row(
    what: &'static str,
    (number, parameters): (&str, Vec<u8>),
    capture: Capture,
    (check, before, after): (&'static str, Outcome, Outcome),
    code: &'static str,
) -> Row {
    let list = defects(vec![defect(&by_serial(ecdsa()), number, parameters)]);
    Row { what, list, capture, at: today(), check, before, after, code }
}

fn deviation_row(
    what: &'static str,
    (number, parameters): (&str, Option<Vec<u8>>),
    capture: Capture,
    (check, before, after): (&'static str, Outcome, Outcome),
    code: &'static str,
) -> Row {
    let signer = Concerned::KeyIdentifier(ecdsa().key_identifier.clone());
    let list = deviations(vec![deviation(&signer, number, parameters)]);
    Row { what, list, capture, at: today(), check, before, after, code }
}

/// EF.COM that leaves DG15 out.
fn without_dg15_in_com() -> Capture {
    let mut capture = genuine();
    capture.chip_mut().insert("EF.COM", lds::com::com("0107", "040000", &[1, 2, 14]));
    capture
}

#[test]
fn revoked_signers_fail_or_are_open_by_their_status() {
    for (status, after) in [
        (0, Failed),
        (1, Undetermined),
        (2, Failed),
        (3, Failed),
        (4, Failed),
        (5, Undetermined),
        (40, Undetermined),
    ] {
        let ids = ("chip.signer.revocation", Successful, after);
        let row =
            defect_row("revoked", ("1.1", enumerated(status)), genuine(), ids, "defect.certificate-revoked");
        assert_eq!(row.holds().overall(), after, "status {status}");
    }
}

#[test]
fn compromised_and_failing_protocols() {
    let nothing = || vec![];
    let aa = |before, after| ("chip.aa.answer", before, after);
    defect_row(
        "aa keys",
        ("1.4", nothing()),
        genuine(),
        aa(Successful, Failed),
        "defect.active-keys-compromised",
    )
    .holds();
    // The chip offers no chip authentication, so there is nothing to fail; the entry is shown all the same.
    let ca = ("chip.ca.new-keys", NotSupported, NotSupported);
    defect_row("ca keys", ("1.3", nothing()), genuine(), ca, "defect.chip-keys-compromised").holds();
    let mut garbage = genuine();
    garbage.chip_mut().authentication[0].response = Some(vec![0x55; 64]);
    let code = "defect.protocol-failure";
    defect_row("aa fails", ("1.5", enumerated(1)), garbage.clone(), aa(Failed, Undetermined), code).holds();
    defect_row("all fail", ("1.5", enumerated(6)), garbage.clone(), aa(Failed, Undetermined), code).holds();
    defect_row("ca fails", ("1.5", enumerated(0)), garbage, aa(Failed, Failed), code).holds();
    defect_row(
        "aa is right all the same",
        ("1.5", enumerated(1)),
        genuine(),
        aa(Successful, Successful),
        code,
    )
    .holds();
}

#[test]
fn wrong_validity_never_fails() {
    let after_all = Time::given(today().at() + Duration::days(3720));
    for (status, check) in [(1, "chip.signer.validity"), (2, "chip.signer.validity")] {
        let ids = (check, Failed, NotSupported);
        let mut row =
            defect_row("validity", ("1.6", enumerated(status)), genuine(), ids, "defect.validity-incorrect");
        row.at = after_all;
        row.holds();
    }
    let ids = ("chip.signer.validity", Failed, Failed);
    let mut row =
        defect_row("of the CSCA", ("1.6", enumerated(0)), genuine(), ids, "defect.validity-incorrect");
    row.at = after_all;
    row.holds();
    // While it is valid: the period says nothing any more, so nothing is successful by it.
    let ids = ("chip.signer.validity", Successful, NotSupported);
    let row = defect_row("inside", ("1.6", enumerated(1)), genuine(), ids, "defect.validity-incorrect");
    assert_eq!(row.holds().overall(), Undetermined, "5.12.2.1.7");
    let ids = ("chip.issuer.validity", Successful, NotSupported);
    defect_row("root", ("1.6", enumerated(0)), genuine(), ids, "defect.validity-incorrect").holds();
}

#[test]
fn malformed_files_are_excused_and_never_pass() {
    let broken = resigned(ecdsa(), |sod| sod.cms.break_signature = true);
    let signature = ("chip.sod.signature", Failed, Undetermined);
    let code = "defect.security-object-malformed";
    defect_row("signature", ("2.2", enumerated(1)), broken.clone(), signature, code).holds();
    deviation_row("signature", ("2.3", None), broken, signature, "deviation.sod-signature").holds();
    let mut other = genuine();
    let mut dg2 = other.chip_file("DG2").unwrap().bytes().unwrap().to_vec();
    *dg2.last_mut().unwrap() ^= 1;
    other.chip_mut().insert("DG2", dg2);
    let hash = |after| ("chip.sod.hash-dg2", Failed, after);
    defect_row("hashes", ("2.2", enumerated(4)), other.clone(), hash(Undetermined), code).holds();
    defect_row("no hashes", ("2.2", enumerated(1)), other.clone(), hash(Failed), code).holds();
    let code = "deviation.data-group-hash";
    deviation_row("hash", ("2.2", Some(der::integer(2))), other.clone(), hash(Undetermined), code).holds();
    deviation_row("another's hash", ("2.2", Some(der::integer(3))), other, hash(Failed), code).holds();
    // DG1 is signed and no zone.
    let document = document(SignerName::EcdsaP256);
    let mut groups = document.data_groups();
    groups.insert(1, der::tlv(0x61, &der::tlv(0x5F1F, b"NO ZONE")));
    let malformed = resigned(ecdsa(), |sod| sod.hash_files(&groups));
    let mut malformed = malformed;
    malformed.chip_mut().insert("DG1", groups[&1].clone());
    let state = |after| ("chip.issuer.state", Failed, after);
    let set = |number| der::set_of(&[der::integer(number)]);
    let code = "defect.data-group-malformed";
    defect_row("DG1", ("2.1", set(1)), malformed.clone(), state(Undetermined), code).holds();
    defect_row("DG2", ("2.1", set(2)), malformed.clone(), state(Failed), code).holds();
    let code = "deviation.data-group-malformed";
    deviation_row("DG1", ("2.1", Some(der::integer(1))), malformed, state(Undetermined), code).holds();
}

#[test]
fn a_known_discrepancy_of_com_is_successful_for_what_the_security_object_proves() {
    let com = |after| ("chip.com.matches-sod", Failed, after);
    let code = "defect.com-sod-discrepancy";
    let row = defect_row("generic", ("2.3", vec![]), without_dg15_in_com(), com(Successful), code);
    assert_eq!(row.holds().overall(), Successful);
    deviation_row(
        "icao",
        ("2.4", None),
        without_dg15_in_com(),
        com(Successful),
        "deviation.com-inconsistent",
    )
    .holds();
    let mut unproven = without_dg15_in_com();
    unproven.chip_mut().insert("DG15", vec![0x6F, 0x01, 0x00]);
    defect_row("unproven", ("2.3", vec![]), unproven, com(Undetermined), code).holds();
    let groups = |list: &[u64]| der::set_of(&list.iter().map(|n| der::integer(*n)).collect::<Vec<_>>());
    let this = der::sequence(&[groups(&[1, 2, 14]), groups(&[1, 2, 14, 15])]);
    defect_row("this one", ("2.3", this), without_dg15_in_com(), com(Successful), code).holds();
    let another = der::sequence(&[groups(&[1, 2]), groups(&[1, 2, 15])]);
    defect_row("another one", ("2.3", another), without_dg15_in_com(), com(Failed), code).holds();
}

#[test]
fn a_wrong_signer_identifier_lets_the_right_certificate_be_found() {
    use verifier_fixtures::forge::cms::SignerIdentifier;
    let wrong = Concerned::IssuerAndSerial(ecdsa().issuer.clone(), vec![0x2A, 0x2B]);
    let capture = resigned(ecdsa(), |sod| {
        sod.cms.signer_identifier =
            SignerIdentifier::IssuerAndSerial { issuer: ecdsa().issuer.clone(), serial: vec![0x2A, 0x2B] };
        // A second certificate, so that the only one is not guessed by its serial number.
        sod.cms.certificates.push(WORLD.signer(SignerName::RsaPss).certificate.clone());
    });
    let right = der::sequence(&[ecdsa().issuer.clone(), der::tlv(0x02, &ecdsa().serial)]);
    let row = Row {
        what: "wrong identifier",
        list: defects(vec![defect(&wrong, "2.4", right)]),
        capture: capture.clone(),
        at: today(),
        check: "chip.sod.signature",
        before: Undetermined,
        after: Successful,
        code: "defect.wrong-signer-identifier",
    };
    let report = row.holds();
    assert_eq!(report.overall(), Successful, "{}", trouble(&report));
    assert_eq!(report.chip.as_ref().unwrap().signer_source.as_deref(), Some("corrected identifier"));
    // The right one is another signer's: found, tried, and it does not verify.
    let pss = WORLD.signer(SignerName::RsaPss);
    let other = der::sequence(&[pss.issuer.clone(), der::tlv(0x02, &pss.serial)]);
    let list = defects(vec![defect(&wrong, "2.4", other)]);
    let report = judged_at(Some(&list), &capture, today(), chip_only());
    assert_ne!(outcome(&report, "chip.sod.signature"), Successful);
}

#[test]
fn a_replaced_certificate_is_trusted_and_the_malformed_one_is_not_used() {
    let key = PrivateKey::ec(WORLD.seed(), "replaced", Curve::P256);
    let from = today().at() - Duration::days(60);
    let mut builder =
        CertificateBuilder::new(Profile::DocumentSigner, &key, None, from, from + Duration::days(3700));
    builder.subject = Name::utopian("Passport Office", "DS replaced");
    // Replacements may sign themselves (TR-03129-2 8.3.1.2).
    let mut replacement = Identity::issue(&builder, key.clone(), ECDSA, &key, ECDSA);
    let whole = replacement.certificate.clone();
    let mut malformed = whole.clone();
    malformed[4] = 0x31;
    replacement.certificate = malformed.clone();
    let capture = resigned(&replacement, |_| {});
    let concerned = by_digest(&malformed);
    for (what, concerned) in [("by hash", concerned), ("by serial", by_serial(&replacement))] {
        let row = Row {
            what,
            list: defects(vec![defect(&concerned, "1.2", der::octet_string(&whole))]),
            capture: capture.clone(),
            at: today(),
            check: "chip.sod.signature",
            before: Failed,
            after: Successful,
            code: "defect.certificate-replaced",
        };
        let report = row.holds();
        assert_eq!(outcome(&report, "chip.issuer.chain"), Successful);
        assert_eq!(report.overall(), Successful, "{}", trouble(&report));
        assert_eq!(report.chip.as_ref().unwrap().signer_source.as_deref(), Some("defect list"));
        // Its validity counts: ten years later it has expired.
        let later = Time::given(today().at() + Duration::days(3720));
        let late = judged_at(Some(&row.list), &capture, later, chip_only());
        assert_eq!(outcome(&late, "chip.signer.validity"), Failed);
    }
    // Data that its key did not sign stays wrong.
    let mut changed = capture;
    changed.chip_mut().insert("DG1", der::tlv(0x61, &der::tlv(0x5F1F, &[b'<'; 88])));
    let list = defects(vec![defect(&by_digest(&malformed), "1.2", der::octet_string(&whole))]);
    assert_eq!(judged_at(Some(&list), &changed, today(), chip_only()).overall(), Failed);
}

#[test]
fn a_wrong_country_is_corrected_for_the_comparison_of_states() {
    let wrong = signer_with("wrong country", |builder| {
        builder.subject = Name::of("UX", "Utopia", "Passport Office", "DS UX");
    });
    let capture = resigned(&wrong, |_| {});
    let row = |number: &'static str, parameters: Vec<u8>, after, code| Row {
        what: number,
        list: defects(vec![defect(&by_serial(&wrong), number, parameters)]),
        capture: capture.clone(),
        at: today(),
        check: "chip.issuer.state",
        before: Failed,
        after,
        code,
    };
    row("2.5", der::printable("UT"), Successful, "defect.issuing-country").holds();
    row("2.5", der::printable("FR"), Failed, "defect.issuing-country").holds_unchanged_outcome();
    let part = der::sequence(&[
        enumerated(1),
        der::oid("2.5.4.6"),
        der::explicit(0, &der::printable("UX")),
        der::explicit(1, &der::printable("UT")),
    ]);
    row("2.6", der::set_of(&[part]), Successful, "defect.distinguished-name").holds();
}

impl Row {
    /// The outcome stays; the reason may be another.
    #[track_caller]
    fn holds_unchanged_outcome(&self) {
        let report = judged_at(Some(&self.list), &self.capture, self.at, chip_only());
        assert_eq!(outcome(&report, self.check), self.after, "{}", self.what);
        assert!(report.known_defects.iter().any(|known| known.code == self.code));
    }
}

#[test]
fn malformed_certificates_and_unknown_defects_leave_the_chain_open() {
    let chain = ("chip.issuer.chain", Successful, Undetermined);
    let code = "defect.certificate-malformed";
    defect_row("DS", ("4.4", enumerated(2)), genuine(), chain, code).holds();
    let of_root = der::sequence(&[enumerated(2), enumerated(0)]);
    defect_row("CSCA", ("4.6", of_root), genuine(), chain, code).holds();
    defect_row("unknown", ("4.9", vec![]), genuine(), chain, "defect.unknown-of-document").holds();
    let same = ("chip.issuer.chain", Successful, Successful);
    for (number, code) in [
        ("4.1", "defect.card-security-malformed"),
        ("4.2", "defect.chip-security-malformed"),
        ("4.3", "defect.power-down"),
        ("1.9", "defect.unknown"),
    ] {
        defect_row("shown only", (number, vec![]), genuine(), same, code).holds();
    }
    let broken = signer_with("broken signature", |builder| builder.break_signature = true);
    let capture = resigned(&broken, |_| {});
    let concerned = Concerned::KeyIdentifier(broken.key_identifier.clone());
    let row = Row {
        what: "signature of the signer",
        list: deviations(vec![deviation(&concerned, "1.1", None)]),
        capture,
        at: today(),
        check: "chip.issuer.chain",
        before: Failed,
        after: Undetermined,
        code: "deviation.signer-signature",
    };
    row.holds();
    let ids = ("chip.signer.validity", Failed, Undetermined);
    let code = "deviation.signer-encoding";
    let mut row = deviation_row("validity field", ("1.2", Some(der::integer(5))), genuine(), ids, code);
    row.at = Time::given(today().at() + Duration::days(3720));
    row.holds();
    let ids = ("chip.aa.answer", Successful, Undetermined);
    deviation_row("aa", ("1.4", None), genuine(), ids, "deviation.active-keys-compromised").holds();
    deviation_row("chip", ("4", None), genuine(), same, "deviation.chip").holds();
}

#[test]
fn known_mistakes_in_the_zone_are_skipped_or_left_open() {
    let mut digit = genuine();
    let line = &mut digit.mrz.as_mut().unwrap()[1];
    let cell = line.as_bytes()[19];
    line.replace_range(19..20, if cell == b'9' { "0" } else { "9" });
    let birth = |after| ("mrz.digit.birth_date", Failed, after);
    let code = "deviation.mrz-check-digit";
    deviation_row("digit", ("3.2", Some(der::integer(6))), digit.clone(), birth(NotSupported), code);
    let row =
        deviation_row("digit", ("3.2", Some(der::integer(6))), digit.clone(), birth(NotSupported), code);
    row.holds();
    deviation_row("another digit", ("3.2", Some(der::integer(8))), digit, birth(Failed), code).holds();
    let mut sex = genuine();
    let line = &mut sex.mrz.as_mut().unwrap()[1];
    let other = if line.as_bytes()[20] == b'M' { "F" } else { "M" };
    line.replace_range(20..21, other);
    let dg1 = |after| ("combined.mrz.dg1", Failed, after);
    let code = "deviation.mrz-data";
    deviation_row("sex", ("3.1", Some(der::integer(7))), sex.clone(), dg1(Undetermined), code).holds();
    deviation_row("name", ("3.1", Some(der::integer(3))), sex, dg1(Failed), code).holds();
}

#[test]
fn all_criteria_of_a_deviation_match_at_once() {
    let mut broken = resigned(ecdsa(), |sod| sod.cms.break_signature = true);
    let number = document(SignerName::EcdsaP256).number;
    // DG1 is not authenticated, so type and number are read from the printed zone.
    broken.chip_mut().authentication.clear();
    let entry = |kind: &str, numbers: &[&str], issued: bool| {
        let mut documents =
            vec![der::implicit(0, kind.as_bytes()), der::implicit(2, &ecdsa().key_identifier)];
        if issued {
            let bare = |at| der::generalized_time(at);
            documents.push(der::explicit(4, &[bare(signed_at()), bare(today().at())].concat()));
        }
        if !numbers.is_empty() {
            let list: Vec<Vec<u8>> = numbers.iter().map(|number| der::printable(number)).collect();
            documents.push(der::explicit(5, &list.concat()));
        }
        let description = der::sequence(&[der::printable("series 7"), der::oid("2.23.136.1.1.7.2.3")]);
        der::sequence(&[der::sequence(&documents), der::set_of(&[description])])
    };
    for (kind, numbers, issued, expected) in [
        ("P<", vec![number.as_str()], false, Undetermined),
        ("PP", vec!["X0000000", number.as_str()], false, Undetermined),
        ("PP", vec![], false, Undetermined),
        ("I<", vec![number.as_str()], false, Failed),
        ("PP", vec!["X0000000"], false, Failed),
        ("PP", vec![number.as_str()], true, Failed),
    ] {
        let list = deviations(vec![entry(kind, &numbers, issued)]);
        let report = judged_at(Some(&list), &broken, today(), chip_only());
        assert_eq!(outcome(&report, "chip.sod.signature"), expected, "{kind} {numbers:?} {issued}");
        assert_eq!(report.known_defects.len(), usize::from(expected == Undetermined));
        assert_eq!(report.findings_of("deviation.undecided").count(), usize::from(issued));
        if expected == Undetermined {
            assert_eq!(report.known_defects[0].description.as_deref(), Some("series 7"));
        }
        let text = report.without_personal().to_json().unwrap();
        assert!(!text.contains(&number), "a document number is personal data");
    }
}

#[test]
fn a_period_of_issue_is_held_against_dg12_and_an_accusation_waits_for_no_date() {
    // Issued 25 days before the day of the judgement, as DG12 says, or as nothing says.
    let issued = today().at() - Duration::days(25);
    let day = format!("{:04}{:02}{:02}", issued.year(), u8::from(issued.month()), issued.day());
    let dated = |written: Option<&str>| {
        let document = document(SignerName::EcdsaP256);
        let mut groups = document.data_groups();
        groups.extend(written.map(|day| (12, lds::details::dg12(&[(0x5F26, day.as_bytes())], &[]))));
        let mut capture = captured(&document);
        capture.chip_mut().insert("EF.SOD", SodBuilder::new(&groups, ecdsa()).sign());
        capture.chip_mut().files.remove("EF.COM");
        if let Some(group) = groups.get(&12) {
            capture.chip_mut().insert("DG12", group.clone());
        }
        capture
    };
    let entry = |number: &str, from: i64, to: i64| {
        let bare = |days: i64| der::generalized_time(today().at() - Duration::days(days));
        let documents =
            [der::implicit(2, &ecdsa().key_identifier), der::explicit(4, &[bare(from), bare(to)].concat())];
        let description = der::sequence(&[der::oid(&format!("2.23.136.1.1.7.{number}"))]);
        der::sequence(&[der::sequence(&documents), der::set_of(&[description])])
    };
    for (written, from, to, answer, undecided) in [
        (Some(day.as_str()), 40, 20, Undetermined, 0),
        (Some(day.as_str()), 25, 25, Undetermined, 0),
        (Some(day.as_str()), 40, 26, Successful, 0),
        (Some(day.as_str()), 24, 1, Successful, 0),
        (Some("20260000"), 40, 20, Undetermined, 1),
        (None, 40, 26, Undetermined, 1),
    ] {
        let list = deviations(vec![entry("1.4", from, to)]);
        let report = judged_at(Some(&list), &dated(written), today(), chip_only());
        assert_eq!(outcome(&report, "chip.aa.answer"), answer, "{written:?} {from} {to}");
        assert_eq!(report.overall() == Successful, answer == Successful);
        assert_eq!(report.findings_of("deviation.undecided").count(), undecided);
    }
    // An excuse without a date is none.
    let list = deviations(vec![entry("2.2", 40, 20)]);
    let mut broken = dated(None);
    broken.chip_mut().insert("DG2", vec![0x75, 0]);
    let report = judged_at(Some(&list), &broken, today(), chip_only());
    assert_eq!(outcome(&report, "chip.sod.hash-dg2"), Failed);
    assert_eq!(report.known_defects.len(), 0);
}

#[test]
fn version_3_names_signers_and_authorities_by_reference() {
    let known = |number: &str, parameters: Vec<u8>| {
        let newer =
            [der::oid(&format!("0.4.0.127.0.7.3.1.5.{number}")), der::explicit(0, &parameters)].concat();
        der::set_of(&[der::explicit(0, &newer)])
    };
    let revoked = || known("1.1", enumerated(3));
    let csca = WORLD.new_authority();
    let signer = |fields: &[Vec<u8>]| der::sequence(&[der::sequence(fields), revoked()]);
    let digest = |octets: &[u8]| der::implicit(3, &Hash::Sha256.digest(octets));
    let serial = || der::explicit(0, &[ecdsa().issuer.clone(), der::tlv(0x02, &ecdsa().serial)].concat());
    let wrong_digest = digest(b"another certificate");
    for (what, entry, applies) in [
        ("hash", signer(&[digest(&ecdsa().certificate)]), true),
        ("key identifier", signer(&[der::implicit(1, &ecdsa().key_identifier)]), true),
        ("issuer and serial", signer(&[serial()]), true),
        // A mismatch of the stronger reference overrules the weaker one (8.1.1).
        ("wrong hash, right serial", signer(&[serial(), wrong_digest]), false),
        ("seal reference", signer(&[der::implicit(2, b"UTS1")]), false),
        ("authority key", signer(&[der::explicit(1, &der::implicit(0, &csca.key_identifier))]), true),
        ("authority name", signer(&[der::explicit(0, &csca.issuer)]), true),
        ("another authority", signer(&[der::explicit(1, &der::implicit(0, &[1, 2, 3]))]), false),
    ] {
        let mut list = DefectListBuilder::new(&utopian("defect list", DEFECT_SIGNING), signed_at());
        list.version = 2;
        list.defects = vec![entry];
        let report = judged_at(Some(&list.sign()), &genuine(), today(), chip_only());
        let expected = if applies { Failed } else { Successful };
        assert_eq!(outcome(&report, "chip.signer.revocation"), expected, "{what}");
        assert_eq!(report.known_defects.len(), usize::from(applies), "{what}");
    }
}

#[test]
fn lists_that_nobody_may_believe_change_nothing() {
    let revoked = || vec![defect(&by_serial(ecdsa()), "1.1", enumerated(3))];
    let good = judged_at(None, &genuine(), today(), chip_only());
    let unchanged = |snapshot: Snapshot, what: &str| {
        let verifier = Verifier::builder().policy(chip_only()).trust(snapshot).build().unwrap();
        let report = verifier.verify(&genuine(), today());
        assert_eq!(crate::world::summary(&report), crate::world::summary(&good), "{what}");
        assert!(report.known_defects.is_empty(), "{what}");
        report
    };
    // The signature is broken, the signer has no such purpose, the signer is nobody's, the content was changed.
    let signer = utopian("defect list", DEFECT_SIGNING);
    let mut broken = DefectListBuilder::new(&signer, signed_at());
    broken.defects = revoked();
    let mut changed = broken.clone().sign();
    broken.cms.break_signature = true;
    let position = changed.windows(3).position(|window| window == [0x0A, 1, 3]).unwrap();
    changed[position + 2] = 4;
    let mut purpose = DefectListBuilder::new(&utopian("no purpose", "1.3.6.1.5.5.7.3.4"), signed_at());
    purpose.defects = revoked();
    let forger = verifier_fixtures::forge::forger::Forger::new(&WORLD, true);
    let name = verifier_fixtures::forge::certificate::csca_name();
    let mut forged =
        DefectListBuilder::new(&list_signer("forged", DEFECT_SIGNING, &forger.csca, &name), signed_at());
    forged.defects = revoked();
    for (what, list) in [
        ("broken", broken.sign()),
        ("changed", changed),
        ("purpose", purpose.sign()),
        ("forged", forged.sign()),
    ] {
        let (snapshot, report) = store(&list);
        assert!(report.has_refusals(), "{what}: {report:?}");
        unchanged(snapshot, what);
    }
    // Another state, in the store by the same master list: it may not speak of Utopia's documents.
    let other_name = Name::of("UTO", "Outopia", "Ministry", "CSCA Outopia");
    let key = PrivateKey::ec(WORLD.seed(), "outopia", Curve::P256);
    let from = today().at() - Duration::days(90);
    let mut builder = CertificateBuilder::new(Profile::Csca, &key, None, from, from + Duration::days(5000));
    builder.issuer = other_name.clone();
    builder.subject = other_name.clone();
    let other = Identity::issue(&builder, key.clone(), ECDSA, &key, ECDSA);
    let all = vec![WORLD.csca_new().to_vec(), WORLD.csca_old().to_vec(), other.certificate.clone()];
    let list = MasterListBuilder::new(WORLD.list_signer(), WORLD.csca_new(), all, signed_at()).sign();
    let mut foreign =
        DefectListBuilder::new(&list_signer("foreign", DEFECT_SIGNING, &other, &other_name), signed_at());
    foreign.defects = revoked();
    let mut deviating = DeviationListBuilder::new(
        &list_signer("foreign dl", DEVIATION_SIGNING, &other, &other_name),
        signed_at(),
    );
    deviating.deviations =
        vec![deviation(&Concerned::KeyIdentifier(ecdsa().key_identifier.clone()), "1.4", None)];
    let import = |pin: bool| {
        let import = Import::new(today().at())
            .pin_bytes("csca.cer", WORLD.ml_signer_csca())
            .bytes("list.ml", list.clone())
            .bytes("list.crl", WORLD.crl())
            .bytes("foreign.defects", foreign.sign())
            .bytes("foreign.deviations", deviating.sign());
        let import = if pin { import.pin_bytes("outopia.cer", other.certificate.clone()) } else { import };
        let (snapshot, report) = Snapshot::empty().import(&import);
        assert!(!report.has_refusals(), "{report:?}");
        snapshot
    };
    let report = unchanged(import(false), "foreign");
    let told: Vec<_> = report.findings_of("list.not-entitled").collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|finding| finding.first_page));
    // Whom the operator pinned may speak of other states' signers in a defect list; a deviation list never may.
    let verifier = Verifier::builder().policy(chip_only()).trust(import(true)).build().unwrap();
    let report = verifier.verify(&genuine(), today());
    assert_eq!(outcome(&report, "chip.signer.revocation"), Failed);
    assert_eq!(outcome(&report, "chip.aa.answer"), Successful);
    assert_eq!(report.findings_of("list.not-entitled").count(), 1);
    // Another signer's defects are not this one's.
    let pss = WORLD.signer(SignerName::RsaPss);
    let (snapshot, _) = store(&defects(vec![defect(&by_serial(pss), "1.1", enumerated(3))]));
    unchanged(snapshot, "another signer");
}

#[test]
fn a_list_falls_with_what_it_rests_on() {
    let list = defects(vec![defect(&by_serial(ecdsa()), "1.1", enumerated(3))]);
    let (snapshot, _) = store(&list);
    assert_eq!(snapshot.known_defects().len(), 1);
    assert!(snapshot.known_defects()[0].pinned);
    // A CRL that names the list's signer.
    use verifier_fixtures::forge::crl::{CrlBuilder, Revoked};
    let signer = utopian("defect list", DEFECT_SIGNING);
    let authority = WORLD.new_authority();
    let (from, until) = (today().at() - Duration::days(1), today().at() + Duration::days(80));
    let mut crl = CrlBuilder::new(&authority.key, 18, from, until);
    crl.revoked.push(Revoked { serial: signer.serial.clone(), at: from, reason: None });
    let (later, report) = snapshot
        .import(&Import::new(today().at()).bytes("new.crl", crl.sign(&authority.key, authority.scheme)));
    assert!(!report.has_refusals(), "{report:?}");
    assert_eq!(later.known_defects().len(), 0);
}

#[test]
fn an_inspection_comes_to_the_same_whatever_comes_first() {
    use verifier_core::InspectionOptions;
    let concerned = Concerned::KeyIdentifier(ecdsa().key_identifier.clone());
    let list = deviations(vec![
        deviation(&concerned, "3.2", Some(der::integer(6))),
        deviation(&concerned, "1.4", None),
    ]);
    let mut capture = genuine();
    let line = &mut capture.mrz.as_mut().unwrap()[1];
    let cell = line.as_bytes()[19];
    line.replace_range(19..20, if cell == b'9' { "0" } else { "9" });
    let (snapshot, _) = store(&list);
    let verifier = Verifier::builder().policy(chip_only()).trust(snapshot).build().unwrap();
    let whole = verifier.verify(&capture, today());
    assert_eq!(outcome(&whole, "mrz.digit.birth_date"), NotSupported);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (name, file) in &capture.chip.as_ref().unwrap().files {
        files.insert(name.clone(), file.data.bytes().unwrap().to_vec());
    }
    for text_first in [true, false] {
        let inspection = verifier.inspect(today(), InspectionOptions::default());
        let text = || inspection.put_mrz(capture.mrz.clone().unwrap());
        if text_first {
            text();
        }
        for (name, file) in &files {
            inspection.put_chip_file(name, file.clone());
        }
        for run in &capture.chip.as_ref().unwrap().authentication {
            inspection.put_authentication(run.clone());
        }
        if !text_first {
            text();
        }
        let report = inspection.finish();
        assert_eq!(crate::world::summary(&report), crate::world::summary(&whole));
        assert_eq!(report.known_defects, whole.known_defects);
    }
}
