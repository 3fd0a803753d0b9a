//! Chips that were read, judged by their recorded session: what each proof, each refusal, each attack and each change of
//! the record comes to. The chip is Utopia's, written from the card's side.

use std::ops::ControlFlow;

use reader_drivers::chip::capture_of;
use reader_drivers::emulator::card::CardEmulation as _;
use verifier_chip::access::MrzKey;
use verifier_chip::access::pace::Password;
use verifier_chip::apdu::{Transceive, TransceiveError};
use verifier_chip::reading::{Channel, Progress, Reading, Request, read_document};
use verifier_core::capture::{Capture, Session, read_apdu_log, write_apdu_log};
use verifier_core::{InspectionOptions, Outcome, Policy, Report};
use verifier_fixtures::chip::{ChipProfile, Fault, PassportChip};
use verifier_fixtures::document::{ChipKey, Plan, SignerName};

use crate::world::{WORLD, chip_only, today, trouble, verifier};

/// The chip on a link that carries everything; taken away, it comes back or does not.
struct Air {
    chip: PassportChip,
    comes_back: bool,
    /// Before this command it is without power for a moment, and nobody says so.
    blinks_at: Option<usize>,
    /// What every command of this instruction is answered with, in plain, whatever the chip would say.
    evades: Option<(u8, &'static [u8])>,
    count: usize,
}

impl Transceive for Air {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        self.count += 1;
        if self.blinks_at == Some(self.count) {
            self.chip.reset();
        }
        if let Some((_, answer)) = self.evades.filter(|(instruction, _)| command[1] == *instruction) {
            return Ok(answer.to_vec());
        }
        let answer = self.chip.transmit(command);
        if self.chip.is_present() { Ok(answer) } else { Err(TransceiveError::ChipRemoved) }
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        if !self.chip.is_present() && !self.comes_back {
            return Err(TransceiveError::ChipRemoved);
        }
        self.chip.reset();
        Ok(())
    }

    fn max_command(&self) -> usize {
        65_544
    }

    fn max_response(&self) -> usize {
        65_538
    }
}

fn reading_of(holder: usize, profile: &str, faults: &[&str], comes_back: bool) -> Reading {
    reading_in(holder, profile, faults, |chip| Air {
        chip,
        comes_back,
        blinks_at: None,
        evades: None,
        count: 0,
    })
}

fn reading_in(holder: usize, profile: &str, faults: &[&str], air: impl Fn(PassportChip) -> Air) -> Reading {
    let mut profile: ChipProfile = profile.parse().unwrap();
    for fault in faults {
        profile = profile.with(fault.parse::<Fault>().unwrap());
    }
    let plan = Plan::passport(holder, SignerName::EcdsaP256, ChipKey::None);
    let document = WORLD.issue_chip(&plan, &profile);
    let key = MrzKey::from_cells(document.mrz_information.as_bytes(), &[], &[]);
    let mut air = air(PassportChip::new(document, profile));
    let mut state = 0x5EED_u64;
    let channel = Channel::new(&mut air).drawing(move |octets| {
        for octet in octets {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *octet = state.to_be_bytes()[0];
        }
        Ok(())
    });
    read_document(channel, &Request::new(Some(Password::Mrz(key))), |_: Progress| ControlFlow::Continue(()))
}

fn read(profile: &str, faults: &[&str]) -> Capture {
    capture_of(&reading_of(0, profile, faults, true), today().at(), true)
}

fn judge(capture: &Capture) -> Report {
    verifier(chip_only()).verify(capture, today())
}

fn check<'r>(report: &'r Report, id: &str) -> (Outcome, &'r str, &'r str) {
    let check = report.check(id).unwrap_or_else(|| panic!("{id} is not in the report"));
    (check.outcome, &check.reason.code, &check.reason.text)
}

const AA: &str = "chip.aa.answer";
const CA: &str = "chip.ca.new-keys";
const CAM: &str = "chip.pace-cam.mapping";
const DOWNGRADE: &str = "chip.access.downgrade";

/// One row: chip, its faults, the overall outcome, and what single checks say.
type Row<'a> = (&'a str, &'a [&'a str], Outcome, &'a [(&'a str, Outcome, &'a str)]);

