//! Readers of the operating system's PC/SC service (feature `pcsc`: needs the system's PC/SC library to build).
//!
//! `pcsc:NAME[?apdu=short]`, where NAME is the reader's name as the service tells it, or a part of it that fits one
//! reader only. The service is asked in short turns, so a wait ends when it is cancelled.

use std::ffi::CString;
use std::time::{Duration, Instant};

use pcsc::{Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};
use verifier_chip::apdu::{Transceive, TransceiveError};

use crate::cancel::{CANCEL_LATENCY, Cancel};
use crate::error::{ReaderError, ReaderErrorKind};
use crate::reader::{Card, Reader, ReaderEvent, ReaderFactory, ReaderInfo};
use crate::uri::ReaderUri;

/// Longest extended command APDU.
const MAX_COMMAND: usize = 65_544;
/// Longest extended response APDU.
const MAX_RESPONSE: usize = 65_538;

/// Opens readers of the PC/SC service.
#[derive(Debug, Clone, Copy, Default)]
pub struct PcscFactory;

impl ReaderFactory for PcscFactory {
    fn scheme(&self) -> &'static str {
        "pcsc"
    }

    fn describe(&self) -> &'static str {
        "readers of the PC/SC service: pcsc:NAME[?apdu=short|extended]"
    }

    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError> {
        let context = match Context::establish(Scope::User) {
            Ok(context) => context,
            // No service runs: there are no such readers, which is an answer.
            Err(Error::NoService | Error::ServiceStopped) => return Ok(Vec::new()),
            Err(error) => return Err(sort(error, "pcsc")),
        };
        let names = names(&context).map_err(|error| sort(error, "pcsc"))?;
        Ok(names
            .iter()
            .map(|name| ReaderInfo {
                uri: ReaderUri::new("pcsc", name.to_string_lossy()),
                description: "PC/SC reader".to_owned(),
            })
            .collect())
    }

    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        uri.allow(&["apdu"])?;
        let extended = match uri.parameter("apdu") {
            None | Some("extended") => true,
            Some("short") => false,
            Some(_) => return Err(uri.invalid("apdu is short or extended")),
        };
        Ok(Box::new(PcscReader::open(uri, extended)?))
    }
}

fn names(context: &Context) -> Result<Vec<CString>, Error> {
    match context.list_readers_owned() {
        Err(Error::NoReadersAvailable) => Ok(Vec::new()),
        other => other,
    }
}

/// An open PC/SC reader.
pub struct PcscReader {
    info: ReaderInfo,
    context: Context,
    name: CString,
    card: Option<pcsc::Card>,
    /// The card in the reader does not answer or is used by another program; it is left alone until it was moved.
    refused: bool,
    left: bool,
    extended: bool,
    cancel: Cancel,
}

impl PcscReader {
    /// Finds the reader of the URI's path. With `extended`, APDUs of extended length are offered; whether reader and
    /// chip carry them shows when they are tried.
    ///
    /// # Errors
    /// `NotFound` naming the readers that are there, `InvalidUri` where the name fits several.
    pub fn open(uri: &ReaderUri, extended: bool) -> Result<Self, ReaderError> {
        let failed = |error| sort(error, &uri.to_string());
        let context = Context::establish(Scope::User).map_err(failed)?;
        let all = names(&context).map_err(failed)?;
        let text = |name: &CString| name.to_string_lossy().into_owned();
        let exact = all.iter().find(|name| text(name) == uri.path());
        let parts: Vec<&CString> = all.iter().filter(|name| text(name).contains(uri.path())).collect();
        let there = all.iter().map(text).collect::<Vec<_>>().join(", ");
        let name = match (exact, parts.as_slice()) {
            (Some(name), _) => name.clone(),
            (None, [name]) => CString::clone(name),
            (None, []) => {
                return Err(uri.error(ReaderErrorKind::NotFound).because(if there.is_empty() {
                    "no PC/SC reader is plugged in".to_owned()
                } else {
                    format!("readers that are there: {there}")
                }));
            }
            (None, _) => return Err(uri.invalid(format!("the name fits several readers: {there}"))),
        };
        Ok(Self {
            info: ReaderInfo { uri: uri.clone(), description: text(&name) },
            context,
            name,
            card: None,
            refused: false,
            left: false,
            extended,
            cancel: Cancel::new(),
        })
    }

    /// State of the reader now; waits up to `wait` for it to differ from `known`.
    fn state(&self, known: State, wait: Duration) -> Result<State, ReaderError> {
        let mut states = [ReaderState::new(self.name.clone(), known)];
        match self.context.get_status_change(wait, &mut states) {
            Ok(()) => {}
            Err(Error::Timeout) => return Ok(known),
            Err(error) => return Err(self.failed(error)),
        }
        let state = states.first().map_or(State::UNKNOWN, ReaderState::event_state);
        if state.intersects(State::UNKNOWN | State::IGNORE | State::UNAVAILABLE)
            && !state.contains(State::PRESENT)
        {
            return Err(self.info.uri.error(ReaderErrorKind::Gone));
        }
        Ok(state & !State::CHANGED)
    }

