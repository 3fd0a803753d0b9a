//! DG6, DG8, DG9, DG10 and DG13: groups whose content the standard leaves open (Doc 9303-10 4.7.6, 4.7.8 to
//! 4.7.10 and 4.7.13). They are kept as they are; what looks like a count is read.

use super::template;
use super::{DataGroup, DgNumber, LdsError};
use crate::ber::{Reader, Tag, tag};

/// Most tags of an open group that are listed.
const MAX_TAGS: usize = 64;

/// The content of an open group. It may be personal data.
#[derive(Clone, PartialEq, Eq)]
struct Opaque {
    content: Box<[u8]>,
    declared: Option<u32>,
    tags: Vec<Tag>,
}

impl Opaque {
    fn read(file: &[u8], number: DgNumber) -> Result<Self, LdsError> {
        let outer = template::outer(file, number)?;
        let (mut declared, mut tags) = (None, Vec::new());
        // The issuer may put anything here: elements are listed as far as there are any, and nothing fails.
        let mut reader = Reader::new(outer.content());
        while let Ok(Some(element)) = reader.next() {
            if tags.is_empty() && element.tag() == tag::INTEGER {
                declared = template::count(&element);
            }
            if tags.len() >= MAX_TAGS {
                break;
            }
            tags.push(element.tag());
        }
        Ok(Self { content: outer.content().into(), declared, tags })
    }
}

macro_rules! open {
    ($group:ident $number:ident $name:literal $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, PartialEq, Eq)]
        pub struct $group(Opaque);

        impl $group {
            /// The content octets as delivered.
            #[must_use]
            pub fn content(&self) -> &[u8] {
                &self.0.content
            }

            /// The number of templates, where the content begins with one.
            #[must_use]
            pub fn declared(&self) -> Option<u32> {
                self.0.declared
            }

            /// Tags of the elements that the content begins with; none where it is no BER.
            #[must_use]
            pub fn tags(&self) -> &[Tag] {
                &self.0.tags
            }
        }

        impl DataGroup for $group {
            const NUMBER: DgNumber = DgNumber::$number;

            fn parse(file: &[u8]) -> Result<Self, LdsError> {
                Opaque::read(file, Self::NUMBER).map(Self).map_err(|error| error.within($name))
            }
        }

        impl std::fmt::Debug for $group {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($name, "({} octets)"), self.0.content.len())
            }
        }
    };
}

open!(Dg6 DG6 "DG6" "DG6: reserved for future use.");
open!(Dg8 DG8 "DG8" "DG8: data features, yet to be defined.");
open!(Dg9 DG9 "DG9" "DG9: structure features, yet to be defined.");
open!(Dg10 DG10 "DG10" "DG10: substance features, yet to be defined.");
open!(Dg13 DG13 "DG13" "DG13: optional details at the issuer's discretion.");
