//! DG12: additional document details (Doc 9303-10 4.7.12).

use super::template::{self, Findings, another, counted, date, once, text};
use super::{DataGroup, DgNumber, Field, LdsDate, LdsError};
use crate::ber::{Element, Tag};
use crate::finding::Finding;

/// What the repeated field is called.
const OTHERS: &str = "other persons";

/// DG12. All fields are optional; a field that is there and empty is `Some` of an empty [`Field`].
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Dg12 {
    /// Issuing authority (5F19).
    pub issuing_authority: Option<Field>,
    /// Date of issue (5F26).
    pub issue_date: Option<LdsDate>,
    /// Other persons, names as in the zone (5F1A, in A0).
    pub other_persons: Vec<Field>,
    /// Endorsements and observations (5F1B).
    pub endorsements: Option<Field>,
    /// Tax and exit requirements (5F1C).
    pub tax_exit: Option<Field>,
    /// Picture of the front, as delivered (5F1D).
    pub front: Option<Box<[u8]>>,
    /// Picture of the rear, as delivered (5F1E).
    pub rear: Option<Box<[u8]>>,
    /// When the document was personalised (5F55).
    pub personalised: Option<LdsDate>,
    /// Serial number of the personalisation system (5F56).
    pub personalisation_system: Option<Field>,
    /// Tags named by the tag list (5C).
    pub tag_list: Option<Vec<Tag>>,
    /// Deviations.
    pub findings: Vec<Finding>,
}

impl DataGroup for Dg12 {
    const NUMBER: DgNumber = DgNumber::DG12;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        Self::read(file).map_err(|error| error.within("DG12"))
    }
}

impl Dg12 {
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
        match element.tag() {
            0x5C => once(&mut self.tag_list, template::tag_list(element)?, element, findings),
            0xA0 => counted(element, 0x5F1A, &mut self.other_persons, OTHERS, findings)?,
            0x5F1A => another(&mut self.other_persons, element, OTHERS, findings),
            0x5F19 => once(&mut self.issuing_authority, text(element, findings), element, findings),
            0x5F1B => once(&mut self.endorsements, text(element, findings), element, findings),
            0x5F1C => once(&mut self.tax_exit, text(element, findings), element, findings),
            0x5F56 => once(&mut self.personalisation_system, text(element, findings), element, findings),
            0x5F26 => once(&mut self.issue_date, date(element, findings), element, findings),
            0x5F55 => once(&mut self.personalised, date(element, findings), element, findings),
            0x5F1D => once(&mut self.front, element.content().into(), element, findings),
            0x5F1E => once(&mut self.rear, element.content().into(), element, findings),
            _ => template::unknown(element, findings),
        }
        Ok(())
    }
}

impl std::fmt::Debug for Dg12 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dg12")
            .field("tag_list", &self.tag_list)
            .field("other_persons", &self.other_persons.len())
            .field("findings", &self.findings)
            .finish_non_exhaustive()
    }
}
