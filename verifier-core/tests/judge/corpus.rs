//! Real documents: reference passport of BSI TR-03105-5, Dutch specimen, security objects of four states.

use std::path::PathBuf;
use std::sync::OnceLock;

use verifier_core::capture::Capture;
use verifier_core::trust::{Import, Snapshot};
use verifier_core::{Outcome, Policy, Report, Time, Verifier};

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("VERIFIER_CORPUS").map(PathBuf::from);
    let folder =
        named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"));
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no corpus at {} (set VERIFIER_CORPUS)", folder.display());
    None
}

fn german_list(corpus: &std::path::Path) -> Snapshot {
    static LIST: OnceLock<Snapshot> = OnceLock::new();
    let import = || {
        let import = Import::new(Time::parse("2025-08-15").unwrap().at())
            .pin(corpus.join("certs/DE_ROOT_CA_CSCA07.cer"))
            .file(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml"));
        let (snapshot, report) = Snapshot::empty().import(&import);
        assert!(!report.has_refusals(), "{report:?}");
        assert!(snapshot.anchors() >= 571, "{}", snapshot.anchors());
        snapshot
    };
    LIST.get_or_init(import).clone()
}

fn chip(corpus: &std::path::Path, files: &[(&str, &str)]) -> Capture {
    let mut capture = Capture::new();
    for (name, path) in files {
        capture.chip_mut().insert(name, std::fs::read(corpus.join(path)).unwrap());
    }
    capture
}

fn judged(corpus: &std::path::Path, capture: &Capture, at: &str) -> Report {
    let builder = Verifier::builder().policy(Policy::frontline()).trust(german_list(corpus));
    builder.build().unwrap().verify(capture, Time::parse(at).unwrap())
}

fn hjp(corpus: &std::path::Path) -> Capture {
    chip(
        corpus,
        &[
            ("EF.SOD", "sods/SOD_BSI_TR03105-5_refdata_HJP_68f32f11.bin"),
            ("EF.COM", "dgs/BSI_TR03105-5_refdata_EF_COM.bin"),
            ("DG1", "dgs/BSI_TR03105-5_refdata_Datagroup1.bin"),
            ("DG2", "dgs/BSI_TR03105-5_refdata_Datagroup2.bin"),
            ("DG3", "dgs/BSI_TR03105-5_refdata_Datagroup3.bin"),
            ("DG4", "dgs/BSI_TR03105-5_refdata_Datagroup4.bin"),
            ("DG14", "dgs/BSI_TR03105-5_refdata_Datagroup14.bin"),
        ],
    )
}

#[track_caller]
fn expect(report: &Report, id: &str, outcome: Outcome, code: &str) {
    let check = report.check(id).unwrap_or_else(|| panic!("no {id}"));
    assert_eq!((check.outcome, check.reason.code.as_str()), (outcome, code), "{id}: {}", check.reason.text);
}

#[test]
fn the_reference_passport_in_its_time() {
    let Some(corpus) = corpus() else { return };
    let report = judged(&corpus, &hjp(&corpus), "2014-06-01");
    expect(&report, "chip.sod.signature", Outcome::Successful, "ok");
    for number in [1, 2, 3, 4, 14] {
        expect(&report, &format!("chip.sod.hash-dg{number}"), Outcome::Successful, "ok");
    }
    expect(&report, "chip.com.matches-sod", Outcome::Successful, "ok");
    expect(&report, "chip.issuer.chain", Outcome::Undetermined, "issuer.no-anchor");
    expect(&report, "chip.signer.validity", Outcome::Successful, "ok");
    expect(&report, "document.validity.expiry", Outcome::Successful, "ok");
    assert_eq!(report.overall(), Outcome::Undetermined);
    let chain = report.check("chip.issuer.chain").unwrap();
    assert!(chain.reason.text.contains("known are"), "names the roots: {}", chain.reason.text);
}

#[test]
fn the_reference_passport_today() {
    let Some(corpus) = corpus() else { return };
    let report = judged(&corpus, &hjp(&corpus), "2026-11-21");
    assert_eq!(report.overall(), Outcome::Failed);
    let deciding: Vec<&str> = report.deciding.iter().map(|id| id.as_str()).collect();
    assert_eq!(deciding, ["document.validity.expiry", "chip.signer.validity"]);
    expect(&report, "chip.issuer.chain", Outcome::Undetermined, "issuer.no-anchor");
}

#[test]
fn an_unsigned_data_group_of_the_reference_passport() {
    let Some(corpus) = corpus() else { return };
    let mut capture = hjp(&corpus);
    let dg15 = std::fs::read(corpus.join("dgs/BSI_TR03105-5_refdata_Datagroup15.bin")).unwrap();
    capture.chip_mut().insert("DG15", dg15);
    let report = judged(&corpus, &capture, "2014-06-01");
    assert_eq!(report.overall(), Outcome::Undetermined);
    assert_eq!(report.findings_of("chip.data-group.unsigned").count(), 1);
    let group = report.chip.as_ref().unwrap().data_groups.iter().find(|group| group.number == 15).unwrap();
    assert!(group.read && !group.listed && !group.bound);
    expect(&report, "chip.sod.hash-dg15", Outcome::Undetermined, "data-group.unsigned");
    expect(&report, "chip.aa.answer", Outcome::NotSupported, "not-applicable");
}

#[test]
fn the_dutch_specimen() {
    let Some(corpus) = corpus() else { return };
    let capture = chip(
        &corpus,
        &[
            ("EF.SOD", "sods/SOD_NL_2006_specimen_911afa57.bin"),
            ("EF.COM", "dgs/NL_2006_specimen_ef011E.bin"),
            ("DG1", "dgs/NL_2006_specimen_ef0101.bin"),
            ("DG2", "dgs/NL_2006_specimen_ef0102.bin"),
            ("DG15", "dgs/NL_2006_specimen_ef010F.bin"),
        ],
    );
    let report = judged(&corpus, &capture, "2010-06-01");
    expect(&report, "chip.sod.signature", Outcome::Successful, "ok");
    for number in [1, 2, 15] {
        expect(&report, &format!("chip.sod.hash-dg{number}"), Outcome::Successful, "ok");
    }
    expect(&report, "chip.issuer.chain", Outcome::Undetermined, "issuer.no-anchor");
    expect(&report, "chip.aa.answer", Outcome::Undetermined, "evidence.absent");
    assert_eq!(report.overall(), Outcome::Undetermined);

    let today = judged(&corpus, &capture, "2026-11-21");
    assert_eq!(today.overall(), Outcome::Failed);
    expect(&today, "document.validity.expiry", Outcome::Failed, "expired");
    expect(&today, "chip.signer.validity", Outcome::Failed, "signer.expired");
    expect(&today, "chip.issuer.chain", Outcome::Undetermined, "issuer.no-anchor");
}

#[test]
fn real_security_objects_chain_to_the_german_list() {
    let Some(corpus) = corpus() else { return };
    for file in [
        "SOD_AU_2016_8a8e8421.bin",
        "SOD_FR_2017_d9d0bb71.bin",
        "SOD_SG_2022b_a6ee93b9.bin",
        "SOD_US_2021_02ca3a69.bin",
        "SOD_AT_2023_bp256_96cc47e3.bin",
    ] {
        let report = judged(&corpus, &chip(&corpus, &[("EF.SOD", &format!("sods/{file}"))]), "2024-01-01");
        expect(&report, "chip.sod.structure", Outcome::Successful, "ok");
        expect(&report, "chip.sod.signature", Outcome::Successful, "ok");
        expect(&report, "chip.issuer.chain", Outcome::Successful, "ok");
        assert_eq!(report.overall(), Outcome::Undetermined, "{file}: an EF.SOD alone proves nothing");
        assert!(report.chip.unwrap().anchors[0].verified);
    }
}

#[test]
fn tampered_security_objects_fail() {
    let Some(corpus) = corpus() else { return };
    for file in ["SOD_TAMPERED_BSI_eContentType-id-data_f33762bb.bin", "SOD_TAMPERED_BSI_ETSI_c_c433a51a.bin"]
    {
        let report = judged(&corpus, &chip(&corpus, &[("EF.SOD", &format!("sods/{file}"))]), "2014-06-01");
        assert_eq!(report.overall(), Outcome::Failed, "{file}");
    }
}
