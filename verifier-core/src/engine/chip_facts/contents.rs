//! What stands in the authenticated data groups: a line for everybody, the details for who asks for personal data.

use std::collections::BTreeMap;

use verifier_chip::authentication::Bound;
use verifier_chip::finding::{Finding as Deviation, Weight};
use verifier_chip::lds::biometric::{ImageType, RecordFormat};
use verifier_chip::lds::{
    DataGroup, Dg2, Dg3, Dg4, Dg5, Dg7, Dg11, Dg12, Dg13, Dg16, DgNumber, Field, LdsDate, LdsError,
};

use super::ChipFacts;
use crate::report::{PersonalDetail, plain};
use crate::{Finding, Severity};

/// Most details of one report.
const MAX_DETAILS: usize = 64;

impl ChipFacts {
    /// What an authenticated data group holds, in words that name nobody; `None` where nothing is known of it.
    pub(crate) fn content(&self, number: DgNumber) -> Option<String> {
        match number {
            DgNumber::DG2 => self.said::<Dg2>(|group| {
                let faces = group.faces().iter().map(|face| (face.format, face.image_type));
                records(faces, "face", "faces", group.unknown_choices().len())
            }),
            DgNumber::DG3 => self.said::<Dg3>(|group| {
                let fingers = group.fingers().iter().map(|finger| (finger.format, finger.image_type));
                records(fingers, "finger", "fingers", group.unknown_choices().len())
            }),
            DgNumber::DG4 => self.said::<Dg4>(|group| {
                let irises = group.irises().iter().map(|iris| (iris.format, iris.image_type));
                records(irises, "iris", "irises", group.unknown_choices().len())
            }),
            DgNumber::DG5 => self.said::<Dg5>(|group| pictures(group.pictures(), "displayed portrait")),
            DgNumber::DG7 => self.said::<Dg7>(|group| pictures(group.pictures(), "displayed signature")),
            DgNumber::DG11 => {
                self.said::<Dg11>(|group| format!("{} personal details", personal_details(group).len()))
            }
            DgNumber::DG12 => {
                self.said::<Dg12>(|group| format!("{} document details", document_details(group).len()))
            }
            DgNumber::DG13 => {
                self.said::<Dg13>(|group| format!("{} octets of the issuer's own", group.content().len()))
            }
            DgNumber::DG16 => self.said::<Dg16>(|group| match group.persons.len() {
                1 => "1 person to notify".into(),
                count => format!("{count} persons to notify"),
            }),
            _ => None,
        }
    }

    fn said<T: DataGroup>(&self, say: impl FnOnce(&Bound<T>) -> String) -> Option<String> {
        Some(match self.decoded::<T>()? {
            Ok(group) => say(&group),
            Err(_) => "malformed".into(),
        })
    }

    /// Deviations and faults of authenticated data groups.
    pub(crate) fn content_findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.look::<Dg2>(&mut findings, |group| group.findings().to_vec());
        self.look::<Dg3>(&mut findings, |group| group.findings().to_vec());
        self.look::<Dg4>(&mut findings, |group| group.findings().to_vec());
        self.look::<Dg5>(&mut findings, |group| group.findings().to_vec());
        self.look::<Dg7>(&mut findings, |group| group.findings().to_vec());
        self.look::<Dg11>(&mut findings, |group| group.findings.clone());
        self.look::<Dg12>(&mut findings, |group| group.findings.clone());
        self.look::<Dg13>(&mut findings, |_| Vec::new());
        self.look::<Dg16>(&mut findings, |group| group.findings.clone());
        findings
    }

    fn look<T: DataGroup>(&self, findings: &mut Vec<Finding>, of: impl FnOnce(&Bound<T>) -> Vec<Deviation>) {
        let decoded: Option<Result<Bound<T>, LdsError>> = self.decoded::<T>();
        match decoded {
            None => {}
            Some(Ok(group)) => findings.extend(of(&group).iter().map(|found| deviation(T::NUMBER, found))),
            Some(Err(error)) => {
                let text = format!("{} has its signed hash and cannot be read: {error}", T::NUMBER);
                findings.push(Finding::new("chip.data-group.malformed", Severity::Warning, text));
            }
        }
    }

    /// The day of issue that authenticated DG12 states, where it is a whole day.
    pub(crate) fn issue_date(&self) -> Option<time::Date> {
        let group = self.decoded::<Dg12>()?.ok()?;
        let date = group.issue_date.as_ref()?;
        let month = time::Month::try_from(date.month()?).ok()?;
        time::Date::from_calendar_date(i32::from(date.year()?), month, date.day()?).ok()
    }

    /// The details of DG11, DG12 and DG16, for a report that names the holder.
    pub(crate) fn details(&self) -> Vec<PersonalDetail> {
        let mut details = Vec::new();
        if let Some(Ok(group)) = self.decoded::<Dg11>() {
            details.extend(personal_details(&group));
        }
        if let Some(Ok(group)) = self.decoded::<Dg12>() {
            details.extend(document_details(&group));
        }
        if let Some(Ok(group)) = self.decoded::<Dg16>() {
            details.extend(persons_to_notify(&group));
        }
        details.truncate(MAX_DETAILS);
        details
    }
}

