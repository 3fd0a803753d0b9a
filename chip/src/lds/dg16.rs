//! DG16: persons to notify (Doc 9303-10 4.7.16). Everything in it is personal data of other people.

use super::template::{self, Findings, MAX_REPEATED, date, once, text};
use super::{DataGroup, DgNumber, Field, LdsDate, LdsError};
use crate::ber::{Element, tag};
use crate::finding::{Code, Finding};

/// DG16.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg16 {
    /// The persons in order.
    pub persons: Vec<PersonToNotify>,
    /// Deviations.
    pub findings: Vec<Finding>,
}

/// One person to notify.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonToNotify {
    /// When it was recorded (5F50).
    pub recorded: Option<LdsDate>,
    /// Name as in the zone (5F51).
    pub name: Option<Field>,
    /// Telephone (5F52).
    pub telephone: Option<Field>,
    /// Address (5F53).
    pub address: Option<Field>,
}

impl DataGroup for Dg16 {
    const NUMBER: DgNumber = DgNumber::DG16;

    fn parse(file: &[u8]) -> Result<Self, LdsError> {
        Self::read(file).map_err(|error| error.within("DG16"))
    }
}

impl Dg16 {
    fn read(file: &[u8]) -> Result<Self, LdsError> {
        let outer = template::outer(file, Self::NUMBER)?;
        let (mut persons, mut findings, mut declared) = (Vec::new(), Findings::default(), None);
        template::elements(&outer, &mut findings, |element, findings| {
            match element.tag() {
                tag::INTEGER => declared = template::count(&element),
                0xA0..=0xBF if persons.len() >= MAX_REPEATED => {
                    findings.with(Code::LdsTooMany, format!("more than {MAX_REPEATED} persons"));
                }
                0xA0..=0xBF => persons.push(person(&element, findings)?),
                _ => template::unknown(&element, findings),
            }
            Ok(())
        })?;
        template::compare_count(declared, persons.len(), &mut findings);
        Ok(Self { persons, findings: findings.into_vec() })
    }
}

fn person(template_element: &Element<'_>, findings: &mut Findings) -> Result<PersonToNotify, LdsError> {
    let mut person = PersonToNotify::default();
    template::elements(template_element, findings, |element, findings| {
        match element.tag() {
            0x5F50 => once(&mut person.recorded, date(&element, findings), &element, findings),
            0x5F51 => once(&mut person.name, text(&element, findings), &element, findings),
            0x5F52 => once(&mut person.telephone, text(&element, findings), &element, findings),
            0x5F53 => once(&mut person.address, text(&element, findings), &element, findings),
            _ => template::unknown(&element, findings),
        }
        Ok(())
    })
    .map_err(|error| error.within("person"))?;
    Ok(person)
}

impl std::fmt::Debug for PersonToNotify {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonToNotify { .. }")
    }
}

impl std::fmt::Debug for Dg16 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dg16({} persons, {:?})", self.persons.len(), self.findings)
    }
}
