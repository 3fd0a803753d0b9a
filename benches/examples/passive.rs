//! Our side of `benches/passive.py`: passive authentication, lists and the trust store on real data.
//!
//! `extract DIR` writes the parts of each security object for the peers; `one NAME`, `made DIR`, `whole NAME`, `keys DIR`, `list`,
//! `store`, `million`, `ldif FILE MEGABYTES` and `import FILE` measure. Times are processor time of the thread, in microseconds, the median
//! of nine runs; of a document, of 101 rounds in which raw and whole work take turns, with the median of their ratio.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measuring program, not production code"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use rustix::time::{ClockId, clock_gettime};
use verifier_chip::Limits;
use verifier_chip::authentication::passive::{Files, PassiveFacts, SignatureFact, authenticate};
use verifier_chip::ber::Reader;
use verifier_chip::pki::{Anchors, Certificate, Crl, ListSignature, MasterList, NameKey, Verdict};
use verifier_chip::sod::SignerIdentifier;
use verifier_trust::{Import, Snapshot, TrustStore};

/// A snapshot whose memory of signers is switched off.
struct Cold<'a>(&'a Snapshot);

impl Anchors for Cold<'_> {
    fn by_key_identifier(&self, key: &[u8]) -> Vec<Arc<Certificate>> {
        self.0.by_key_identifier(key)
    }
    fn by_subject(&self, subject: &NameKey) -> Vec<Arc<Certificate>> {
        self.0.by_subject(subject)
    }
    fn by_country(&self, country: &str) -> Vec<Arc<Certificate>> {
        self.0.by_country(country)
    }
    fn signers(&self, identifier: &SignerIdentifier) -> Vec<Arc<Certificate>> {
        Anchors::signers(self.0, identifier)
    }
    fn crls(&self, issuer: &NameKey) -> Vec<Arc<Crl>> {
        self.0.crls(issuer)
    }
}

/// Processor time of this thread, in nanoseconds.
fn processor_time() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}

