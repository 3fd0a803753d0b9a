//! Any stream: the documents of `verifier mrz check` stay bounded, and a bad one never ends the stream.
#![no_main]

#[allow(dead_code, reason = "the program shows what this target only reads")]
#[path = "../../cli/src/mrz/input.rs"]
mod input;

use input::{Document, Documents};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut documents = Documents::new(data);
    let mut document = Document::default();
    let mut count = 0_usize;
    while documents.next_into(&mut document).expect("a slice does not break off") {
        count += 1;
        assert!(document.lines.len() <= 8, "lines are bounded");
        assert!(document.lines.iter().all(|line| line.len() <= 3 * 256), "and so is each of them");
    }
    assert!(count <= data.len(), "no document without input");
});
