//! DG15: the public key of active authentication (Doc 9303-10 4.7.15).

use super::{DataGroup, DgNumber, LdsError};
use crate::ber::{Reader, tag};
use crate::finding::Finding;
use crate::pki::PublicKey;

/// DG15.
#[derive(Debug)]
pub struct Dg15 {
    /// The chip's key.
    pub public_key: PublicKey,
    /// Deviations of the key's encoding.
    pub findings: Vec<Finding>,
}

impl DataGroup for Dg15 {
    const NUMBER: DgNumber = DgNumber::DG15;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("DG15");
        let outer = Reader::only(file, Self::NUMBER.tag()).map_err(within)?;
        let mut reader = outer.reader().map_err(within)?;
        let spki = reader.expect(tag::SEQUENCE).map_err(within)?;
        reader.finish().map_err(within)?;
        let mut findings = Vec::new();
        let public_key = PublicKey::parse(&spki, &mut findings).map_err(within)?;
        Ok(Self { public_key, findings })
    }
}