#[test]
fn proofs_refusals_and_clones() {
    use Outcome::{Failed, NotSupported, Successful, Undetermined};
    let rows: &[Row<'_>] = &[
        (
            "bac,aa:p256:sha256",
            &[],
            Successful,
            &[(AA, Successful, "ok"), (CA, NotSupported, "not-applicable")],
        ),
        ("bac,aa:rsa2048:sha256", &[], Successful, &[(AA, Successful, "ok")]),
        ("bac,aa:none,ca", &[], Successful, &[(AA, NotSupported, "not-applicable"), (CA, Successful, "ok")]),
        ("bac,aa:none,ca:3des:12", &[], Successful, &[(CA, Successful, "ok")]),
        ("bac,aa:none,ca:aes256:1", &[], Successful, &[(CA, Successful, "ok")]),
        ("bac,aa:none,ca-key-alone:3des:13", &[], Successful, &[(CA, Successful, "ok")]),
        (
            "pace,bac,aa:p256:sha256,ca",
            &[],
            Successful,
            &[(AA, Successful, "ok"), (CA, Successful, "ok"), (DOWNGRADE, Successful, "ok")],
        ),
        ("pace:im:aes128:13,aa:none,ca", &[], Successful, &[(CA, Successful, "ok")]),
        ("pace:gm:aes256:0,aa:none,ca", &[], Successful, &[(CA, Successful, "ok")]),
        ("pace:cam:aes128:13,aa:none", &[], Successful, &[(CAM, Successful, "ok")]),
        // Without access control the protocol begins in the clear, and opens the first session.
        ("plain,aa:none,ca", &[], Successful, &[(CA, Successful, "ok")]),
        ("plain,aa:none,ca:3des:12", &[], Successful, &[(CA, Successful, "ok")]),
        ("plain,aa:none,ca:aes256:1", &[], Successful, &[(CA, Successful, "ok")]),
        ("plain,aa:none,ca:3des:2", &[], Successful, &[(CA, Successful, "ok")]),
        ("plain,aa:none,ca-key-alone:3des:13", &[], Successful, &[(CA, Successful, "ok")]),
        ("plain,aa:p256:sha256,ca", &[], Successful, &[(AA, Successful, "ok"), (CA, Successful, "ok")]),
        ("plain,aa:p256:sha256", &[], Successful, &[(AA, Successful, "ok")]),
        ("plain,aa:none,ca", &["ca-6f00"], Failed, &[(CA, Failed, "ca.refused")]),
        ("plain,aa:none,ca", &["ca-6a88"], Failed, &[(CA, Failed, "ca.refused")]),
        ("plain,aa:none,ca", &["ca-old-keys"], Failed, &[(CA, Failed, "ca.not-proven")]),
        ("plain,aa:none,ca", &["ca-other-key"], Failed, &[(CA, Failed, "ca.not-proven")]),
        ("plain,aa:none,ca", &["dg14-altered"], Failed, &[(CA, Undetermined, "depends.on-failed")]),
        // Refusals and clones.
        ("bac,aa:p256:sha256", &["aa-6d00"], Failed, &[(AA, Failed, "aa.refused")]),
        // The session goes on, so the word on it is a refusal.
        ("bac,aa:p256:sha256", &["aa-6988"], Failed, &[(AA, Failed, "aa.refused")]),
        ("bac,aa:p256:sha256", &["aa-garbage"], Failed, &[(AA, Failed, "aa.signature")]),
        ("bac,aa:none,ca", &["ca-6f00"], Failed, &[(CA, Failed, "ca.refused")]),
        ("bac,aa:none,ca", &["ca-6a88"], Failed, &[(CA, Failed, "ca.refused")]),
        ("bac,aa:none,ca", &["ca-old-keys"], Failed, &[(CA, Failed, "ca.not-proven")]),
        ("bac,aa:none,ca", &["ca-other-key"], Failed, &[(CA, Failed, "ca.not-proven")]),
        ("bac,aa:none,ca", &["dg14-altered"], Failed, &[(CA, Undetermined, "depends.on-failed")]),
        (
            "bac,aa:none,ca-key-alone:3des:13",
            &["ca-6f00"],
            Undetermined,
            &[(CA, Undetermined, "ca.parameters-missing")],
        ),
        ("pace:cam:aes128:13,aa:none", &["cam-wrong"], Failed, &[(CAM, Failed, "pace-cam.mapping")]),
        // EF.CardSecurity: a key without its protocol (BSI TR-03105-5.1 LDS_J_04), another key, one changed after it was
        // signed; one that is gone, or names no key, leaves the signed key of DG14.
        ("pace:cam:aes128:13,aa:none", &["cs-nameless-key"], Failed, &[(CAM, Failed, "malformed")]),
        ("pace:cam:aes128:13,aa:none", &["cs-other-key"], Failed, &[(CAM, Failed, "pace-cam.mapping")]),
        ("pace:cam:aes128:13,aa:none", &["cs-changed"], Failed, &[(CAM, Failed, "pace-cam.card-security")]),
        ("pace:cam:aes128:13,aa:none", &["cs-no-key"], Successful, &[(CAM, Successful, "ok")]),
        ("pace:cam:aes128:13,aa:none", &["cs-removed"], Successful, &[(CAM, Successful, "ok")]),
        // One success speaks for the group (TR-03135 table 5.102); the other is shown all the same.
        (
            "bac,aa:p256:sha256,ca",
            &["aa-garbage"],
            Successful,
            &[(AA, Failed, "aa.signature"), (CA, Successful, "ok")],
        ),
        (
            "bac,aa:p256:sha256,ca",
            &["ca-6f00"],
            Successful,
            &[(AA, Successful, "ok"), (CA, Failed, "ca.refused")],
        ),
        (
            "bac,aa:p256:sha256,ca",
            &["ca-old-keys", "aa-6d00"],
            Failed,
            &[(AA, Failed, "aa.refused"), (CA, Failed, "ca.not-proven")],
        ),
        // What was struck from EF.CardAccess stands in signed DG14.
        (
            "pace,bac,aa:p256:sha256",
            &["card-access-removed"],
            Failed,
            &[(DOWNGRADE, Failed, "access.downgrade")],
        ),
        (
            "pace:gm:aes256:13,pace:gm:3des:13,bac,aa:p256:sha256",
            &["card-access-garbled"],
            Failed,
            &[(DOWNGRADE, Failed, "access.downgrade")],
        ),
    ];
    for (profile, faults, overall, checks) in rows {
        let context = format!("{profile} {faults:?}");
        let capture = read(profile, faults);
        let report = judge(&capture);
        assert_eq!(report.overall(), *overall, "{context}: {}", trouble(&report));
        for (id, outcome, code) in *checks {
            let (found, reason, text) = check(&report, id);
            assert_eq!((found, reason), (*outcome, *code), "{context}: {id}: {text}");
        }
        let unfit = report.findings.iter().find(|finding| finding.code.starts_with("chip.log."));
        assert!(unfit.is_none(), "{context}: {unfit:?}");
        assert_eq!(judge(&capture).digest, report.digest, "{context}");
    }
}

