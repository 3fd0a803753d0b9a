//! Fingers and irises: terminal authentication once everything else is there, then DG3 and DG4 as far as the rights go
//! (Doc 9303-11 section 7.1).
//!
//! It comes late on purpose: a session that is lost takes the terminal's rights along, so nothing that may lose one is read
//! between.

use super::{Ended, Procedure};
use crate::authentication::terminal::{TerminalAuthenticated, is_offered};
use crate::lds::{Cvca, DataGroup as _, Dg1, Dg14, DgNumber, FileId};
use crate::pki::cv_certificate::Reference;
use crate::reading::{
    InspectionFailure, InspectionSystem, ReadError, ReadErrorKind, Way, terminal_authentication,
};
use crate::{access::pace::Mapping, key_agreement::CompressedKey};

/// How often it is begun anew because the chip or the session was lost.
const MAX_TRIES: usize = 2;

/// What came of reading what the rights allow.
enum Read {
    Done,
    /// The session was lost on the way and the rights with it.
    RightsLost,
}

impl Procedure<'_, '_> {
    /// Authenticates the terminal where the caller is one, and reads what that opens.
    pub(super) fn biometrics(&mut self, listed: &[DgNumber]) -> Result<(), Ended> {
        let Some(system) = &self.request.inspection else { return Ok(()) };
        let wanted = || listed.iter().copied().filter(|number| needs_rights(*number));
        if wanted().next().is_none() && !self.promised() {
            self.out.terminal = Some(Err(InspectionFailure::NotOffered));
            return Ok(());
        }
        for _ in 0..MAX_TRIES {
            // Proven once, and the session was lost since.
            if self.proven.is_some() && self.ephemeral().is_none() {
                self.chip_authentication()?;
            }
            let outcome = self.authenticate(system);
            self.out.terminal = Some(outcome.clone());
            match outcome {
                Ok(fact) => match self.read_allowed(&fact, wanted())? {
                    Read::Done => return Ok(()),
                    // The session is there again, without chip authentication.
                    Read::RightsLost => {}
                },
                Err(InspectionFailure::Exchange(error)) => {
                    let file = FileId::Dg(DgNumber::DG3);
                    if error.is_reader_removed() {
                        let kind = ReadErrorKind::Lost(error);
                        self.out.unread.push(ReadError { file, offset: 0, kind });
                        return Err(Ended);
                    }
                    self.regain(file)?;
                }
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Whether DG14 promises terminal authentication.
    fn promised(&self) -> bool {
        let file = self.out.files.get(&FileId::Dg(DgNumber::DG14));
        file.and_then(|file| Dg14::parse(file).ok()).is_some_and(|dg14| is_offered(&dg14.security_infos))
    }

    fn authenticate(
        &mut self,
        system: &InspectionSystem,
    ) -> Result<TerminalAuthenticated, InspectionFailure> {
        let ephemeral = self.ephemeral().ok_or(InspectionFailure::NoChipAuthentication)?;
        let after_pace = self.reader.channel().pace_keys().is_some();
        let number = match (after_pace, self.document_number()) {
            (true, _) => Vec::new(),
            (false, Some(number)) => number,
            (false, None) => return Err(InspectionFailure::NoDocumentNumber),
        };
        let trust_points = self.trust_points()?;
        let chain = system.chain(&trust_points)?;
        let channel = self.reader.channel();
        Ok(terminal_authentication(channel, &chain, &number, &ephemeral, system.key())?)
    }

    /// The terminal's key of the newest session, where the chip took part with a key of its own: chip authentication, or
    /// PACE with that mapping.
    fn ephemeral(&mut self) -> Option<CompressedKey> {
        let channel = self.reader.channel();
        if let Some((_, key)) = self.proven.as_ref().filter(|(session, _)| *session == channel.sessions()) {
            return Some(key.clone());
        }
        let mapped =
            matches!(&self.out.way, Some(Way::Pace(offer)) if offer.mapping == Mapping::ChipAuthentication);
        channel.pace_keys().filter(|_| mapped).map(|keys| keys.terminal.clone())
    }

    /// What PACE named, else what EF.CVCA does.
    fn trust_points(&mut self) -> Result<Vec<Reference>, InspectionFailure> {
        let named = self.reader.channel().pace_keys().map(|keys| keys.trust_points.clone());
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            return Ok(named);
        }
        match self.reader.read_short(FileId::Cvca) {
            Ok(file) => {
                let references = Cvca::parse(&file).map(|cvca| cvca.references).unwrap_or_default();
                self.keep(FileId::Cvca, file);
                Ok(references)
            }
            Err(ReadError { kind: ReadErrorKind::Lost(error), .. }) => {
                Err(InspectionFailure::Exchange(error))
            }
            // No trust point is known then, which the search for a chain says.
            Err(_) => Ok(Vec::new()),
        }
    }

    /// The cells of the document number with their check digit, from DG1.
    fn document_number(&self) -> Option<Vec<u8>> {
        let dg1 = Dg1::parse(self.out.files.get(&FileId::Dg(DgNumber::DG1))?).ok()?;
        number_cells(dg1.mrz())
    }

    fn read_allowed(
        &mut self,
        fact: &TerminalAuthenticated,
        wanted: impl Iterator<Item = DgNumber>,
    ) -> Result<Read, Ended> {
        let session = self.reader.channel().sessions();
        for number in wanted {
            let file = FileId::Dg(number);
            let allowed = match number.get() {
                3 => fact.authorisation.reads_fingers(),
                _ => fact.authorisation.reads_irises(),
            };
            if !allowed || self.out.files.contains_key(&file) {
                continue;
            }
            match self.whole(file) {
                Ok(()) => {}
                Err(ReadError { kind: ReadErrorKind::Denied(_), .. })
                    if self.reader.channel().sessions() != session =>
                {
                    return Ok(Read::RightsLost);
                }
                Err(error) => {
                    let fatal = error.is_fatal();
                    self.out.unread.push(error);
                    if fatal {
                        return Err(Ended);
                    }
                }
            }
        }
        Ok(Read::Done)
    }
}

/// Whether a data group asks for terminal authentication: fingers and irises.
pub(super) const fn needs_rights(number: DgNumber) -> bool {
    matches!(number.get(), 3 | 4)
}

/// Cells of the document number and its check digit in a stored zone of 88 (TD3), 72 (TD2) or 90 octets (TD1). A number that
/// does not fit goes on in the optional data, to the first filler; its last cell is the check digit (Doc 9303-5 4.2.2, note
/// j), and the filler in the check cell does not count.
fn number_cells(zone: &[u8]) -> Option<Vec<u8>> {
    let (from, optional) = match zone.len() {
        88 => (44, None),
        72 => (36, zone.get(64..71)),
        90 => (5, zone.get(15..30)),
        _ => return None,
    };
    let cells = zone.get(from..)?.first_chunk::<10>()?;
    let [number @ .., check] = cells;
    match optional {
        Some(optional) if *check == b'<' => {
            let rest = optional.split(|cell| *cell == b'<').next().filter(|rest| rest.len() > 1)?;
            Some([number, rest].concat())
        }
        _ => Some(cells.to_vec()),
    }
}

#[cfg(test)]
mod unit {
    use super::number_cells;

    /// The specimens of Doc 9303-4, 9303-5 and 9303-6, and the long number of Doc 9303-11 D.2.
    #[test]
    fn numbers_of_each_format() {
        let td3 = format!("P<UTOERIKSSON<<ANNA<MARIA{:<<19}L898902C36UTO7408122F1204159ZE184226B<<<<<10", "");
        let td2 = format!("I<UTOERIKSSON<<ANNA<MARIA{:<<11}D231458907UTO7408122F1204159<<<<<<<6", "");
        let long = format!("I<UTOSTEVENSON<<PETER{:<<15}D23145890<UTO3407127M95071227349<<<8", "");
        let td1 = format!(
            "I<UTOD231458907{:<<15}7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA{:<<10}",
            "", ""
        );
        for (zone, number) in [
            (td3, Some("L898902C36")),
            (td2, Some("D231458907")),
            (long, Some("D231458907349")),
            (td1.clone(), Some("D231458907")),
            (td1.replacen("07<<", "0<1<", 1), None),
            ("P<".to_owned(), None),
        ] {
            assert_eq!(number_cells(zone.as_bytes()).as_deref(), number.map(str::as_bytes), "{zone}");
        }
    }
}
