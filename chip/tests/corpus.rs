//! Real certificates, lists and security objects of the corpus (skipped loudly where it is absent).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stderr,
    missing_docs,
    reason = "test code"
)]

mod store;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use store::Store;
use verifier_chip::Limits;
use verifier_chip::authentication::passive::{
    ComFact, DataGroupFact, Files, SignatureFact, SodFact, authenticate,
};
use verifier_chip::finding::Code;
use verifier_chip::lds::{Dg1, Dg2, Dg14, Dg15, DgNumber};
use verifier_chip::pki::signature::Verdict;
use verifier_chip::pki::{Certificate, ChainFact, ListSignature, MasterList, NoAnchors};
use verifier_chip::sod::{SignerVerdict, Sod};

const LISTS: [(&str, usize); 8] = [
    ("masterlists/DE_ML_2024-12-19-10-09-11.ml", 551),
    ("masterlists/DE_ML_2025-08-14-07-41-09.ml", 571),
    ("masterlists/NL_ML_2025-07-29.ml", 394),
    ("masterlists/NL_ML_2026-02-16.ml", 392),
    ("masterlists/ICAO_ml_September2023.ml", 394),
    ("masterlists-bare/DE_ML_2020-04-13_9c74da5f.bin", 396),
    ("masterlists-bare/DE_ML_2022-01-01_3facf742.bin", 446),
    ("masterlists-bare/DE_ML_2024-01-01_35163e74.bin", 506),
];

