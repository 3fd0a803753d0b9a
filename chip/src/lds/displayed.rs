//! DG5 and DG7: displayed portraits and signatures (Doc 9303-10 4.7.5 and 4.7.7): pictures for people to look at.

use std::ops::Range;

use super::biometric::ImageType;
use super::template::{self, Findings, MAX_REPEATED};
use super::{DataGroup, DgNumber, LdsError};
use crate::ber::{Element, ErrorKind, Tag, tag};
use crate::finding::{Code, Finding};

/// DG5: displayed portraits. The pictures are personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg5(Displayed);

/// DG7: displayed signatures or usual marks. The pictures are personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg7(Displayed);

/// The pictures of one file.
#[derive(Clone, PartialEq, Eq)]
struct Displayed {
    file: Box<[u8]>,
    pictures: Vec<(ImageType, Range<usize>)>,
    findings: Vec<Finding>,
}

impl Displayed {
    fn read(file: &[u8], number: DgNumber, picture: Tag) -> Result<Self, LdsError> {
        let outer = template::outer(file, number)?;
        let (mut pictures, mut findings, mut declared) = (Vec::new(), Findings::default(), None);
        let mut take = |element: &Element<'_>, findings: &mut Findings| {
            if pictures.len() >= MAX_REPEATED {
                findings.with(Code::LdsTooMany, format!("more than {MAX_REPEATED} pictures"));
                return;
            }
            let start = element.content_offset();
            let kind = ImageType::of(element.content());
            if !matches!(kind, ImageType::Jpeg | ImageType::Jpeg2000) {
                findings.with(Code::BiometricImageFormat, kind.name());
            }
            pictures.push((kind, start..start + element.content().len()));
        };
        template::elements(&outer, &mut findings, |element, findings| {
            if element.tag() == tag::INTEGER {
                declared = template::count(&element);
            } else if element.tag() == picture {
                take(&element, findings);
            } else {
                template::unknown(&element, findings);
            }
            Ok(())
        })?;
        if pictures.is_empty() {
            return Err(outer.error(ErrorKind::Missing).within("picture"));
        }
        template::compare_count(declared, pictures.len(), &mut findings);
        Ok(Self { file: file.into(), pictures, findings: findings.into_vec() })
    }

    fn iter(&self) -> impl Iterator<Item = (ImageType, &[u8])> {
        self.pictures.iter().map(|(kind, range)| (*kind, self.file.get(range.clone()).unwrap_or_default()))
    }
}

macro_rules! displayed {
    ($group:ident $number:ident $tag:literal $name:literal) => {
        impl $group {
            /// The pictures in order: format by their first octets, and the octets.
            pub fn pictures(&self) -> impl Iterator<Item = (ImageType, &[u8])> {
                self.0.iter()
            }

            /// Deviations.
            #[must_use]
            pub fn findings(&self) -> &[Finding] {
                &self.0.findings
            }
        }

        impl DataGroup for $group {
            const NUMBER: DgNumber = DgNumber::$number;

            fn parse(file: &[u8]) -> Result<Self, LdsError> {
                Displayed::read(file, Self::NUMBER, $tag).map(Self).map_err(|error| error.within($name))
            }
        }

        impl std::fmt::Debug for $group {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(
                    f,
                    concat!($name, "({} octets, {} pictures)"),
                    self.0.file.len(),
                    self.0.pictures.len()
                )
            }
        }
    };
}

displayed!(Dg5 DG5 0x5F40 "DG5");
displayed!(Dg7 DG7 0x5F43 "DG7");