/// Reasons name step, command and status word, and when the reader saw it.
#[test]
fn reasons_name_step_and_status() {
    let report = judge(&read("bac,aa:none,ca", &["ca-6f00"]));
    let text = check(&report, CA).2;
    assert!(
        text.starts_with("CA MSE:Set AT: refused with 6F00")
            || text.contains("CA GENERAL AUTHENTICATE: refused with 6F00"),
        "{text}"
    );
    assert!(text.contains("seen by the reader at 2026-11-21T10:00:00"), "{text}");
    let report = judge(&read("bac,aa:p256:sha256", &["aa-6d00"]));
    assert!(check(&report, AA).2.starts_with("INTERNAL AUTHENTICATE: refused with 6D00"));
}

/// EF.CardAccess offers a way of PACE that nothing signed names (BSI TR-03105-5.1 LDS_J_02): told, and failed under a strict
/// policy.
#[test]
fn a_way_of_pace_that_nothing_signed_names() {
    let mut capture = read("pace:gm:aes128:13,aa:p256:sha256", &[]);
    let wider = read("pace:gm:aes128:13,pace:gm:3des:13,aa:p256:sha256", &[]);
    let offered = wider.chip.as_ref().unwrap().files["EF.CardAccess"].data.bytes().unwrap().to_vec();
    capture.chip_mut().insert("EF.CardAccess", offered);
    let report = judge(&capture);
    assert_eq!(check(&report, DOWNGRADE).0, Outcome::Successful);
    assert_eq!(report.findings_of("access.unsigned-info").count(), 1);
    let strict = Policy::tr_strict().danger_allow_specimen();
    let report = verifier(strict).verify(&capture, today());
    let (outcome, code, text) = check(&report, DOWNGRADE);
    assert_eq!((outcome, code), (Outcome::Failed, "access.unsigned-info"));
    assert!(text.contains("3DES"), "{text}");
}

