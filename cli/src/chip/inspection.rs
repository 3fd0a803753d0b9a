//! The inspection system that the operator gives: a private key and card-verifiable certificates, from files.

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

/// Key and certificates, where they were given.
pub(crate) fn of(args: &ChipFlags) -> Result<Option<InspectionSystem>, Failure> {
    let Some(path) = &args.ta_key else { return Ok(None) };
    let about = |path: &Path, error: &dyn std::fmt::Display| Failure::about(path, error.to_string());
    let key = KeyFile::from_pkcs8(&octets(path)?).map_err(|error| about(path, &error))?;
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
    Ok(Some(InspectionSystem::new(certificates, key, CvDate::of(today))))
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
