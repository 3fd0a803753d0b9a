//! Any octets as CMS SignedData: what is borrowed lies inside the input, counts keep to the limits, errors say where.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_chip::Limits;
use verifier_chip::pki::Certificate;
use verifier_chip::sod::{SignedData, SignerVerdict};

fuzz_target!(|data: &[u8]| {
    let limits = Limits::default();
    let parsed = match SignedData::parse(data, &limits) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert!(error.offset <= data.len(), "{error}");
            return;
        }
    };
    assert!(parsed.certificates.len() <= limits.certificates);
    assert!((1..=limits.signers).contains(&parsed.signers.len()));
    assert!(parsed.content_offset <= data.len());
    let span = data.as_ptr_range();
    for raw in &parsed.certificates {
        let certificate = raw.as_ptr_range();
        assert!(span.start <= certificate.start && certificate.end <= span.end, "borrowed from elsewhere");
    }
    if let Some(content) = &parsed.content {
        assert!(content.len() <= data.len());
        if !content.is_empty() && parsed.content_offset + content.len() <= data.len() {
            // In one piece: it stands where it is said to stand.
            if let std::borrow::Cow::Borrowed(content) = content {
                assert_eq!(&data[parsed.content_offset..parsed.content_offset + content.len()], *content);
            }
        }
    }
    for info in &parsed.signers {
        for raw in parsed.certificates.iter().take(2) {
            let Ok(certificate) = Certificate::parse(raw) else { continue };
            let verdict = info.verify(&certificate);
            // Without content nothing can be signed.
            if parsed.content.is_none() {
                assert!(!matches!(verdict, SignerVerdict::Valid { .. }));
            }
            assert_eq!(verdict, info.verify(&certificate), "the same question, another answer");
        }
    }
});
