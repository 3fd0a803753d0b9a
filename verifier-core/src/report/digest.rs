//! The digest of a report: SHA-256 over its RFC 8785 canonical JSON, without what may differ between runs.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Report;

impl Report {
    /// Computes the digest of this report anew (hex).
    ///
    /// Left out: every `ms`, `timing`, `capture.path`, `engine`, `digest` itself, and `document.personal`, so that
    /// the digest of a report is the same whether or not the holder's data was asked for. All that the personal
    /// block says follows from the capture, whose hash is digested.
    #[must_use]
    pub fn compute_digest(&self) -> String {
        // Plain data serialises and finite numbers canonicalise; were that ever untrue, the empty text is
        // returned, which equals no digest.
        let Ok(mut value) = serde_json::to_value(self) else { return String::new() };
        strip(&mut value);
        match serde_json_canonicalizer::to_vec(&value) {
            Ok(canonical) => hex::encode(Sha256::digest(&canonical)),
            Err(_) => String::new(),
        }
    }

    /// The same report with its digest filled in.
    pub(crate) fn sealed(mut self) -> Self {
        self.digest = self.compute_digest();
        self
    }
}

fn strip(report: &mut Value) {
    let Some(top) = report.as_object_mut() else { return };
    for key in ["timing", "engine", "digest"] {
        top.remove(key);
    }
    if let Some(capture) = top.get_mut("capture").and_then(Value::as_object_mut) {
        capture.remove("path");
    }
    if let Some(document) = top.get_mut("document").and_then(Value::as_object_mut) {
        document.remove("personal");
    }
    for check in top.get_mut("checks").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(check) = check.as_object_mut() {
            check.remove("ms");
        }
    }
}