fn corpus() -> Option<PathBuf> {
    let path = std::env::var_os("VERIFIER_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), PathBuf::from);
    if path.is_dir() {
        Some(path)
    } else {
        eprintln!("SKIPPED: the corpus is not at {} (set VERIFIER_CORPUS)", path.display());
        None
    }
}

macro_rules! corpus {
    () => {
        match corpus() {
            Some(path) => path,
            None => return,
        }
    };
}

fn certificate(path: &std::path::Path) -> Arc<Certificate> {
    let file = std::fs::read(path).unwrap();
    if file.starts_with(b"-----") {
        return Certificate::parse(&store::pem(&file)).unwrap();
    }
    Certificate::parse(&file).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every CSCA certificate of every list, once.
fn all_cscas(corpus: &std::path::Path) -> Vec<Arc<Certificate>> {
    let mut all = BTreeMap::new();
    for (name, _) in LISTS {
        let list = MasterList::parse(&std::fs::read(corpus.join(name)).unwrap()).unwrap();
        for certificate in list.certificates {
            all.insert(*certificate.sha256(), certificate);
        }
    }
    all.into_values().collect()
}

/// Document signers of the LDIF: a small reader for tests only.
fn ldif_signers(corpus: &std::path::Path) -> Vec<Arc<Certificate>> {
    let text = std::fs::read_to_string(corpus.join("ldif/icaopkd-003-complete-000090.part-a.ldif")).unwrap();
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "");
    unfolded
        .lines()
        .filter_map(|line| {
            line.split_once(":: ").filter(|(name, _)| name.eq_ignore_ascii_case("userCertificate;binary"))
        })
        .map(|(_, value)| Certificate::parse(&store::base64(value.as_bytes())).unwrap())
        .collect()
}

#[test]
fn every_listed_certificate_parses() {
    let corpus = corpus!();
    for (name, count) in LISTS {
        let list = MasterList::parse(&std::fs::read(corpus.join(name)).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(list.malformed.is_empty(), "{name}: {:?}", list.malformed);
        assert_eq!(list.certificates.len(), count, "{name}");
    }
    for entry in std::fs::read_dir(corpus.join("certs")).unwrap() {
        certificate(&entry.unwrap().path());
    }
    assert_eq!(ldif_signers(&corpus).len(), 252);
}

#[test]
fn certificates_verify_under_their_issuers() {
    let corpus = corpus!();
    let cscas = all_cscas(&corpus);
    let store = Store::new(&cscas);
    let mut exceptions = Vec::new();
    let (mut with_candidate, mut verified) = (0, 0);
    for certificate in &cscas {
        match store.find(certificate) {
            ChainFact::Verified { .. } => {
                with_candidate += 1;
                verified += 1;
            }
            ChainFact::NoAnchor { tried: 0, .. } => {
                eprintln!("no candidate: {} {}", certificate.subject(), hex::encode(certificate.sha256()));
            }
            fact => {
                with_candidate += 1;
                let kind = match fact {
                    ChainFact::RefusedByKeyIdentifier { .. } => "refused by key identifier".to_owned(),
                    ChainFact::Unsupported { reason, .. } => reason.to_string(),
                    _ => "no candidate by name verifies".to_owned(),
                };
                exceptions.push(format!(
                    "{} {} {kind}",
                    hex::encode(certificate.sha256()),
                    certificate.subject()
                ));
            }
        }
    }
    eprintln!(
        "{} certificates, {verified} of {with_candidate} verify; exceptions: {exceptions:#?}",
        cscas.len()
    );
    assert!(exceptions.len() * 1000 <= 2 * with_candidate, "{exceptions:#?}");
}

#[test]
fn document_signers_of_the_ldif_chain_by_key_identifier() {
    let corpus = corpus!();
    let store = Store::new(&all_cscas(&corpus));
    for signer in ldif_signers(&corpus) {
        let fact = store.find(&signer);
        assert!(
            matches!(
                fact,
                ChainFact::Verified { class: verifier_chip::pki::CandidateClass::KeyIdentifier, .. }
            ),
            "{}: {fact:?}",
            signer.subject()
        );
    }
}

#[test]
fn master_lists_verify_under_their_pinned_roots() {
    let corpus = corpus!();
    for (list, pin, null_missing) in [
        ("masterlists/DE_ML_2024-12-19-10-09-11.ml", "certs/DE_ROOT_CA_CSCA07.cer", false),
        ("masterlists/DE_ML_2025-08-14-07-41-09.ml", "certs/DE_ROOT_CA_CSCA07.cer", false),
        ("masterlists/NL_ML_2025-07-29.ml", "certs/NL_ROOT_CA.cer", false),
        ("masterlists/NL_ML_2026-02-16.ml", "certs/NL_ROOT_CA.cer", false),
        ("masterlists/ICAO_ml_September2023.ml", "certs/UN_CSCA_2.pem", true),
    ] {
        let parsed = MasterList::parse(&std::fs::read(corpus.join(list)).unwrap()).unwrap();
        let pinned = Store::new(&[certificate(&corpus.join(pin))]);
        let ListSignature::Signed(signer) = parsed.check_signature(&pinned, &Limits::default()) else {
            panic!("{list}: no signer");
        };
        assert!(matches!(signer.verdict, SignerVerdict::Valid { .. }), "{list}: {:?}", signer.verdict);
        assert!(signer.chain.anchor().is_some(), "{list}: {:?}", signer.chain);
        let found = signer.findings.iter().any(|finding| finding.code == Code::DigestInfoNullMissing);
        assert_eq!(found, null_missing, "{list}: {:?}", signer.findings);
        // The list's own certificates do not make it trusted.
        let ListSignature::Signed(signer) = parsed.check_signature(&NoAnchors, &Limits::default()) else {
            panic!("{list}: no signer");
        };
        assert!(signer.chain.anchor().is_none(), "{list}");
    }
}

#[test]
fn security_objects() {
    let corpus = corpus!();
    let list = std::fs::read(corpus.join("masterlists/DE_ML_2025-08-14-07-41-09.ml")).unwrap();
    let store = Store::new(&MasterList::parse(&list).unwrap().certificates);
    let mut files: Vec<_> =
        std::fs::read_dir(corpus.join("sods")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file = std::fs::read(&path).unwrap();
        let facts = authenticate(&Files { sod: Some(&file), ..Files::default() }, &store, &Limits::default());
        eprintln!(
            "{name}: {:?} {:?} chain {:?}",
            facts.signature,
            facts.parsed_sod().map(|sod| sod.findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>()),
            facts.signer.as_ref().map(|signer| match &signer.chain {
                ChainFact::Verified { anchor, .. } => anchor.subject().to_string(),
                other => format!("{other:?}").chars().take(60).collect(),
            })
        );
        if name.contains("TAMPERED") {
            assert!(
                matches!(facts.signature, SignatureFact::Failed(_) | SignatureFact::NotRun),
                "{name}: {:?}",
                facts.signature
            );
        } else {
            assert_eq!(facts.signature, SignatureFact::Valid, "{name}");
        }
    }
}

struct Set {
    sod: &'static str,
    prefix: &'static str,
    com: &'static str,
    groups: &'static [(u8, &'static str)],
    identical: &'static [u8],
    unlisted: &'static [u8],
}