/// PACE that fails, then BAC: read, and told on the first page.
#[test]
fn a_fall_back_is_told() {
    let report = judge(&read("pace,bac,aa:p256:sha256", &["pace-6300"]));
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
    let finding = report.findings.iter().find(|finding| finding.code == "chip.access.fell-back");
    let finding = finding.expect("the fall back is a finding");
    assert!(finding.text.contains("refused with 6300"), "{finding:?}");
}

/// Without the session's values, without the log, with a changed one: never successful, and the reason says which.
#[test]
fn records_that_do_not_replay() {
    let whole = read("pace,aa:none,ca", &[]);
    assert_eq!(judge(&whole).overall(), Outcome::Successful);
    let without = |change: fn(&mut verifier_core::capture::ChipPart)| {
        let mut capture = whole.clone();
        change(capture.chip_mut());
        judge(&capture)
    };
    for (change, code) in [
        ((|part| part.session = None) as fn(&mut verifier_core::capture::ChipPart), "session.absent"),
        (|part| part.apdu_log = None, "log.absent"),
        (|part| part.keep_session(&[], Some(&Session::new())), "ca.log-differs"),
    ] {
        let report = without(change);
        assert_eq!(report.overall(), Outcome::Undetermined, "{code}: {}", trouble(&report));
        assert_eq!(check(&report, CA).1, code);
    }
    let part = whole.chip.as_ref().unwrap();
    let lines = read_apdu_log(part.apdu_log.as_ref().unwrap().data.bytes().unwrap()).unwrap();
    let session = Session::read(part.session.as_ref().unwrap().data.bytes().unwrap()).unwrap();
    for index in 0..lines.len() {
        for field in 0..2 {
            let mut changed = lines.clone();
            let octets = if field == 0 { Some(&mut changed[index].c) } else { changed[index].r.as_mut() };
            let Some(last) = octets.and_then(|octets| octets.iter_mut().rev().nth(2)) else { continue };
            *last ^= 1;
            let mut capture = whole.clone();
            capture.chip_mut().keep_session(&changed, Some(&session));
            let report = judge(&capture);
            let protected = lines[index].plain_c.is_some();
            assert!(
                report.overall() != Outcome::Successful || !protected,
                "line {index} field {field} was changed: {}",
                check(&report, CA).2
            );
            assert!(check(&report, CA).0 != Outcome::Failed, "a changed record accuses nobody");
        }
    }
    let mut cut = write_apdu_log(&lines);
    cut.truncate(cut.len() / 2);
    let mut capture = whole.clone();
    capture.chip_mut().apdu_log.as_mut().unwrap().data = cut.into();
    let report = judge(&capture);
    assert_eq!((report.overall(), check(&report, CA).1), (Outcome::Undetermined, "log.unreadable"));
    assert!(report.findings.iter().any(|finding| finding.code == "chip.log.not-replayable"));
}

