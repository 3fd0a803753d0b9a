//! Any octets as an LDIF of the ICAO PKD (or whatever file they look like): nothing in a file makes itself an anchor.
#![no_main]

mod world;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier_chip::pki::Certificate;
use verifier_trust::{Import, Snapshot, Standing};

static ROOT: LazyLock<Vec<u8>> = LazyLock::new(|| world::file("csca-new.der"));

/// What may be an anchor: the pin, and what the signed list under it has.
static ANCHORS: LazyLock<Vec<[u8; 32]>> = LazyLock::new(|| {
    ["csca-new.der", "csca-old.der", "link.der"]
        .iter()
        .map(|name| *Certificate::parse(&world::file(name)).expect("a root").sha256())
        .collect()
});

fuzz_target!(|data: &[u8]| {
    let now = time::OffsetDateTime::from_unix_timestamp(1_795_255_200).expect("a time");
    // In front a line that says LDIF, so that mutation stays in that reader.
    let text = [b"version: 1\n".as_slice(), data].concat();
    // Every other input without a pin: an import is dear.
    if data.len() % 2 == 1 {
        let import = Import::new(now).bytes("pkd.ldif", text);
        let (alone, report) = Snapshot::empty().import(&import);
        assert_eq!(alone.anchors(), 0, "without a pin there is no anchor: {report:?}");
        return;
    }
    let import = Import::new(now).pin_bytes("root.cer", ROOT.clone()).bytes("pkd.ldif", text);
    let (snapshot, report) = Snapshot::empty().import(&import);
    assert!(snapshot.anchors() >= 1, "the pin is there: {report:?}");
    let limit = data.len() / 64 + 8;
    assert!(snapshot.anchors() + snapshot.signers() <= limit, "more certificates than the file has room for");
    for stored in snapshot.certificates() {
        if stored.standing == Standing::Anchor {
            assert!(ANCHORS.contains(stored.certificate.sha256()), "a file made itself an anchor");
        }
    }
    assert!(!format!("{report:?}").is_empty());
});
