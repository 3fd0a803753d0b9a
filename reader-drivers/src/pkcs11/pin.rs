//! The PIN of a token: from a file or from the caller, overwritten when it goes.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use super::error::TokenError;

/// Longest file of a PIN, octets; tokens take far less.
const LONGEST: u64 = 1024;

/// A PIN. `Debug` does not show it; it is overwritten when it goes.
pub struct Pin(AuthPin);

impl Pin {
    /// From text, which the caller overwrites.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // A box of just this length: a string that shrinks would leave a copy behind.
        Self(AuthPin::new(Box::from(text)))
    }

    /// The first line of a file, without its end.
    ///
    /// # Errors
    /// [`TokenError::PinFile`].
    pub fn from_file(path: &Path) -> Result<Self, TokenError> {
        let refused = |why: String| TokenError::PinFile(path.to_owned(), why);
        let mut octets = Zeroizing::new(Vec::with_capacity(usize::try_from(LONGEST).unwrap_or_default() + 1));
        let file = File::open(path).map_err(|error| refused(error.to_string()))?;
        // A pipe without a writer, a terminal, a device would hold up everything.
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err(refused("is no regular file".to_owned()));
        }
        file.take(LONGEST + 1).read_to_end(&mut octets).map_err(|error| refused(error.to_string()))?;
        if octets.len() as u64 > LONGEST {
            return Err(refused("too long for a PIN".to_owned()));
        }
        let line = octets.split(|octet| matches!(octet, b'\n' | b'\r')).next().unwrap_or_default();
        match std::str::from_utf8(line) {
            Ok("") => Err(refused("its first line is empty".to_owned())),
            Ok(text) => Ok(Self::new(text)),
            Err(_) => Err(refused("its first line is no UTF-8 text".to_owned())),
        }
    }

    pub(super) fn secret(&self) -> &AuthPin {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files() {
        use cryptoki::types::AuthPin;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        let expose = |pin: &AuthPin| format!("{pin:?}");
        for good in ["4711", "4711\n", "4711\r\n", "4711\nsecond line\n"] {
            std::fs::write(&path, good).unwrap();
            let pin = Pin::from_file(&path).unwrap();
            assert!(!format!("{pin:?}{}", expose(pin.secret())).contains("4711"));
        }
        for bad in [&b""[..], b"\n4711", b"\xFF\xFF\n", &[b'1'; 2000]] {
            std::fs::write(&path, bad).unwrap();
            let error = Pin::from_file(&path).unwrap_err();
            assert!(
                matches!(&error, TokenError::PinFile(..)) && !error.to_string().contains("4711"),
                "{error}"
            );
        }
        assert!(
            Pin::from_file(folder.path()).is_err() && Pin::from_file(&folder.path().join("none")).is_err()
        );
    }
}
