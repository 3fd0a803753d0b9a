//! Any octets as a portrait: headers first. What the gate lets through is decoded, and has the size that the gate saw.
//!
//! The limits are smaller than the engine's, so that a run tries more; a decoder that panics is found, as the hook of the fuzzer
//! aborts before the panic is caught.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_optics::{Limits, Picture, PortraitHeader};

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        max_input_bytes: 1 << 16,
        max_pixels: 1 << 18,
        max_working_bytes: 8 << 20,
        ..Limits::default()
    };
    let Ok(header) = PortraitHeader::read(data, &limits) else {
        assert!(Picture::decode_portrait(data, &limits).is_err());
        return;
    };
    let pixels = u64::from(header.width) * u64::from(header.height);
    assert!(pixels > 0 && pixels <= limits.max_pixels);
    if let Ok(picture) = Picture::decode_portrait(data, &limits) {
        assert_eq!((picture.width() * picture.height()) as u64, pixels);
    }
});