    fn connect(&mut self) -> Result<Option<Card>, ReaderError> {
        let connected = self.context.connect(&self.name, ShareMode::Exclusive, Protocols::ANY);
        let card = match connected {
            Ok(card) => card,
            Err(Error::NoSmartcard | Error::RemovedCard) => return Ok(None),
            Err(
                Error::UnresponsiveCard
                | Error::UnpoweredCard
                | Error::UnsupportedCard
                | Error::ProtoMismatch,
            ) => {
                self.refused = true;
                return Ok(None);
            }
            Err(error) => {
                self.refused = true;
                return Err(self.failed(error));
            }
        };
        let status = card.status2_owned();
        let answer = status.map(|status| status.atr().to_vec()).unwrap_or_default();
        self.card = Some(card);
        Ok(Some(Card { answer, ..Card::default() }))
    }

    fn failed(&self, error: Error) -> ReaderError {
        sort(error, &self.info.uri.to_string())
    }
}

/// The reader's error of a PC/SC one.
fn sort(error: Error, name: &str) -> ReaderError {
    let kind = match error {
        Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable => ReaderErrorKind::Gone,
        Error::NoService | Error::ServiceStopped => ReaderErrorKind::NotFound,
        Error::NoSmartcard | Error::UnpoweredCard => ReaderErrorKind::NoCard,
        Error::RemovedCard | Error::ResetCard | Error::CommError => ReaderErrorKind::CardGone,
        Error::SharingViolation => ReaderErrorKind::Busy,
        Error::NoAccess | Error::SecurityViolation => ReaderErrorKind::Permission,
        Error::Timeout => ReaderErrorKind::Timeout,
        Error::Cancelled => ReaderErrorKind::Cancelled,
        Error::InsufficientBuffer => ReaderErrorKind::Limit,
        _ => ReaderErrorKind::Protocol,
    };
    ReaderError::new(kind, name).because(error.to_string())
}

impl Transceive for PcscReader {
    fn transceive(&mut self, apdu: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        if apdu.len() > self.max_command() {
            return Err(TransceiveError::CommandTooLong);
        }
        let Some(card) = &self.card else { return Err(TransceiveError::ChipRemoved) };
        let mut buffer = vec![0_u8; self.max_response().max(258)];
        match card.transmit(apdu, &mut buffer) {
            Ok(response) if response.len() >= 2 => Ok(response.to_vec()),
            Ok(_) => Err(TransceiveError::MalformedResponse),
            Err(Error::RemovedCard | Error::ResetCard | Error::NoSmartcard | Error::UnpoweredCard) => {
                self.card = None;
                self.left = true;
                Err(TransceiveError::ChipRemoved)
            }
            Err(
                Error::ReaderUnavailable | Error::UnknownReader | Error::NoService | Error::ServiceStopped,
            ) => {
                self.card = None;
                Err(TransceiveError::ReaderRemoved)
            }
            Err(Error::Timeout) => Err(TransceiveError::TimedOut),
            Err(error) => Err(TransceiveError::Driver(error.to_string())),
        }
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        let Some(card) = &mut self.card else { return Err(TransceiveError::ChipRemoved) };
        match card.reconnect(ShareMode::Exclusive, Protocols::ANY, Disposition::UnpowerCard) {
            Ok(()) => Ok(()),
            Err(
                Error::ReaderUnavailable | Error::UnknownReader | Error::NoService | Error::ServiceStopped,
            ) => {
                self.card = None;
                Err(TransceiveError::ReaderRemoved)
            }
            Err(_) => {
                self.card = None;
                self.left = true;
                Err(TransceiveError::ChipRemoved)
            }
        }
    }

    fn max_command(&self) -> usize {
        if self.extended { MAX_COMMAND } else { 261 }
    }

    fn max_response(&self) -> usize {
        if self.extended { MAX_RESPONSE } else { 258 }
    }
}

impl Reader for PcscReader {
    fn info(&self) -> &ReaderInfo {
        &self.info
    }

    fn next_event(&mut self, deadline: Instant) -> Result<Option<ReaderEvent>, ReaderError> {
        let mut state = self.state(State::UNAWARE, Duration::ZERO)?;
        loop {
            if self.cancel.take() {
                return Err(self.info.uri.error(ReaderErrorKind::Cancelled));
            }
            let present = state.contains(State::PRESENT);
            if !present {
                self.refused = false;
                self.left |= self.card.take().is_some();
            }
            if std::mem::take(&mut self.left) {
                return Ok(Some(ReaderEvent::CardRemoved));
            }
            if present
                && self.card.is_none()
                && !self.refused
                && let Some(card) = self.connect()?
            {
                return Ok(Some(ReaderEvent::Card(card)));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            state = self.state(state, left.min(CANCEL_LATENCY))?;
        }
    }

    fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }

    fn chip(&mut self) -> Result<&mut dyn Transceive, ReaderError> {
        if self.card.is_none() {
            return Err(self.info.uri.error(ReaderErrorKind::NoCard));
        }
        Ok(self)
    }
}

impl Drop for PcscReader {
    fn drop(&mut self) {
        if let Some(card) = self.card.take() {
            // Without power the card forgets its keys. Best effort: it may be gone.
            let _ = card.disconnect(Disposition::UnpowerCard);
        }
    }
}