fn deviation(number: DgNumber, found: &Deviation) -> Finding {
    let severity = match found.weight() {
        Weight::Violation => Severity::Warning,
        _ => Severity::Note,
    };
    Finding::new(found.code.as_str(), severity, format!("{number}: {found}"))
}

/// `2 fingers, ISO/IEC 19794, WSQ`.
fn records(
    all: impl Iterator<Item = (RecordFormat, ImageType)>,
    one: &str,
    many: &str,
    unknown: usize,
) -> String {
    let mut kinds: BTreeMap<(RecordFormat, ImageType), usize> = BTreeMap::new();
    let mut count = 0;
    for kind in all {
        count += 1;
        *kinds.entry(kind).or_default() += 1;
    }
    let mut text = format!("{count} {}", if count == 1 { one } else { many });
    for (format, image) in kinds.into_keys() {
        text.push_str(&format!(", {} with {}", format.name(), image.name()));
    }
    if unknown > 0 {
        text.push_str(&format!(", {unknown} in an unknown choice"));
    }
    text
}

fn pictures<'a>(all: impl Iterator<Item = (ImageType, &'a [u8])>, what: &str) -> String {
    let names: Vec<&str> = all.map(|(kind, _)| kind.name()).collect();
    format!("{} {what}{}: {}", names.len(), if names.len() == 1 { "" } else { "s" }, names.join(", "))
}

struct Details {
    source: &'static str,
    all: Vec<PersonalDetail>,
}

impl Details {
    fn text(&mut self, field: &str, value: Option<&Field>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.put(field, &value.text());
        }
    }

    fn date(&mut self, field: &str, value: Option<&LdsDate>) {
        if let Some(text) = value.and_then(LdsDate::text) {
            self.put(field, &text);
        }
    }

    fn picture(&mut self, field: &str, value: Option<&[u8]>) {
        if let Some(octets) = value {
            let text = format!("a picture of {} octets ({})", octets.len(), ImageType::of(octets).name());
            self.put(field, &text);
        }
    }

    fn put(&mut self, field: &str, value: &str) {
        self.all.push(PersonalDetail {
            source: self.source.into(),
            field: field.into(),
            value: plain(value),
        });
    }
}

fn personal_details(group: &Dg11) -> Vec<PersonalDetail> {
    let mut details = Details { source: "DG11", all: Vec::new() };
    details.text("full_name", group.full_name.as_ref());
    for name in &group.other_names {
        details.text("other_name", Some(name));
    }
    details.text("personal_number", group.personal_number.as_ref());
    details.date("birth_date", group.birth_date.as_ref());
    details.text("place_of_birth", group.place_of_birth.as_ref());
    details.text("address", group.address.as_ref());
    details.text("telephone", group.telephone.as_ref());
    details.text("profession", group.profession.as_ref());
    details.text("title", group.title.as_ref());
    details.text("summary", group.summary.as_ref());
    details.picture("proof_of_citizenship", group.proof_of_citizenship.as_deref());
    details.text("other_documents", group.other_documents.as_ref());
    details.text("custody", group.custody.as_ref());
    details.all
}

fn document_details(group: &Dg12) -> Vec<PersonalDetail> {
    let mut details = Details { source: "DG12", all: Vec::new() };
    details.text("issuing_authority", group.issuing_authority.as_ref());
    details.date("issue_date", group.issue_date.as_ref());
    for person in &group.other_persons {
        details.text("other_person", Some(person));
    }
    details.text("endorsements", group.endorsements.as_ref());
    details.text("tax_exit", group.tax_exit.as_ref());
    details.picture("front", group.front.as_deref());
    details.picture("rear", group.rear.as_deref());
    details.date("personalised", group.personalised.as_ref());
    details.text("personalisation_system", group.personalisation_system.as_ref());
    details.all
}

fn persons_to_notify(group: &Dg16) -> Vec<PersonalDetail> {
    let mut details = Details { source: "DG16", all: Vec::new() };
    for person in &group.persons {
        details.text("name", person.name.as_ref());
        details.text("telephone", person.telephone.as_ref());
        details.text("address", person.address.as_ref());
        details.date("recorded", person.recorded.as_ref());
    }
    details.all
}