/// The record of another document, whose chip is genuine too, proves nothing of this one.
#[test]
fn the_record_of_another_document() {
    let other = capture_of(&reading_of(1, "bac,aa:none,ca", &[], true), today().at(), true);
    let mut capture = read("bac,aa:none,ca", &[]);
    let (log, session) = (other.chip.as_ref().unwrap().apdu_log.clone(), other.chip.unwrap().session);
    let part = capture.chip_mut();
    (part.apdu_log, part.session) = (log, session);
    let report = judge(&capture);
    assert_eq!(report.overall(), Outcome::Failed);
    assert_eq!(check(&report, CA).1, "ca.other-key");
    let finding = report.findings.iter().find(|finding| finding.code == "chip.log.files-differ").unwrap();
    assert!(finding.text.contains("DG1") && finding.text.contains("DG14"), "{finding:?}");
}

/// Taken away for good in the middle: what was not read is aborted, never undetermined alone, never successful.
#[test]
fn a_read_that_broke_off() {
    let commands = reading_of(0, "bac,aa:p256:sha256", &[], true).recorded.exchanges.len();
    for at in 1..=commands {
        let fault = format!("torn-out:{at}");
        let reading = reading_of(0, "bac,aa:p256:sha256", &[&fault], false);
        let report = judge(&capture_of(&reading, today().at(), true));
        let whole = reading.files.len() == 6;
        assert!(report.overall() != Outcome::Successful || whole, "at {at}: {reading:?}");
        if reading.files.keys().any(|file| file.to_string() == "EF.SOD") && !whole {
            let read = |name: &str| reading.files.keys().any(|file| file.to_string() == name);
            let expected = if read("DG2") { None } else { Some(Outcome::Aborted) };
            let dg2 = check(&report, "chip.sod.hash-dg2");
            assert!(expected.is_none_or(|expected| dg2.0 == expected), "at {at}: {dg2:?}");
            assert!(report.findings.iter().any(|finding| finding.code == "chip.read.broke-off"));
        }
        // Put back, the read is whole.
        let again = reading_of(0, "bac,aa:p256:sha256", &[&fault], true);
        let report = judge(&capture_of(&again, today().at(), true));
        assert_eq!(report.overall(), Outcome::Successful, "at {at}: {}", trouble(&report));
    }
}

/// A genuine chip whose session is lost to 6988 at any command is asked again, and is no clone for it.
#[test]
fn a_lost_session_is_no_refusal() {
    let profiles = ["bac,aa:p256:sha256,ca", "plain,aa:p256:sha256,ca", "pace:cam:aes128:13,aa:p256:sha256"];
    for profile in profiles {
        let whole = reading_of(0, profile, &[], true);
        let expected = judge(&capture_of(&whole, today().at(), true));
        for at in 1..=whole.recorded.exchanges.len() + 2 {
            let reading = reading_of(0, profile, &[&format!("session-lost:{at}")], true);
            let report = judge(&capture_of(&reading, today().at(), true));
            assert_eq!(report.overall(), Outcome::Successful, "{profile} at {at}: {}", trouble(&report));
            for id in [AA, CA, CAM] {
                let (outcome, _, text) = check(&report, id);
                assert_eq!(outcome, check(&expected, id).0, "{profile} at {at}: {id}: {text}");
            }
        }
    }
}

/// A genuine chip that was without power for a moment at any command, and is still there when asked again.
#[test]
fn a_moment_without_power_is_no_refusal() {
    for profile in ["bac,aa:p256:sha256,ca", "pace:cam:aes128:13,aa:p256:sha256", "pace,aa:none,ca"] {
        let whole = reading_of(0, profile, &[], true);
        for at in 1..=whole.recorded.exchanges.len() {
            let air = |chip| Air { chip, comes_back: true, blinks_at: Some(at), evades: None, count: 0 };
            let reading = reading_in(0, profile, &[], air);
            let report = judge(&capture_of(&reading, today().at(), true));
            let failure = &reading.failure;
            assert_eq!(
                report.overall(),
                Outcome::Successful,
                "{profile} {at}: {failure:?} {}",
                trouble(&report)
            );
        }
    }
    // Without access control nothing tells of it but the proofs: they are asked again.
    let profile = "plain,aa:p256:sha256,ca";
    let whole = reading_of(0, profile, &[], true);
    for run in &whole.authentication {
        for at in run.span.first + 1..=run.span.last + 1 {
            let at = usize::try_from(at).unwrap();
            let air = |chip| Air { chip, comes_back: true, blinks_at: Some(at), evades: None, count: 0 };
            let report = judge(&capture_of(&reading_in(0, profile, &[], air), today().at(), true));
            assert_eq!(report.overall(), Outcome::Successful, "{profile} {at}: {}", trouble(&report));
        }
    }
}

