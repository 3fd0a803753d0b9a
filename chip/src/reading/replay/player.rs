//! Walks a record: protocols where their random values begin, everything else as it stands.

use zeroize::Zeroizing;

use super::files::Files;
use super::runs::{AccessProtocol, AccessRun, ActiveRun, ChipRun, RunFailure, Span};
use super::{ReplayError, ReplayFault, Replayed};
use crate::access::MrzKey;
use crate::access::bac::{Bac, BacRandom, Step};
use crate::access::pace::{Mapping, Pace, PaceOffer, PaceOffers, PaceRandom, PaceStep, Password};
use crate::authentication::chip::{
    ChipAuthentication, ChipAuthenticationStep, ChipFailure, ChipOffers, ProvisionalSession,
};
use crate::command::{Command, Response};
use crate::lds::dg14::SecurityInfos;
use crate::lds::{DataGroup as _, Dg14, DgNumber, FileId};
use crate::reading::channel::{get_response, short_data};
use crate::reading::recorded::{DrawLabel, Recorded, RecordedExchange};
use crate::secure_messaging::{SecureMessaging, SmError};

/// Most runs of protocols that are computed again: flaky chips take a dozen.
const MAX_RUNS: usize = 64;
/// Most offers of a chip that are tried for one run.
const MAX_OFFERS: usize = 16;
/// INTERNAL AUTHENTICATE.
const INTERNAL_AUTHENTICATE: u8 = 0x88;

/// One command with its whole answer, parts put together.
struct Turn<'r> {
    number: u64,
    line: &'r RecordedExchange,
    answer: Option<Vec<u8>>,
    opened: Option<&'r [u8]>,
}

/// What came back.
enum Heard {
    Response(Response),
    Lost(SmError),
    Nothing,
}

pub(super) struct Player<'r> {
    recorded: &'r Recorded,
    next: usize,
    session: Option<SecureMessaging>,
    files: Files,
    /// The challenge that was drawn last.
    challenge: Option<&'r [u8]>,
    runs: usize,
    out: Replayed,
}

type Played<T> = Result<T, ReplayError>;

impl<'r> Player<'r> {
    pub(super) fn new(recorded: &'r Recorded) -> Self {
        Self {
            recorded,
            next: 0,
            session: None,
            files: Files::default(),
            challenge: None,
            runs: 0,
            out: Replayed::default(),
        }
    }

    pub(super) fn play(mut self) -> Played<Replayed> {
        for (index, exchange) in self.recorded.exchanges.iter().enumerate() {
            if exchange.number != index as u64 {
                return Err(ReplayError { number: index as u64, fault: ReplayFault::Numbering });
            }
        }
        while self.next < self.recorded.exchanges.len() {
            let number = self.number();
            if self.recorded.resets.contains(&number) {
                self.session = None;
                self.files.reset();
            }
            let drawn = self.recorded.draws.iter().rev().find(|draw| draw.number == number);
            self.runs = self.runs.saturating_add(usize::from(drawn.is_some()));
            if self.runs > MAX_RUNS {
                return self.fault(number, ReplayFault::TooMany);
            }
            match drawn.map(|draw| draw.label) {
                Some(DrawLabel::BacChallenge | DrawLabel::BacKey) => self.bac(number)?,
                Some(DrawLabel::PaceMapping | DrawLabel::PaceNonce | DrawLabel::PaceEphemeral) => {
                    self.pace(number)?;
                }
                Some(DrawLabel::ChipEphemeral) => self.chip(number)?,
                Some(DrawLabel::ActiveChallenge) => {
                    self.challenge = Some(self.drawn(number, DrawLabel::ActiveChallenge)?);
                    self.single()?;
                }
                None => self.single()?,
            }
        }
        if let Some(last) = self.recorded.exchanges.last().filter(|last| last.response.is_none()) {
            self.out.broke_off = Some(last.number);
        }
        self.files.finish(&mut self.out);
        Ok(self.out)
    }

    fn number(&self) -> u64 {
        self.next as u64
    }

    fn fault<T>(&self, number: u64, fault: ReplayFault) -> Played<T> {
        Err(ReplayError { number, fault })
    }

