//! The recorded session of a chip, driven through the same state machines again when a check asks for it.
//!
//! A replay shows what the reader saw then. Nothing of a record that does not fit is believed, and it says at which exchange.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use verifier_capture::{ApduLine, ChipPart, Protocol, Session, SessionError, read_apdu_log};
use verifier_chip::access::pace::Password;
use verifier_chip::access::{Can, MrzKey};
use verifier_chip::lds::FileId;
use verifier_chip::reading::{
    AccessProtocol, Draw, DrawLabel, Recorded, RecordedExchange, ReplayError, Replayed, RunFailure, replay,
};

use super::chip_facts::Delivery;
use crate::{Finding, Severity};

/// Log and session of a capture. Personal data of the class of DG1: no `Debug`.
#[derive(Default)]
pub(crate) struct ChipSession {
    log: Delivery,
    session: Delivery,
    replayed: OnceLock<Result<Replayed, Unplayed>>,
}

/// Why there is nothing to be seen of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unplayed {
    /// No log was captured.
    NoLog,
    /// The log was captured without the values that drive it (`--no-session`).
    NoSession,
    /// Log or session are no such thing.
    Unreadable(SessionError),
    /// A value of the session has a name or a length that is not known.
    Value,
    /// Larger than any log.
    TooLarge,
    /// The record does not fit.
    Unfit(ReplayError),
}

impl Unplayed {
    /// Reason code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NoLog => "log.absent",
            Self::NoSession => "session.absent",
            Self::Unreadable(_) | Self::Value | Self::TooLarge => "log.unreadable",
            Self::Unfit(_) => "log.not-replayable",
        }
    }
}

impl fmt::Display for Unplayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLog => f.write_str("no APDU log was captured"),
            Self::NoSession => {
                f.write_str("the APDU log came without its session values, so it cannot be replayed")
            }
            Self::Unreadable(error) => error.fmt(f),
            Self::Value => f.write_str("a session value is of no known kind or length"),
            Self::TooLarge => f.write_str("the APDU log is larger than any read makes"),
            Self::Unfit(error) => write!(f, "the APDU log does not replay: {error}"),
        }
    }
}

impl ChipSession {
    pub(crate) fn of(part: &ChipPart) -> Self {
        let delivery = |file: &Option<verifier_capture::ChipFile>| {
            file.as_ref().map_or(Delivery::Absent, |file| Delivery::of(&file.data))
        };
        Self { log: delivery(&part.apdu_log), session: delivery(&part.session), replayed: OnceLock::new() }
    }

    /// The session again, or why not. Computed once.
    pub(crate) fn replayed(&self) -> Result<&Replayed, Unplayed> {
        self.replayed.get_or_init(|| self.play()).as_ref().map_err(|unplayed| *unplayed)
    }

    fn play(&self) -> Result<Replayed, Unplayed> {
        let log = match &self.log {
            Delivery::Absent => return Err(Unplayed::NoLog),
            Delivery::TooLarge(_) => return Err(Unplayed::TooLarge),
            Delivery::Bytes(bytes) => bytes,
        };
        let session = match &self.session {
            Delivery::Absent => return Err(Unplayed::NoSession),
            Delivery::TooLarge(_) => return Err(Unplayed::TooLarge),
            Delivery::Bytes(bytes) => bytes,
        };
        let lines = read_apdu_log(log).map_err(Unplayed::Unreadable)?;
        let session = Session::read(session).map_err(Unplayed::Unreadable)?;
        let recorded = recorded(lines, session).ok_or(Unplayed::Value)?;
        replay(&recorded).map_err(Unplayed::Unfit)
    }

    /// What the record says beside the checks. `delivered` are the files of the capture, `proofs` its entries of active
    /// authentication as challenge and response.
    pub(crate) fn findings<'a>(
        &self,
        delivered: impl Fn(FileId) -> Option<&'a [u8]>,
        proofs: &[verifier_capture::Authentication],
    ) -> Vec<Finding> {
        let warning = |code, text: String| Finding::new(code, Severity::Warning, text).on_first_page();
        let replayed = match self.replayed() {
            Ok(replayed) => replayed,
            Err(Unplayed::NoLog | Unplayed::NoSession) => return Vec::new(),
            Err(unplayed) => {
                let text = format!("{unplayed}: nothing of it is believed");
                return vec![warning("chip.log.not-replayable", text)];
            }
        };
        let mut findings = Vec::new();
        let differing: Vec<String> = replayed
            .files
            .iter()
            .filter(|(file, bytes)| delivered(**file).is_some_and(|other| other != bytes.as_slice()))
            .map(|(file, _)| file.to_string())
            .collect();
        if !differing.is_empty() {
            let text =
                format!("the capture holds other bytes than the APDU log carried: {}", differing.join(", "));
            findings.push(warning("chip.log.files-differ", text));
        }
        let unseen = |entry: &&verifier_capture::Authentication| {
            entry.protocol == Protocol::ActiveAuthentication
                && entry.response.is_some()
                && !replayed.active.iter().any(|run| {
                    Some(&run.challenge) == entry.challenge.as_ref() && run.response == entry.response
                })
        };
        if proofs.iter().any(|entry| unseen(&entry)) {
            let text =
                "an answer of active authentication stands in the capture and not in its APDU log".to_owned();
            findings.push(warning("chip.log.authentication-differs", text));
        }
        let failed = replayed.access.iter().find(|run| {
            matches!(run.protocol, AccessProtocol::Pace(_))
                && matches!(run.outcome, Err(RunFailure::Protocol(_)))
        });
        let bac = |run: &&verifier_chip::reading::AccessRun| {
            run.protocol == AccessProtocol::Bac && run.outcome.is_ok()
        };
        if let (Some(failed), Some(_)) = (failed, replayed.access.iter().find(bac)) {
            let why = failed.outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
            let text = format!("the chip was opened by BAC after PACE failed ({why})");
            findings.push(warning("chip.access.fell-back", text));
        }
        if let Some(number) = replayed.broke_off {
            let text = format!("no answer came to exchange {number}: document or reader were taken away");
            findings.push(warning("chip.read.broke-off", text));
        }
        findings
    }
}

/// The record as the chip's room knows it; `None` where a value is of no known kind.
fn recorded(lines: Vec<ApduLine>, session: Session) -> Option<Recorded> {
    let password = match (session.mrz_key, session.can) {
        (Some(hash), _) => Some(Password::Mrz(MrzKey::from_hash(hash.try_into().ok()?))),
        (None, Some(can)) => Some(Password::Can(Can::new(&can)?)),
        (None, None) => None,
    };
    let draws: Option<Vec<Draw>> = session
        .draws
        .into_iter()
        .map(|drawn| {
            let label = DrawLabel::from_name(&drawn.what)?;
            Some(Draw { number: drawn.n, label, value: drawn.value.into() })
        })
        .collect();
    let exchanges = lines.into_iter().map(|line| RecordedExchange {
        number: line.n,
        at: Duration::from_micros(line.t_us),
        took: Duration::from_micros(line.dt_us),
        command: line.c,
        response: line.r,
        plain_command: line.plain_c,
        plain_response: line.plain_r,
    });
    Some(Recorded { password, exchanges: exchanges.collect(), draws: draws?, resets: session.resets })
}