/// Lost in every try, and lost without the values that drive the record again: undetermined, with a word of its own.
#[test]
fn a_session_lost_for_ever() {
    let profile = "bac,aa:none,ca";
    let first = |reading: &Reading| reading.authentication[0].span.first + 1;
    let at = first(&reading_of(0, profile, &[], true));
    let mut lost = 0;
    for again in 1..=at + 2 {
        let faults = [format!("session-lost:{at}"), format!("session-lost:{again}")];
        let reading = reading_of(0, profile, &faults.each_ref().map(String::as_str), true);
        let never = reading.authentication.iter().all(|run| run.response.is_none());
        // Lost in the answer that was to be the proof: nothing tells that from a clone.
        if reading.authentication.iter().any(|run| run.status.is_none()) {
            continue;
        }
        for keep_session in [true, false] {
            let report = judge(&capture_of(&reading, today().at(), keep_session));
            let (outcome, code, text) = check(&report, CA);
            let expected = match (never, keep_session) {
                (true, _) => (Outcome::Undetermined, "ca.session-lost"),
                (false, true) => (Outcome::Successful, "ok"),
                (false, false) => (Outcome::Undetermined, "session.absent"),
            };
            assert_eq!((outcome, code), expected, "{faults:?}: {text}");
            assert!(!never || text.contains("6988"), "{text}");
        }
        lost += usize::from(never);
    }
    assert!(lost > 0, "no try was lost twice");
}

/// Instruction that is answered so, check, and its outcome, code and words.
type Evasion = (u8, &'static [u8], &'static str, Outcome, &'static str, &'static str);

/// A clone that leaves the session at every proof, in whatever way: asked twice and no more, never successful, and the
/// reason says what happened.
#[test]
fn a_clone_that_leaves_every_proof() {
    use Outcome::{Failed, Undetermined};
    let rows: [Evasion; 8] = [
        (0x88, &[0x69, 0x88], AA, Undetermined, "aa.session-lost", "in each of 2 tries"),
        (0x88, &[0x69, 0x87], AA, Undetermined, "aa.session-lost", "6987"),
        (0x88, &[0x90, 0x00], AA, Failed, "aa.refused", "left the session with 9000"),
        (0x88, &[0x6D, 0x00], AA, Failed, "aa.refused", "6D00"),
        (
            0x88,
            &[0x99, 0x02, 0x90, 0x00, 0x90, 0x00],
            AA,
            Undetermined,
            "aa.session-lost",
            "in each of 2 tries",
        ),
        (0x22, &[0x69, 0x88], CA, Undetermined, "ca.session-lost", "6988"),
        (0x22, &[0x6D, 0x00], CA, Failed, "ca.refused", "6D00"),
        (0x22, &[0x90, 0x00], CA, Failed, "ca.refused", "9000"),
    ];
    for (instruction, answer, id, outcome, code, said) in rows {
        let profile = if id == AA { "bac,aa:p256:sha256" } else { "bac,aa:none,ca:aes128:12:1" };
        let evades = Some((instruction, answer));
        let air = |chip| Air { chip, comes_back: true, blinks_at: None, evades, count: 0 };
        let reading = reading_in(0, profile, &[], air);
        let context = format!("{instruction:02X} {answer:02X?}");
        assert!((1..=3).contains(&reading.authentication.len()), "{context}: {:?}", reading.authentication);
        for keep_session in [true, false] {
            let report = judge(&capture_of(&reading, today().at(), keep_session));
            let (found, its_code, text) = check(&report, id);
            assert_ne!(report.overall(), Outcome::Successful, "{context}");
            if keep_session {
                assert_eq!((found, its_code), (outcome, code), "{context}: {text}");
                assert!(text.contains(said), "{context}: {text}");
            } else {
                assert!(matches!(found, Failed | Undetermined), "{context}: {found} {text}");
            }
        }
    }
}

