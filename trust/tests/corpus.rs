//! Real lists, certificates and LDIF (facts in `VERIFIER_CORPUS`), imported as an operator would.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    reason = "test code"
)]

use std::path::PathBuf;
use std::sync::OnceLock;
use time::OffsetDateTime;
use time::macros::datetime;
use verifier_chip::Limits;
use verifier_chip::pki::{Anchors, Certificate, find_issuer};
use verifier_trust::{Import, ImportReport, Reason, Snapshot, SourceKind, Standing, TrustStore, difference};

const NOW: OffsetDateTime = datetime!(2026-11-21 10:00 UTC);

fn corpus(test: &str) -> Option<PathBuf> {
    let place = std::env::var_os("VERIFIER_CORPUS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus")),
        PathBuf::from,
    );
    if place.is_dir() {
        return Some(place);
    }
    eprintln!("SKIPPED: {test}: no corpus at {} (set VERIFIER_CORPUS)", place.display());
    None
}

/// The German list of 2025-08-14 under its pinned root.
fn german(corpus: &std::path::Path) -> Snapshot {
    static GERMAN: OnceLock<Snapshot> = OnceLock::new();
    GERMAN
        .get_or_init(|| {
            let import = Import::new(NOW)
                .pin(corpus.join("certs/DE_ROOT_CA_CSCA07.cer"))
                .file(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml"));
            let (snapshot, report) = Snapshot::empty().import(&import);
            assert!(!report.has_refusals(), "{report:#?}");
            snapshot
        })
        .clone()
}

fn import(before: &Snapshot, import: &Import) -> (Snapshot, ImportReport) {
    before.import(import)
}

#[test]
fn the_german_list_rests_on_its_pinned_root_in_any_order() {
    let Some(corpus) = corpus("the_german_list_rests_on_its_pinned_root_in_any_order") else { return };
    let list = corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml");
    let root = corpus.join("certs/DE_ROOT_CA_CSCA07.cer");
    let (one, first) = import(&Snapshot::empty(), &Import::new(NOW).pin(&root).file(&list));
    let (other, second) = import(&Snapshot::empty(), &Import::new(NOW).file(&list).file(&root));
    for (report, at) in [(&first, 1), (&second, 0)] {
        let file = &report.files[at];
        assert_eq!(file.kind, Some(SourceKind::MasterList));
        assert_eq!(file.refused, []);
        assert_eq!(file.anchors + file.known, 571, "{file:?}");
        assert_eq!(file.signed_at.unwrap().date(), datetime!(2025-08-14 0:00 UTC).date());
        assert_eq!(report.pinned.len(), 1);
        assert!(report.pinned[0].subject.starts_with("C=DE"), "{:?}", report.pinned);
        assert!(report.changed);
    }
    assert_eq!(one.anchors(), other.anchors());
    assert_eq!(one.newest(), first.files[1].signed_at);
    // All but the pinned root, which the list may or may not repeat, come from it.
    let from_list = one.certificates().filter(|c| c.sources.iter().any(|s| s.kind == SourceKind::MasterList));
    assert_eq!(from_list.count(), 571);
    assert!(one.certificates().all(|c| !c.unsigned && !c.utopia && c.standing == Standing::Anchor));
    // Again: nothing new, the same snapshot.
    let (again, report) = import(&one, &Import::new(NOW).file(&list).pin(&root));
    assert_eq!(again, one);
    assert!(!report.changed && !report.has_refusals(), "{report:#?}");
    assert_eq!(report.files[0].known, 571);
    assert!(!report.pinned[0].new);
}

#[test]
fn without_its_root_nothing_of_a_list_is_taken() {
    let Some(corpus) = corpus("without_its_root_nothing_of_a_list_is_taken") else { return };
    for name in ["DE_ML_2025-08-14-07-41-09.ml", "NL_ML_2025-07-29.ml", "ICAO_ml_September2023.ml"] {
        let list = corpus.join("masterlists").join(name);
        let (after, report) =
            import(&Snapshot::empty(), &Import::new(NOW).file(&list).unsigned(true).force(true));
        assert_eq!(after, Snapshot::empty(), "{name}");
        let Reason::UntrustedSigner(hint) = &report.files[0].refused[0].reason else { panic!("{report:#?}") };
        println!("{name}: pin {hint:?}");
        // The reason names the certificate that does make it acceptable.
        let pin = ["DE_ROOT_CA_CSCA07.cer", "NL_ROOT_CA.cer", "UN_CSCA_2.pem"]
            .into_iter()
            .find(|pin| name.starts_with(&pin[..2]) || (name.starts_with("ICAO") && pin.starts_with("UN")))
            .unwrap();
        let pinned = Import::new(NOW).pin(corpus.join("certs").join(pin));
        let (pinned, _) = import(&Snapshot::empty(), &pinned);
        let root = pinned.certificates().next().unwrap().certificate;
        assert_eq!(hint.subject, root.subject().to_string());
        if let (Some(wanted), Some(found)) = (&hint.key_identifier, root.subject_key_identifier()) {
            assert_eq!(wanted, found);
        }
    }
}

#[test]
fn every_signed_list_imports_under_its_own_root() {
    let Some(corpus) = corpus("every_signed_list_imports_under_its_own_root") else { return };
    for (list, pin, least) in [
        ("DE_ML_2024-12-19-10-09-11.ml", "DE_ROOT_CA_CSCA07.cer", 500),
        ("NL_ML_2025-07-29.ml", "NL_ROOT_CA.cer", 300),
        ("NL_ML_2026-02-16.ml", "NL_ROOT_CA.cer", 300),
        ("ICAO_ml_September2023.ml", "UN_CSCA_2.pem", 300),
    ] {
        let request =
            Import::new(NOW).file(corpus.join("masterlists").join(list)).pin(corpus.join("certs").join(pin));
        let (snapshot, report) = import(&Snapshot::empty(), &request);
        let file = &report.files[0];
        assert_eq!(file.refused, [], "{list}");
        assert!(file.anchors + file.known >= least, "{list}: {file:?}");
        println!(
            "{list}: {} certificates, signed {:?}, {:?}",
            file.anchors + file.known,
            file.signed_at,
            file.findings
        );
        assert!(snapshot.anchors() >= least);
        if list.starts_with("ICAO") {
            assert!(!file.findings.is_empty(), "the missing NULL of its DigestInfo is told");
        }
    }
}

#[test]
fn an_older_list_is_refused_unless_forced() {
    let Some(corpus) = corpus("an_older_list_is_refused_unless_forced") else { return };
    let old = corpus.join("masterlists/DE_ML_2024-12-19-10-09-11.ml");
    let before = german(&corpus);
    let (after, report) = import(&before, &Import::new(NOW).file(&old));
    assert_eq!(after, before);
    let Reason::Rollback(newer) = report.files[0].refused[0].reason else { panic!("{report:#?}") };
    assert_eq!(Some(newer), before.newest());
    let (forced, report) = import(&before, &Import::new(NOW).file(&old).force(true));
    assert!(!report.has_refusals(), "{report:#?}");
    assert!(forced.sources().iter().any(|source| source.forced));
    assert_eq!(forced.newest(), before.newest(), "the head does not go back");
    // Both in one command, in either order.
    let (both, report) = import(
        &Snapshot::empty(),
        &Import::new(NOW)
            .file(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml"))
            .file(&old)
            .pin(corpus.join("certs/DE_ROOT_CA_CSCA07.cer")),
    );
    assert!(!report.has_refusals(), "{report:#?}");
    assert_eq!(both.anchors(), forced.anchors());
    let gained = difference(&before, &forced);
    assert_eq!((gained.removed.len(), gained.new_sources.len()), (0, 1));
    assert_eq!(gained.added.len(), forced.anchors() - before.anchors());
}

#[test]
fn one_changed_byte_and_nothing_is_taken() {
    let Some(corpus) = corpus("one_changed_byte_and_nothing_is_taken") else { return };
    let good = std::fs::read(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml")).unwrap();
    let root = corpus.join("certs/DE_ROOT_CA_CSCA07.cer");
    for place in (0..good.len()).step_by(good.len() / 23) {
        let mut bad = good.clone();
        bad[place] ^= 0x10;
        let (snapshot, report) =
            import(&Snapshot::empty(), &Import::new(NOW).bytes("bad.ml", bad).pin(&root));
        let anchors = snapshot.anchors();
        // A byte of an embedded certificate that nobody needs may change; a byte of the list may not.
        assert!(anchors == 1 || (anchors > 500 && place > good.len() - 20_000), "{place}: {report:#?}");
    }
    let cut = good[..good.len() / 2].to_vec();
    let (snapshot, report) = import(&Snapshot::empty(), &Import::new(NOW).bytes("cut.ml", cut).pin(&root));
    assert!(report.has_refusals());
    assert_eq!(snapshot.anchors(), 1);
}

#[test]
fn bare_lists_need_the_operator_s_word_and_stay_marked() {
    let Some(corpus) = corpus("bare_lists_need_the_operator_s_word_and_stay_marked") else { return };
    let bare = corpus.join("masterlists-bare/DE_ML_2024-01-01_35163e74.bin");
    let (none, report) = import(&Snapshot::empty(), &Import::new(NOW).file(&bare));
    assert_eq!(none.anchors(), 0);
    assert_eq!(report.files[0].refused[0].reason, Reason::Unsigned);
    let (taken, report) = import(&Snapshot::empty(), &Import::new(NOW).file(&bare).unsigned(true));
    assert!(!report.has_refusals(), "{report:#?}");
    assert!(taken.anchors() > 400);
    assert!(taken.certificates().all(|c| c.unsigned));
    // A signed list does not rest on them...
    let list = corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml");
    let (after, report) = import(&taken, &Import::new(NOW).file(&list));
    assert!(matches!(report.files[0].refused[0].reason, Reason::UntrustedSigner(_)), "{report:#?}");
    assert_eq!(after, taken);
    // ...and the mark goes from those that a signed list vouches for.
    let (after, _) =
        import(&taken, &Import::new(NOW).file(&list).pin(corpus.join("certs/DE_ROOT_CA_CSCA07.cer")));
    let unsigned = after.certificates().filter(|c| c.unsigned).count();
    assert!(
        unsigned > 0 && unsigned < 100 && after.certificates().filter(|c| !c.unsigned).count() >= 571,
        "{unsigned}"
    );
}

#[test]
fn the_ldif_brings_signers_that_chain() {
    let Some(corpus) = corpus("the_ldif_brings_signers_that_chain") else { return };
    let ldif = corpus.join("ldif/icaopkd-003-complete-000090.part-a.ldif");
    let (snapshot, report) = import(&Snapshot::empty(), &Import::new(NOW).file(&ldif));
    assert_eq!(report.files[0].refused, []);
    assert_eq!((report.files[0].signers, snapshot.signers(), snapshot.anchors()), (252, 252, 0));
    // All lists and roots of the corpus together.
    let mut all = Import::new(NOW).file(&ldif).unsigned(true);
    for folder in ["certs", "masterlists", "masterlists-bare"] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            all = all.file(entry.unwrap().path());
        }
    }
    let (all, report) = import(&Snapshot::empty(), &all);
    for file in &report.files {
        assert_eq!(file.refused, [], "{}", file.name);
    }
    let limits = Limits::default();
    let signers: Vec<_> =
        all.certificates().filter(|c| c.sources.iter().any(|s| s.kind == SourceKind::Ldif)).collect();
    assert_eq!(signers.len(), 252);
    let chained =
        signers.iter().filter(|s| find_issuer(&s.certificate, &all, &limits).anchor().is_some()).count();
    assert_eq!(chained, 252);
    println!("{} anchors, {} signers of the whole corpus", all.anchors(), all.signers());
}

#[test]
fn look_ups_agree_with_a_plain_search() {
    let Some(corpus) = corpus("look_ups_agree_with_a_plain_search") else { return };
    let snapshot = german(&corpus);
    let all: Vec<_> = snapshot.certificates().collect();
    let same = |mut a: Vec<[u8; 32]>, mut b: Vec<[u8; 32]>| {
        a.sort_unstable();
        b.sort_unstable();
        assert_eq!(a, b);
    };
    let hashes =
        |list: Vec<std::sync::Arc<Certificate>>| list.iter().map(|c| *c.sha256()).collect::<Vec<_>>();
    for stored in &all {
        let c = &stored.certificate;
        if let Some(key) = c.subject_key_identifier() {
            let plain = all.iter().filter(|o| o.certificate.subject_key_identifier() == Some(key));
            same(hashes(snapshot.by_key_identifier(key)), plain.map(|o| *o.certificate.sha256()).collect());
        }
        let name = c.subject().key();
        let plain = all.iter().filter(|o| o.certificate.subject().key() == name);
        same(hashes(snapshot.by_subject(name)), plain.map(|o| *o.certificate.sha256()).collect());
        let country = c.subject().country_code().unwrap_or_default();
        let plain = all.iter().filter(|o| o.country == country);
        same(hashes(snapshot.by_country(&country)), plain.map(|o| *o.certificate.sha256()).collect());
        assert_eq!(snapshot.certificate(c.sha256()).unwrap().certificate.der(), c.der());
        let found = snapshot.find(&hex::encode(c.sha256())[..16]);
        assert!(found.iter().any(|f| f.certificate.sha256() == c.sha256()));
    }
    assert!(snapshot.by_key_identifier(b"").is_empty());
    assert!(snapshot.by_country("ZZ").is_empty());
    assert!(snapshot.find("zz").is_empty() && snapshot.find("abc").is_empty());
}

#[test]
fn coverage_history_and_export_tell_the_whole_store() {
    let Some(corpus) = corpus("coverage_history_and_export_tell_the_whole_store") else { return };
    let place = tempfile::tempdir().unwrap();
    let store = TrustStore::open_or_create(place.path().join("trust")).unwrap();
    let first = Import::new(NOW).by("anna").pin(corpus.join("certs/DE_ROOT_CA_CSCA07.cer"));
    assert!(store.import(&first).unwrap().changed);
    let list = Import::new(NOW).by("bert").file(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml"));
    let report = store.import(&list).unwrap();
    assert!(report.changed && report.files[0].rests_on.is_some());
    let snapshot = TrustStore::open(place.path().join("trust")).unwrap().snapshot().unwrap();
    assert_eq!(snapshot.sha256(), report.snapshot);

    let history = store.history().unwrap();
    assert_eq!(history.len(), 3);
    assert_eq!((history[0].anchors, history[1].anchors, history[2].anchors), (snapshot.anchors(), 1, 0));
    println!("{:?}\n{:?}", history[0].acts, history[1].acts);

    let coverage = snapshot.coverage(NOW);
    let total: usize = coverage.iter().map(|c| c.roots + c.links).sum();
    assert_eq!(total, snapshot.anchors());
    let germany = coverage.iter().find(|c| c.country == "DE").unwrap();
    assert!(germany.roots > 2 && germany.links > 0 && germany.pinned == 1, "{germany:?}");
    assert!(germany.oldest < germany.newest && germany.newest < germany.valid_until);
    assert_eq!(germany.keys.values().sum::<usize>(), germany.roots + germany.links);

    let pem = snapshot.to_pem(true);
    let (again, report) = Snapshot::empty().import(&Import::new(NOW).bytes("all.pem", pem.into_bytes()));
    assert_eq!(report.files[0].refused, []);
    // Named by the operator one by one: all pinned. Those without any mark of an authority are signers then.
    assert_eq!(again.anchors() + again.signers(), snapshot.anchors());
}

#[test]
fn a_thousand_certificates_open_in_no_time() {
    let Some(corpus) = corpus("a_thousand_certificates_open_in_no_time") else { return };
    let place = tempfile::tempdir().unwrap();
    let store = TrustStore::open_or_create(place.path()).unwrap();
    let mut all = Import::new(NOW).unsigned(true);
    for folder in ["certs", "masterlists", "masterlists-bare", "ldif"] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            all = all.file(entry.unwrap().path());
        }
    }
    let begun = std::time::Instant::now();
    store.import(&all).unwrap();
    println!("import of everything: {:?}", begun.elapsed());
    let mut times: Vec<_> = (0..20)
        .map(|_| {
            let begun = std::time::Instant::now();
            let snapshot = TrustStore::open(place.path()).unwrap().snapshot().unwrap();
            let took = begun.elapsed();
            assert!(snapshot.anchors() > 600);
            took
        })
        .collect();
    times.sort_unstable();
    let snapshot = store.snapshot().unwrap();
    println!(
        "open {} certificates: best {:?}, median {:?}",
        snapshot.anchors() + snapshot.signers(),
        times[0],
        times[10]
    );
    // Measured 5 ms in a release build; a debug build on a busy machine gets room.
    assert!(times[0] < std::time::Duration::from_millis(50), "{times:?}");
}
