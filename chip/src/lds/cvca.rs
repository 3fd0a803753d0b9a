//! EF.CVCA: the trust points of the chip for terminal authentication, in the eMRTD application (Doc 9303-11 K.2, BSI
//! TR-03110-3 A.6.2.3). Thirty-six octets: one or two authority references, zeros behind them.

use super::LdsError;
use super::atr_info::is_padding;
use crate::ber::{ErrorKind, Reader};
use crate::pki::cv_certificate::{AUTHORITY_REFERENCE, Reference};

/// References that are read; the standard has two.
const MAX_REFERENCES: usize = 4;

/// EF.CVCA.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cvca {
    /// Trust points, the most recent first.
    pub references: Vec<Reference>,
}

impl Cvca {
    /// Reads EF.CVCA.
    ///
    /// # Errors
    /// Another object than an authority reference, one that is no reference, or too many.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let within = |error: LdsError| error.within("EF.CVCA");
        let mut cvca = Self::default();
        let mut reader = Reader::new(file);
        while !is_padding(reader.rest()) {
            let element = reader.expect(AUTHORITY_REFERENCE).map_err(within)?;
            let reference = Reference::new(element.content()).ok_or_else(|| {
                within(element.error(ErrorKind::Value("no reference of 1 to 16 characters")))
            })?;
            if cvca.references.len() >= MAX_REFERENCES {
                return Err(within(element.error(ErrorKind::TooMany(MAX_REFERENCES))));
            }
            cvca.references.push(reference);
        }
        Ok(cvca)
    }
}

#[cfg(test)]
mod tests {
    use super::Cvca;

    #[test]
    fn references_and_padding() {
        let mut file = b"\x42\x0FUTCVCAUTO000002\x42\x0FUTCVCAUTO000001".to_vec();
        file.resize(36, 0);
        let cvca = Cvca::parse(&file).unwrap();
        let names: Vec<String> = cvca.references.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["UTCVCAUTO000002", "UTCVCAUTO000001"]);
        assert_eq!(
            (cvca.references[0].country(), cvca.references[0].sequence_number()),
            (Some("UT"), Some(&b"00002"[..]))
        );
        assert_eq!(Cvca::parse(&[0; 36]).unwrap(), Cvca::default());
        for bad in [
            &b"\x42\x00\x00"[..],
            b"\x42\x11AAAAAAAAAAAAAAAAA",
            b"\x42\x03A\x01B",
            b"\x5F\x20\x01A",
            b"\x42\x05AB",
        ] {
            assert!(Cvca::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Cvca::parse(&b"\x42\x01A".repeat(5)).is_err());
    }
}