    fn drawn(&self, number: u64, label: DrawLabel) -> Played<&'r [u8]> {
        let found =
            self.recorded.draws.iter().rev().find(|draw| draw.number == number && draw.label == label);
        match found {
            Some(draw) => Ok(&draw.value),
            None => self.fault(number, ReplayFault::MissingInput),
        }
    }

    fn span(&self, first: u64) -> Span {
        Span { first, last: self.number().saturating_sub(1).max(first) }
    }

    /// The next command with its whole answer; `None` at the end of the record.
    fn take(&mut self) -> Option<Turn<'r>> {
        let line = self.recorded.exchanges.get(self.next)?;
        let mut turn = Turn {
            number: self.number(),
            line,
            answer: line.response.clone().filter(|answer| answer.len() >= 2),
            opened: line.plain_response.as_deref(),
        };
        self.next = self.next.saturating_add(1);
        while let Some([.., 0x61, left]) = turn.answer.as_deref() {
            let fetched = self.recorded.exchanges.get(self.next);
            let Some(part) = fetched.filter(|part| part.command == get_response(*left)) else { break };
            self.next = self.next.saturating_add(1);
            turn.opened = part.plain_response.as_deref();
            let answer = turn.answer.take().unwrap_or_default();
            turn.answer = part.response.as_ref().filter(|response| response.len() >= 2).map(|response| {
                let whole = answer.len().saturating_sub(2);
                [answer.get(..whole).unwrap_or_default(), response.as_slice()].concat()
            });
        }
        // Parts that were not fetched to their end are no answer.
        if let Some([.., 0x61, _]) = turn.answer.as_deref() {
            turn.answer = None;
        }
        Some(turn)
    }

    /// What the machine sends, held against what was sent, and what came back. A command that was too long for the link went
    /// in parts.
    fn exchange(&mut self, command: &Command) -> Played<Heard> {
        let Some(sent) = self.sent() else { return Ok(Heard::Nothing) };
        let Some(parts) = self.parts(command, sent) else {
            return self.fault(self.number(), ReplayFault::Command);
        };
        let mut heard = Heard::Nothing;
        for part in &parts {
            let Some(turn) = self.take() else { return Ok(Heard::Nothing) };
            heard = self.heard(&turn, part)?;
            if !matches!(&heard, Heard::Response(response) if response.status.is_ok()) {
                break;
            }
        }
        Ok(heard)
    }

    /// The next command as it was before protection.
    fn sent(&self) -> Option<&'r Vec<u8>> {
        let line = self.recorded.exchanges.get(self.next)?;
        Some(line.plain_command.as_ref().unwrap_or(&line.command))
    }

    /// How a command was sent: whole, or in parts; `None` where another one was.
    fn parts(&self, command: &Command, sent: &[u8]) -> Option<Vec<Command>> {
        if command.to_bytes().as_deref() == Some(sent) {
            return Some(vec![command.clone()]);
        }
        let parts = command.in_parts(short_data(self.session.as_ref().map(SecureMessaging::kind)))?;
        let first = parts.first().and_then(Command::to_bytes);
        (parts.len() > 1 && first.as_deref() == Some(sent)).then_some(parts)
    }

    fn heard(&mut self, turn: &Turn<'r>, command: &Command) -> Played<Heard> {
        let plain = command.to_bytes();
        let Some(session) = &mut self.session else {
            if turn.line.plain_command.is_some() {
                return self.fault(turn.number, ReplayFault::NoSession);
            }
            if plain.as_ref() != Some(&turn.line.command) {
                return self.fault(turn.number, ReplayFault::Command);
            }
            if turn.opened.is_some() {
                return self.fault(turn.number, ReplayFault::Answer);
            }
            let response = turn.answer.as_deref().and_then(Response::parse);
            return Ok(response.map_or(Heard::Nothing, Heard::Response));
        };
        let protected = session.protect(command).ok();
        if turn.line.plain_command != plain || protected.as_ref() != Some(&turn.line.command) {
            return self.fault(turn.number, ReplayFault::Command);
        }
        let Some(answer) = &turn.answer else {
            self.session = None;
            return if turn.opened.is_some() {
                self.fault(turn.number, ReplayFault::Answer)
            } else {
                Ok(Heard::Nothing)
            };
        };
        let opened = session.unprotect(answer);
        if opened.as_ref().ok().map(Response::to_bytes).as_deref() != turn.opened {
            return self.fault(turn.number, ReplayFault::Answer);
        }
        Ok(match opened {
            Ok(response) => Heard::Response(response),
            Err(error) => {
                self.session = None;
                Heard::Lost(error)
            }
        })
    }

    /// One exchange outside the protocols that draw.
    fn single(&mut self) -> Played<()> {
        let Some(turn) = self.take() else { return Ok(()) };
        if turn.line.plain_command.is_none() {
            // It went out plain: the session had been left.
            self.session = None;
        }
        let octets = turn.line.plain_command.as_ref().unwrap_or(&turn.line.command);
        let Some(command) = Command::parse(octets) else {
            return self.fault(turn.number, ReplayFault::CommandForm);
        };
        let heard = self.heard(&turn, &command)?;
        if command.ins == INTERNAL_AUTHENTICATE {
            if self.challenge != Some(command.data.as_slice()) {
                return self.fault(turn.number, ReplayFault::MissingInput);
            }
            let (response, status, lost) = match heard {
                Heard::Response(response) => (Some(response.data), Some(response.status), None),
                Heard::Lost(SmError::Unprotected(status)) => {
                    (None, Some(status), Some(SmError::Unprotected(status)))
                }
                Heard::Lost(error) => (None, None, Some(error)),
                Heard::Nothing => (None, None, None),
            };
            let span = self.span(turn.number);
            let protected = turn.line.plain_command.is_some();
            let challenge = command.data;
            self.out.active.push(ActiveRun { span, challenge, protected, response, status, lost });
            return Ok(());
        }
        match heard {
            Heard::Response(response) => self.keep(turn.number, &command, &response),
            _ => Ok(()),
        }
    }

    fn keep(&mut self, number: u64, command: &Command, response: &Response) -> Played<()> {
        match self.files.take(command, response) {
            Some(()) => Ok(()),
            None => self.fault(number, ReplayFault::File),
        }
    }

    fn mrz_key(&self, number: u64) -> Played<&'r MrzKey> {
        match &self.recorded.password {
            Some(Password::Mrz(key)) => Ok(key),
            _ => self.fault(number, ReplayFault::MissingInput),
        }
    }

    fn bac(&mut self, number: u64) -> Played<()> {
        self.session = None;
        let challenge = <[u8; 8]>::try_from(self.drawn(number, DrawLabel::BacChallenge)?);
        let key = <[u8; 16]>::try_from(self.drawn(number, DrawLabel::BacKey)?);
        let (Ok(challenge), Ok(key)) = (challenge, key) else {
            return self.fault(number, ReplayFault::DrawLength);
        };
        let random = BacRandom { challenge: Zeroizing::new(challenge), key: Zeroizing::new(key) };
        let (mut bac, mut command) = Bac::start(self.mrz_key(number)?, random);
        let outcome = loop {
            let response = match self.exchange(&command)? {
                Heard::Response(response) => response,
                Heard::Lost(error) => break Err(RunFailure::Messaging(error)),
                Heard::Nothing => break Err(RunFailure::BrokeOff),
            };
            match bac.respond(&response) {
                Ok(Step::Send(next)) => command = next,
                Ok(Step::Done(session)) => {
                    self.session = Some(session);
                    break Ok(());
                }
                Err(error) => break Err(RunFailure::Protocol(error)),
            }
        };
        let span = self.span(number);
        self.out.access.push(AccessRun { span, protocol: AccessProtocol::Bac, outcome });
        Ok(())
    }

    /// Every offer of EF.CardAccess that begins with the recorded command; the first that fits to the end.
    fn pace(&mut self, number: u64) -> Played<()> {
        self.session = None;
        let Some(password) = &self.recorded.password else {
            return self.fault(number, ReplayFault::MissingInput);
        };
        let file = self.files.whole(FileId::CardAccess);
        let infos = file.and_then(|file| SecurityInfos::parse_card_access(file).ok());
        let Some(infos) = infos else { return self.fault(number, ReplayFault::MissingInput) };
        let from = self.next;
        let mut furthest = ReplayError { number, fault: ReplayFault::Command };
        for mut offer in PaceOffers::of(&infos).known.into_iter().take(MAX_OFFERS) {
            // Whether the parameters are named is the reader's choice.
            for named in [offer.name_parameters, !offer.name_parameters] {
                offer.name_parameters = named;
                (self.next, self.session) = (from, None);
                match self.pace_with(number, &offer, password) {
                    Ok(run) => {
                        self.out.access.push(run);
                        return Ok(());
                    }
                    Err(error) if error.number >= furthest.number => furthest = error,
                    Err(_) => {}
                }
            }
        }
        Err(furthest)
    }

    fn pace_with(&mut self, number: u64, offer: &PaceOffer, password: &Password) -> Played<AccessRun> {
        let drawn = |label| self.drawn(number, label).map(|octets| Zeroizing::new(octets.to_vec()));
        let random = PaceRandom {
            mapping: drawn(DrawLabel::PaceMapping)?,
            nonce: drawn(DrawLabel::PaceNonce)?,
            ephemeral: drawn(DrawLabel::PaceEphemeral)?,
        };
        let (mut pace, mut command) = Pace::start(offer, password, random);
        let outcome = loop {
            let response = match self.exchange(&command)? {
                Heard::Response(response) => response,
                Heard::Lost(error) => break Err(RunFailure::Messaging(error)),
                Heard::Nothing => break Err(RunFailure::BrokeOff),
            };
            match pace.respond(&response) {
                Ok(PaceStep::Send(next)) => command = next,
                Ok(PaceStep::Done(session)) => {
                    self.session = Some(session.messaging);
                    if let Some(mapping) =
                        session.chip_mapping.filter(|_| offer.mapping == Mapping::ChipAuthentication)
                    {
                        let span = self.span(number);
                        self.out.mappings.push((span, mapping));
                    }
                    break Ok(());
                }
                Err(error) => break Err(RunFailure::Protocol(error)),
            }
        };
        Ok(AccessRun { span: self.span(number), protocol: AccessProtocol::Pace(offer.clone()), outcome })
    }

    /// All offers of DG14 at once, as long as they send what was sent.
    fn chip(&mut self, number: u64) -> Played<()> {
        let secret = self.drawn(number, DrawLabel::ChipEphemeral)?;
        let protected = self.session.is_some();
        let dg14 = self.files.whole(FileId::Dg(DgNumber::DG14)).map(<[u8]>::to_vec);
        let parsed = dg14.as_deref().and_then(|file| Dg14::parse(file).ok());
        let (Some(dg14), Some(parsed)) = (dg14, parsed) else {
            return self.fault(number, ReplayFault::MissingInput);
        };
        let mut machines: Vec<(ChipAuthentication, Command)> = ChipOffers::of(&parsed.security_infos)
            .known
            .iter()
            .take(MAX_OFFERS)
            .filter_map(|offer| ChipAuthentication::start(offer, secret).ok())
            .collect();
        let outcome = loop {
            let Some(sent) = self.sent() else { break Err(RunFailure::BrokeOff) };
            machines.retain(|(_, command)| self.parts(command, sent).is_some());
            let Some((_, command)) = machines.first() else {
                return self.fault(self.number(), ReplayFault::Command);
            };
            let command = command.clone();
            let response = match self.exchange(&command)? {
                Heard::Response(response) => response,
                Heard::Lost(error) => break Err(RunFailure::Messaging(error)),
                Heard::Nothing => break Err(RunFailure::BrokeOff),
            };
            let mut next = Vec::new();
            let mut provisional = Vec::new();
            let mut failure = ChipFailure::OutOfOrder;
            for (mut machine, _) in std::mem::take(&mut machines) {
                match machine.respond(&response) {
                    Ok(ChipAuthenticationStep::Send(command)) => next.push((machine, command)),
                    Ok(ChipAuthenticationStep::Switch(session)) => provisional.push(session),
                    Err(error) => failure = error,
                }
            }
            if !provisional.is_empty() {
                break self.proof(provisional)?;
            }
            if next.is_empty() {
                break Err(RunFailure::Protocol(failure));
            }
            machines = next;
        };
        let span = self.span(number);
        self.out.chip.push(ChipRun { span, dg14, protected, outcome });
        Ok(())
    }

    /// The first exchange under the new keys.
    fn proof(
        &mut self,
        provisional: Vec<ProvisionalSession>,
    ) -> Played<Result<crate::authentication::chip::ChipAuthenticated, RunFailure<ChipFailure>>> {
        self.session = None;
        // The keys were changed and nothing more was said: the chip was taken away, or the record ends here.
        let Some(turn) = self.take() else { return Ok(Err(RunFailure::BrokeOff)) };
        let plain = turn.line.plain_command.as_deref().and_then(Command::parse);
        let Some(command) = plain else { return self.fault(turn.number, ReplayFault::CommandForm) };
        let fits = |session: &mut ProvisionalSession| {
            session.protect(&command).ok().as_ref() == Some(&turn.line.command)
        };
        let found = provisional.into_iter().find_map(|mut session| fits(&mut session).then_some(session));
        let Some(session) = found else { return self.fault(turn.number, ReplayFault::Command) };
        let Some(answer) = &turn.answer else {
            return if turn.opened.is_some() {
                self.fault(turn.number, ReplayFault::Answer)
            } else {
                Ok(Err(RunFailure::BrokeOff))
            };
        };
        match session.confirm(answer) {
            Ok((session, response, fact)) => {
                if turn.opened != Some(response.to_bytes().as_slice()) {
                    return self.fault(turn.number, ReplayFault::Answer);
                }
                self.session = Some(session);
                self.keep(turn.number, &command, &response)?;
                Ok(Ok(fact))
            }
            Err(_) if turn.opened.is_some() => self.fault(turn.number, ReplayFault::Answer),
            Err(failure) => Ok(Err(RunFailure::Protocol(failure))),
        }
    }
}