/// Taken away for good in a run of a proof: aborted, not refused; put back, run again.
#[test]
fn torn_out_in_a_proof() {
    for (profile, id) in [
        ("bac,aa:p256:sha256", AA),
        ("plain,aa:p256:sha256", AA),
        ("bac,aa:none,ca", CA),
        ("plain,aa:none,ca", CA),
    ] {
        let whole = reading_of(0, profile, &[], true);
        let span = whole.authentication[0].span;
        for at in span.first + 1..=span.last + 1 {
            let fault = format!("torn-out:{at}");
            let reading = reading_of(0, profile, &[&fault], false);
            let report = judge(&capture_of(&reading, today().at(), true));
            let (outcome, code, text) = check(&report, id);
            // The command whose answer would have been the proof, or one on the way to it.
            assert_eq!((outcome, code), (Outcome::Aborted, "broke-off"), "{profile} {fault}: {text}");
            let again = reading_of(0, profile, &[&fault], true);
            let report = judge(&capture_of(&again, today().at(), true));
            assert_eq!(report.overall(), Outcome::Successful, "{profile} {fault}: {}", trouble(&report));
        }
    }
}

/// A chip that was read without a key and asks for one in the protocol does not refuse it; one that was asked for its access
/// control and has none does.
#[test]
fn a_key_that_was_not_given() {
    let reading = reading_of(0, "plain,aa:none,ca", &["ca-6f00"], true);
    let mut capture = capture_of(&reading, today().at(), true);
    let part = capture.chip.as_ref().unwrap();
    let session = Session::read(part.session.as_ref().unwrap().data.bytes().unwrap()).unwrap();
    let mut lines = read_apdu_log(part.apdu_log.as_ref().unwrap().data.bytes().unwrap()).unwrap();
    for line in lines.iter_mut().filter(|line| line.r.as_deref() == Some(&[0x6F, 0x00])) {
        line.r = Some(vec![0x69, 0x82]);
    }
    capture.chip_mut().keep_session(&lines, Some(&session));
    let report = judge(&capture);
    let bac = reading.attempts.iter().any(|attempt| attempt.way == verifier_chip::reading::Way::Bac);
    assert!(bac, "{:?}", reading.attempts);
    assert_eq!(check(&report, CA).1, "ca.refused", "BAC was tried, and is not there");
}

/// A kiosk feeds the same evidence piece by piece and gets the same report.
#[test]
fn a_live_inspection_is_the_same() {
    let capture = read("pace,aa:p256:sha256,ca", &[]);
    let expected = judge(&capture);
    let part = capture.chip.clone().unwrap();
    let lines = read_apdu_log(part.apdu_log.as_ref().unwrap().data.bytes().unwrap()).unwrap();
    let session = Session::read(part.session.as_ref().unwrap().data.bytes().unwrap()).unwrap();
    let options = InspectionOptions { captured_at: capture.captured_at, ..InspectionOptions::default() };
    let inspection = verifier(chip_only()).inspect(today(), options);
    for (name, file) in &part.files {
        inspection.put_chip_file(name, file.data.bytes().unwrap().clone());
    }
    for entry in &part.authentication {
        inspection.put_authentication(entry.clone());
    }
    inspection.put_chip_session(&lines, Some(&session));
    let report = inspection.finish();
    assert_eq!(report.overall(), Outcome::Successful, "{}", trouble(&report));
    assert_eq!(report.digest, expected.digest);
}

/// Nothing of the holder, the key or the session stands in a report that was not asked for it.
#[test]
fn reports_hold_no_secrets() {
    let capture = read("pace,aa:p256:sha256,ca", &[]);
    let session = capture.chip.as_ref().unwrap().session.as_ref().unwrap().data.bytes().unwrap().clone();
    let session = Session::read(&session).unwrap();
    let text = serde_json::to_string(&judge(&capture)).unwrap();
    let secrets =
        session.draws.iter().map(|drawn| hex(&drawn.value)).chain(session.mrz_key.as_deref().map(hex));
    for secret in secrets {
        assert!(!text.contains(&secret));
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