#[test]
fn data_group_hashes_of_whole_sets() {
    let corpus = corpus!();
    for set in [
        Set {
            sod: "sods/SOD_BSI_TR03105-5_refdata_HJP_68f32f11.bin",
            prefix: "dgs/BSI_TR03105-5_refdata_",
            com: "EF_COM.bin",
            groups: &[
                (1, "Datagroup1.bin"),
                (2, "Datagroup2.bin"),
                (3, "Datagroup3.bin"),
                (4, "Datagroup4.bin"),
                (14, "Datagroup14.bin"),
                (15, "Datagroup15.bin"),
            ],
            identical: &[1, 2, 3, 4, 14],
            unlisted: &[15],
        },
        Set {
            sod: "sods/SOD_NL_2006_specimen_911afa57.bin",
            prefix: "dgs/NL_2006_specimen_",
            com: "ef011E.bin",
            groups: &[(1, "ef0101.bin"), (2, "ef0102.bin"), (15, "ef010F.bin")],
            identical: &[1, 2, 15],
            unlisted: &[],
        },
        Set {
            sod: "sods/SOD_BSI2008_test_bp224_3d920b7e.bin",
            prefix: "dgs/BSI2008_test_",
            com: "EF_COM.bin",
            groups: &[
                (1, "Datagroup1.bin"),
                (2, "Datagroup2.bin"),
                (3, "Datagroup3.bin"),
                (4, "Datagroup4.bin"),
                (14, "Datagroup14.bin"),
                (15, "Datagroup15.bin"),
            ],
            identical: &[1, 2, 3, 14],
            unlisted: &[4, 15],
        },
    ] {
        let read = |name: &str| std::fs::read(corpus.join(format!("{}{name}", set.prefix))).unwrap();
        let sod = std::fs::read(corpus.join(set.sod)).unwrap();
        let com = read(set.com);
        let groups: Vec<(DgNumber, Vec<u8>)> =
            set.groups.iter().map(|(n, name)| (DgNumber::new(*n).unwrap(), read(name))).collect();
        let files = Files {
            sod: Some(&sod),
            com: Some(&com),
            data_groups: groups.iter().map(|(number, file)| (*number, file.as_slice())).collect(),
            ..Files::default()
        };
        let facts = authenticate(&files, &NoAnchors, &Limits::default());
        eprintln!("{}: {:?} {:?} {:?}", set.sod, facts.signature, facts.data_groups, facts.com);
        assert!(matches!(facts.sod, SodFact::Parsed(_)));
        assert_eq!(facts.signature, SignatureFact::Valid, "{}", set.sod);
        for number in set.identical {
            let number = DgNumber::new(*number).unwrap();
            assert_eq!(facts.data_groups[&number], DataGroupFact::Identical, "{} {number}", set.sod);
            assert_eq!(facts.bound(number).unwrap().bytes(), files.data_groups[&number]);
        }
        for number in set.unlisted {
            let number = DgNumber::new(*number).unwrap();
            assert_eq!(facts.data_groups[&number], DataGroupFact::Unlisted, "{} {number}", set.sod);
            assert!(facts.bound(number).is_none());
        }
        assert!(matches!(facts.com, ComFact::Same(_) | ComFact::Differs { .. }));
        let dg1 = facts.bound(DgNumber::DG1).unwrap().decode::<Dg1>().unwrap();
        assert!(dg1.lines().is_some());
        let dg2 = facts.bound(DgNumber::DG2).unwrap().decode::<Dg2>().unwrap();
        assert_eq!(dg2.faces().len(), 1);
        assert!(!dg2.picture(&dg2.faces()[0]).is_empty());
        if let Some(bound) = facts.bound(DgNumber::DG15) {
            bound.decode::<Dg15>().unwrap();
        }
        if let Some(bound) = facts.bound(DgNumber::DG14) {
            assert!(!bound.decode::<Dg14>().unwrap().security_infos.infos.is_empty());
        }
        // One changed octet anywhere in DG2: another hash, and nothing is bound.
        let mut changed = groups[1].1.clone();
        *changed.last_mut().unwrap() ^= 1;
        let mut files = files.clone();
        files.data_groups.insert(DgNumber::DG2, &changed);
        let facts = authenticate(&files, &NoAnchors, &Limits::default());
        assert_eq!(facts.data_groups[&DgNumber::DG2], DataGroupFact::Different);
        assert!(facts.bound(DgNumber::DG2).is_none());
    }
}

#[test]
fn rolled_over_keys() {
    // German CSCAs of 2010, 2016 and 2020 with the link certificates between them.
    let corpus = corpus!();
    let read = |name: &str| certificate(&corpus.join("certs").join(name));
    let (old, middle) = (read("2010-12_CSCA.cer"), read("2016-01_CSCA.cer"));
    let (link, new_link, new) =
        (read("2016-01_CSCA_LINK.cer"), read("2020-10_CSCA_LINK.cer"), read("2020-10_CSCA.cer"));
    assert!(matches!(link.verify_issued_by(&old), Verdict::Valid { .. }));
    assert!(matches!(new_link.verify_issued_by(&middle), Verdict::Valid { .. }));
    assert!(!matches!(new_link.verify_issued_by(&old), Verdict::Valid { .. }));
    assert!(matches!(new.verify_self_signature(), Verdict::Valid { .. }));
    // Link and root share the key: whichever the store holds, the same certificates verify.
    assert_eq!(link.public_key().spki(), middle.public_key().spki());
    assert_eq!(link.subject_key_identifier(), middle.subject_key_identifier());
}

#[test]
fn structure_of_a_security_object_is_reported() {
    let corpus = corpus!();
    let file = std::fs::read(corpus.join("sods/SOD_NZ_2011_indefinite_60000154.bin")).unwrap();
    let sod = Sod::parse(&file, &Limits::default()).unwrap();
    assert!(sod.findings.iter().any(|finding| finding.code == Code::SodBer));
    for length in 0..file.len() {
        assert!(Sod::parse(&file[..length], &Limits::default()).is_err(), "{length}");
    }
}
