//! DG11: additional personal details (Doc 9303-10 4.7.11). Everything in it is personal data.

use super::template::{self, Findings, another, counted, date, once, text};
use super::{DataGroup, DgNumber, Field, LdsDate, LdsError};
use crate::ber::{Element, Tag};
use crate::finding::Finding;

/// What the repeated field is called.
const OTHERS: &str = "other names";

/// DG11. All fields are optional; a field that is there and empty is `Some` of an empty [`Field`].
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Dg11 {
    /// Full name in national characters, fillers as in the zone (5F0E).
    pub full_name: Option<Field>,
    /// Other names (5F0F, in A0).
    pub other_names: Vec<Field>,
    /// Personal number (5F10).
    pub personal_number: Option<Field>,
    /// Full date of birth (5F2B).
    pub birth_date: Option<LdsDate>,
    /// Place of birth, parts separated by `<` (5F11).
    pub place_of_birth: Option<Field>,
    /// Permanent address, parts separated by `<` (5F42).
    pub address: Option<Field>,
    /// Telephone (5F12).
    pub telephone: Option<Field>,
    /// Profession (5F13).
    pub profession: Option<Field>,
    /// Title (5F14).
    pub title: Option<Field>,
    /// Personal summary (5F15).
    pub summary: Option<Field>,
    /// Proof of citizenship, a picture as delivered (5F16).
    pub proof_of_citizenship: Option<Box<[u8]>>,
    /// Other valid travel documents, parts separated by `<` (5F17).
    pub other_documents: Option<Field>,
    /// Custody information (5F18).
    pub custody: Option<Field>,
    /// Tags named by the tag list (5C).
    pub tag_list: Option<Vec<Tag>>,
    /// Deviations.
    pub findings: Vec<Finding>,
}

impl DataGroup for Dg11 {
    const NUMBER: DgNumber = DgNumber::DG11;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        Self::read(file).map_err(|error| error.within("DG11"))
    }
}

impl Dg11 {
    fn read(file: &[u8]) -> Result<Self, LdsError> {
        let outer = template::outer(file, Self::NUMBER)?;
        let (mut group, mut findings, mut present) = (Self::default(), Findings::default(), Vec::new());
        template::elements(&outer, &mut findings, |element, findings| {
            present.push(element.tag());
            group.take(&element, findings)
        })?;
        template::compare_tags(group.tag_list.as_deref(), &present, &mut findings);
        group.findings = findings.into_vec();
        Ok(group)
    }

    fn take(&mut self, element: &Element<'_>, findings: &mut Findings) -> Result<(), LdsError> {
        let slot = match element.tag() {
            0x5C => {
                once(&mut self.tag_list, template::tag_list(element)?, element, findings);
                return Ok(());
            }
            0xA0 => return counted(element, 0x5F0F, &mut self.other_names, OTHERS, findings),
            0x5F0F => {
                another(&mut self.other_names, element, OTHERS, findings);
                return Ok(());
            }
            0x5F2B => {
                let date = date(element, findings);
                once(&mut self.birth_date, date, element, findings);
                return Ok(());
            }
            0x5F16 => {
                once(&mut self.proof_of_citizenship, element.content().into(), element, findings);
                return Ok(());
            }
            0x5F0E => &mut self.full_name,
            0x5F10 => &mut self.personal_number,
            0x5F11 => &mut self.place_of_birth,
            0x5F42 => &mut self.address,
            0x5F12 => &mut self.telephone,
            0x5F13 => &mut self.profession,
            0x5F14 => &mut self.title,
            0x5F15 => &mut self.summary,
            0x5F17 => &mut self.other_documents,
            0x5F18 => &mut self.custody,
            _ => {
                template::unknown(element, findings);
                return Ok(());
            }
        };
        once(slot, text(element, findings), element, findings);
        Ok(())
    }
}

impl std::fmt::Debug for Dg11 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Which fields there are is no secret; what they say is.
        f.debug_struct("Dg11")
            .field("tag_list", &self.tag_list)
            .field("other_names", &self.other_names.len())
            .field("findings", &self.findings)
            .finish_non_exhaustive()
    }
}
