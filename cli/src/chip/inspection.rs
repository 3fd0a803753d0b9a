//! The inspection system that the operator gives: card-verifiable certificates from files, and a private key from a file or in
//! a token.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use verifier_chip::authentication::terminal::KeyFile;
use verifier_chip::pki::CvCertificate;
use verifier_chip::pki::cv_certificate::CvDate;
use verifier_chip::reading::InspectionSystem;
use verifier_core::Time;
use zeroize::Zeroizing;

use crate::args::ChipFlags;
use crate::failure::Failure;

/// Longest file that is read: an RSA key of 8 192 bits has 5 kB.
const LONGEST: u64 = 16 << 10;

/// Key and certificates, where they were given. A token is asked last: what is wrong elsewhere costs no try of its PIN.
pub(crate) fn of(args: &ChipFlags) -> Result<Option<InspectionSystem>, Failure> {
    let Some(path) = &args.ta_key else { return Ok(None) };
    let about = |path: &Path, error: &dyn std::fmt::Display| Failure::about(path, error.to_string());
    // A file of such a name is ./pkcs11:...
    let uri = path.to_str().filter(|text| token::is_named_by(text));
    let file = match uri {
        Some(_) => None,
        None => Some(KeyFile::from_pkcs8(&octets(path)?).map_err(|error| about(path, &error))?),
    };
    let mut certificates = Vec::new();
    for path in &args.ta_cert {
        let certificate = CvCertificate::parse(&octets(path)?);
        certificates.push(certificate.map_err(|error| about(path, &error))?);
    }
    let today = match &args.ta_date {
        Some(text) => {
            Time::parse(text).map_err(|error| Failure::say(format_args!("--ta-date: {error}")))?.at()
        }
        None => time::OffsetDateTime::now_utc(),
    };
    let today = CvDate::of(today);
    match (file, uri) {
        (Some(key), _) => Ok(Some(InspectionSystem::new(certificates, key, today))),
        (None, Some(uri)) => Ok(Some(InspectionSystem::new(certificates, token::open(uri)?, today))),
        (None, None) => Ok(None),
    }
}

/// A key in a token. Its URI is never printed: an operator may have put a PIN there.
#[cfg(feature = "pkcs11")]
mod token {
    use reader_drivers::pkcs11::{Limits, Pin, TokenError, TokenKey, TokenUri};
    use zeroize::Zeroizing;

    use crate::failure::Failure;

    /// Where a PIN may stand.
    const PIN: &str = "VERIFIER_TA_PIN";

    pub(super) fn is_named_by(text: &str) -> bool {
        TokenUri::is_one(text)
    }

    pub(super) fn open(uri: &str) -> Result<TokenKey, Failure> {
        let about = |error: TokenError| match error {
            TokenError::PinMissing => Failure::say(format_args!("--ta-key pkcs11: {error}, or {PIN}")),
            _ => Failure::say(format_args!("--ta-key pkcs11: {error}")),
        };
        let uri: TokenUri = uri.parse().map_err(|fault| about(TokenError::Uri(fault)))?;
        let pin = match std::env::var(PIN) {
            Ok(pin) if !pin.is_empty() => Some(Pin::new(&Zeroizing::new(pin))),
            _ => None,
        };
        TokenKey::open(&uri, pin, Limits::default()).map_err(about)
    }
}

/// This program knows no tokens, and says so instead of looking for a file.
#[cfg(not(feature = "pkcs11"))]
mod token {
    use verifier_chip::authentication::terminal::KeyFile;

    use crate::failure::Failure;

    pub(super) fn is_named_by(text: &str) -> bool {
        text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkcs11:"))
    }

    pub(super) fn open(_: &str) -> Result<KeyFile, Failure> {
        Err(Failure::say("--ta-key pkcs11: this program was built without tokens (cargo feature `pkcs11`)"))
    }
}

/// A small file, overwritten when it goes.
fn octets(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // Whole from the start: a vector that grows leaves copies of a key behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(usize::try_from(LONGEST).unwrap_or_default() + 1));
    let file = File::open(path).map_err(|error| Failure::about(path, error))?;
    file.take(LONGEST + 1).read_to_end(&mut octets).map_err(|error| Failure::about(path, error))?;
    if octets.len() as u64 > LONGEST {
        return Err(Failure::about(path, "is no key and no certificate: too long"));
    }
    Ok(octets)
}