fn time(mut work: impl FnMut()) -> f64 {
    let mut runs: Vec<f64> = (0..9)
        .map(|_| {
            let (begin, start) = (Instant::now(), processor_time());
            let mut count = 0_u32;
            while count < 3 || begin.elapsed().as_millis() < 50 {
                work();
                count += 1;
            }
            (processor_time() - start) / 1e3 / f64::from(count)
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    runs[4]
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Times of several works that take turns in short batches, a row a round: what disturbs the machine falls on all alike.
fn in_turn(works: &mut [&mut dyn FnMut()]) -> Vec<Vec<f64>> {
    (0..101)
        .map(|_| {
            let mut row = Vec::new();
            for work in works.iter_mut() {
                work();
                let start = processor_time();
                for _ in 0..40 {
                    work();
                }
                row.push((processor_time() - start) / 40e3);
            }
            row
        })
        .collect()
}

fn corpus() -> PathBuf {
    std::env::var_os("VERIFIER_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from)
}

fn now() -> ::time::OffsetDateTime {
    ::time::OffsetDateTime::from_unix_timestamp(1_795_255_200).unwrap()
}

fn german(import: Import) -> Import {
    import
        .pin(corpus().join("certs/DE_ROOT_CA_CSCA07.cer"))
        .file(corpus().join("masterlists/DE_ML_2025-08-14-07-41-09.ml"))
}

fn snapshot() -> Snapshot {
    let (snapshot, report) = Snapshot::empty().import(&german(Import::new(now())));
    assert!(!report.has_refusals(), "{report:?}");
    snapshot
}

fn judge(sod: &[u8], anchors: &dyn Anchors) -> PassiveFacts {
    authenticate(&Files { sod: Some(sod), ..Files::default() }, anchors, &Limits::default())
}

/// Name, octets, signer and root of a security object.
type Object = (String, Vec<u8>, Arc<Certificate>, Arc<Certificate>);

/// Security objects whose signer has a root in the list, by name.
fn objects(snapshot: &Snapshot) -> Vec<Object> {
    let mut found = Vec::new();
    for entry in fs::read_dir(corpus().join("sods")).unwrap() {
        let path = entry.unwrap().path();
        let sod = fs::read(&path).unwrap();
        let facts = judge(&sod, &Cold(snapshot));
        let Some(signer) = facts.signer.as_ref().filter(|_| facts.signature == SignatureFact::Valid) else {
            continue;
        };
        let Some(anchor) = signer.chain.anchor() else { continue };
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        found.push((name, sod, Arc::clone(&signer.certificate), Arc::clone(anchor)));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn extract(folder: &Path) {
    let snapshot = snapshot();
    for (name, sod, signer, anchor) in objects(&snapshot) {
        let base = folder.join(&name);
        fs::create_dir_all(&base).unwrap();
        fs::write(base.join("cms.der"), Reader::only(&sod, 0x77).unwrap().content()).unwrap();
        fs::write(base.join("dsc.der"), signer.der()).unwrap();
        fs::write(base.join("csca.der"), anchor.der()).unwrap();
        println!("{name}");
    }
    let list = fs::read(corpus().join("masterlists/DE_ML_2025-08-14-07-41-09.ml")).unwrap();
    fs::create_dir_all(folder.join("list")).unwrap();
    for (number, certificate) in MasterList::parse(&list).unwrap().certificates.iter().enumerate() {
        fs::write(folder.join(format!("list/{number:04}.der")), certificate.der()).unwrap();
    }
}

fn one(name: &str) {
    let snapshot = snapshot();
    let object = objects(&snapshot).into_iter().find(|(found, ..)| found == name).expect("a name");
    measure(&snapshot, &object);
}

/// As `one`, for a document that `peers/passive/documents.py` made.
fn made(folder: &Path) {
    let root = folder.join("csca.der");
    let (snapshot, report) = Snapshot::empty().import(&Import::new(now()).pin(&root));
    assert!(!report.has_refusals(), "{report:?}");
    let sod = fs::read(folder.join("sod.bin")).unwrap();
    let facts = judge(&sod, &Cold(&snapshot));
    assert_eq!(facts.signature, SignatureFact::Valid, "{facts:?}");
    let signer = Arc::clone(&facts.signer.as_ref().unwrap().certificate);
    let anchor = Certificate::parse(&fs::read(root).unwrap()).unwrap();
    measure(&snapshot, &(String::new(), sod, signer, anchor));
}

fn measure(snapshot: &Snapshot, (_, sod, signer, anchor): &Object) {
    let facts = judge(sod, &Cold(snapshot));
    assert!(facts.signer.as_ref().is_some_and(|signer| signer.chain.anchor().is_some()), "{facts:?}");
    let info = &facts.parsed_sod().unwrap().signers[0];
    let rounds = in_turn(&mut [
        &mut || drop(info.verify(signer)),
        &mut || drop(signer.verify_issued_by(anchor)),
        &mut || drop(Certificate::parse(signer.der()).unwrap()),
        &mut || drop(judge(sod, &Cold(snapshot))),
        &mut || drop(judge(sod, snapshot)),
    ]);
    for (column, name) in ["raw_object", "raw_chain", "decode_signer", "whole", "cached"].iter().enumerate() {
        println!("ours {name} {:.1}", median(rounds.iter().map(|round| round[column])));
    }
    println!("ours ratio {:.3}", median(rounds.iter().map(|round| round[3] / (round[0] + round[1]))));
}

/// The cold path alone, twenty thousand times: for a profiler.
fn whole(name: &str) {
    let snapshot = snapshot();
    let (_, sod, ..) = objects(&snapshot).into_iter().find(|(found, ..)| found == name).expect("a name");
    for _ in 0..20_000 {
        drop(std::hint::black_box(judge(&sod, &Cold(&snapshot))));
    }
}

/// Roots on curves: one of each kind goes into the folder for the peers, and its own signature is timed.
fn keys(folder: &Path) {
    let list = fs::read(corpus().join("masterlists/DE_ML_2025-08-14-07-41-09.ml")).unwrap();
    let mut seen = std::collections::BTreeMap::new();
    for certificate in MasterList::parse(&list).unwrap().certificates {
        let key = certificate.public_key().description();
        if let (Some(curve), Ok(algorithm)) = (key.strip_prefix("ECDSA "), certificate.signature_algorithm())
            && matches!(certificate.verify_self_signature(), Verdict::Valid { .. })
        {
            let name = format!("{curve} {algorithm}").replace([' ', '/'], "_");
            seen.entry(name).or_insert(certificate);
        }
    }
    fs::create_dir_all(folder).unwrap();
    for (name, certificate) in seen {
        fs::write(folder.join(format!("{name}.der")), certificate.der()).unwrap();
        println!("ours {name} {:.1}", time(|| drop(certificate.verify_self_signature())));
    }
}

fn list() {
    let list = fs::read(corpus().join("masterlists/DE_ML_2025-08-14-07-41-09.ml")).unwrap();
    let pin = fs::read(corpus().join("certs/DE_ROOT_CA_CSCA07.cer")).unwrap();
    let pinned = Snapshot::empty().import(&Import::new(now()).pin_bytes("pin", pin)).0;
    println!("ours parse_all {:.1}", time(|| drop(MasterList::parse(&list).unwrap())));
    let whole = time(|| {
        let parsed = MasterList::parse(&list).unwrap();
        let mut by_key = std::collections::HashMap::<&[u8], Vec<&Arc<Certificate>>>::new();
        let mut by_name = std::collections::HashMap::<&NameKey, Vec<&Arc<Certificate>>>::new();
        for certificate in &parsed.certificates {
            by_key
                .entry(certificate.subject_key_identifier().unwrap_or_default())
                .or_default()
                .push(certificate);
            by_name.entry(certificate.subject().key()).or_default().push(certificate);
        }
        let signature = parsed.check_signature(&pinned, &Limits::default());
        assert!(matches!(&signature, ListSignature::Signed(s) if s.chain.anchor().is_some()));
        drop((by_key, by_name));
    });
    println!("ours parse_index_verify {whole:.1}");
}

/// Kibibytes: resident now, and at the highest.
fn memory() -> (u64, u64) {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    (field("VmRSS:"), field("VmHWM:"))
}

/// A million documents whose signers are known, on two threads.
fn million() {
    let snapshot = snapshot();
    let objects = objects(&snapshot);
    let start = Instant::now();
    for tenth in 1..=10 {
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for round in 0..50_000 {
                        let (_, sod, ..) = &objects[round % objects.len()];
                        assert_eq!(judge(sod, &snapshot).signature, SignatureFact::Valid);
                    }
                });
            }
        });
        let seconds = start.elapsed().as_secs_f64();
        let rate = f64::from(tenth) * 1e5 / seconds;
        println!("{} documents, {rate:.0} a second, resident {} KiB", tenth * 100_000, memory().0);
    }
}

fn store() {
    let place = std::env::temp_dir().join(format!("verifier-bench-store-{}", std::process::id()));
    let store = TrustStore::open_or_create(&place).unwrap();
    store.import(&german(Import::new(now()))).unwrap();
    let anchors = store.snapshot().unwrap().anchors();
    println!("ours store_open_{anchors}_anchors {:.1}", time(|| drop(TrustStore::open(&place).unwrap())));
    fs::remove_dir_all(&place).unwrap();
}

/// An LDIF of so many megabytes: the corpus's signers over and over, each with another signature value.
fn ldif(file: &Path, megabytes: usize) {
    let text = fs::read_to_string(corpus().join("ldif/icaopkd-003-complete-000090.part-a.ldif")).unwrap();
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "");
    let engine = base64::engine::general_purpose::STANDARD;
    let certificates: Vec<Vec<u8>> = unfolded
        .lines()
        .filter_map(|line| line.strip_prefix("userCertificate;binary:: "))
        .filter_map(|digits| engine.decode(digits.trim()).ok())
        .collect();
    let mut out = std::io::BufWriter::new(fs::File::create(file).unwrap());
    let mut written = 0_usize;
    let mut number = 0_u32;
    writeln!(out, "version: 1\n").unwrap();
    while written < megabytes << 20 {
        let mut der = certificates[number as usize % certificates.len()].clone();
        let at = der.len() - 4;
        der[at..].copy_from_slice(&number.to_be_bytes());
        let digits = engine.encode(&der);
        let mut entry = format!(
            "dn: cn=signer {number},o=dsc,c=XX,dc=data,dc=download,dc=pkd,dc=icao,dc=int\nobjectClass: pkdDownload\nuserCertificate;binary::"
        );
        for part in digits.as_bytes().chunks(75) {
            entry.push_str("\n ");
            entry.push_str(std::str::from_utf8(part).unwrap());
        }
        entry = entry.replacen("binary::\n ", "binary:: ", 1) + "\n\n";
        written += entry.len();
        number += 1;
        out.write_all(entry.as_bytes()).unwrap();
    }
    println!("{number} certificates");
}

fn import(file: &Path) {
    let start = Instant::now();
    let (snapshot, report) = Snapshot::empty().import(&Import::new(now()).file(file));
    println!(
        "{} signers in {:.2} s, peak {} MiB, {} refused",
        snapshot.signers(),
        start.elapsed().as_secs_f64(),
        memory().1 / 1024,
        report.files[0].refused.len()
    );
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["extract", folder] => extract(Path::new(folder)),
        ["one", name] => one(name),
        ["made", folder] => made(Path::new(folder)),
        ["whole", name] => whole(name),
        ["keys", folder] => keys(Path::new(folder)),
        ["list"] => list(),
        ["million"] => million(),
        ["store"] => store(),
        ["ldif", file, megabytes] => ldif(Path::new(file), megabytes.parse().expect("megabytes")),
        ["import", file] => import(Path::new(file)),
        _ => panic!("the arguments stand at the head of this file"),
    }
}
