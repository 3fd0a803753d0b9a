//! One read of a chip as the operator's flags want it, and what is said of its end: shared by `chip read` and `inspect`.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use verifier_chip::access::pace::Password;
use verifier_chip::apdu::{Transceive, TransceiveError};
use verifier_chip::lds::FileId;
use verifier_chip::reading::{
    AccessFailure, Channel, InspectionSystem, Listener, NoRandom, ReadErrorKind, Reading, Request, Scope,
    read_document,
};

use crate::args::ChipFlags;
use crate::chip::inspection;
use crate::chip::progress::{self, Bar};
use crate::failure::Failure;

/// What is read of every chip.
pub(crate) struct Plan {
    scope: Scope,
    inspection: Option<InspectionSystem>,
    bac_after_pace: bool,
    log: bool,
    /// Whether the session's values go into the capture.
    pub(crate) keep_session: bool,
}

impl Plan {
    pub(crate) fn of(flags: &ChipFlags) -> Result<Self, Failure> {
        Ok(Self {
            scope: if flags.all { Scope::Everything } else { Scope::Verdict },
            inspection: inspection::of(flags)?,
            bac_after_pace: !flags.no_fallback,
            log: flags.log,
            keep_session: !flags.no_session,
        })
    }

    /// Reads the chip at the other end of `link`.
    pub(crate) fn read(
        &self,
        link: &mut dyn Transceive,
        password: Option<Password>,
        bar: &Bar,
        listener: impl Listener,
    ) -> Read {
        let request = Request {
            scope: self.scope,
            inspection: self.inspection.clone(),
            bac_after_pace: self.bac_after_pace,
            ..Request::new(password)
        };
        let began = OffsetDateTime::now_utc();
        let clock = Instant::now();
        let channel =
            Channel::new(link).drawing(|octets| getrandom::fill(octets).map_err(|_| NoRandom)).observed(
                move || clock.elapsed(),
                |exchange| {
                    if self.log {
                        bar.say(progress::log(&exchange.entry()));
                    }
                },
            );
        let reading = read_document(channel, &request, listener);
        Read { reading, began, took: clock.elapsed() }
    }
}

/// A read that ended, well or not.
pub(crate) struct Read {
    pub(crate) reading: Reading,
    /// When it began, by the system clock.
    pub(crate) began: OffsetDateTime,
    pub(crate) took: Duration,
}

/// How a read ended, with the words for the operator.
pub(crate) enum Ending {
    /// Everything that was asked for came.
    Whole,
    /// A file that the security object lists did not come.
    Lacking,
    /// The chip lets nobody in by the way that is allowed.
    NoAccess(String),
    /// There is no key, or it is wrong.
    BadKey(String),
    /// Document or reader were taken away.
    BrokeOff(String),
}

impl Read {
    pub(crate) fn ending(&self) -> Ending {
        let reading = &self.reading;
        if let Some(failure) = &reading.failure {
            return no_access(failure);
        }
        if let Some(error) = reading.broke_off() {
            let what = match &error.kind {
                ReadErrorKind::Lost(lost) if lost.is_reader_removed() => "the reader was taken away",
                ReadErrorKind::Lost(lost) if lost.is_chip_removed() => "the document was taken away",
                ReadErrorKind::AnotherChip => "another document was put in its place",
                _ => "the read broke off",
            };
            return Ending::BrokeOff(format!("{what} ({error})"));
        }
        // EF.COM is for comparison only, and newer chips have none.
        let lacking = reading
            .unread
            .iter()
            .any(|error| error.file != FileId::Com && error.file != FileId::CardSecurity);
        if lacking { Ending::Lacking } else { Ending::Whole }
    }

    /// What the operator should know beside the files.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let reading = &self.reading;
        let mut remarks = Vec::new();
        for attempt in &reading.attempts {
            remarks.push(format!("note: {} led nowhere: {}", attempt.way, attempt.error));
        }
        if reading.fell_back() {
            remarks.push(
                "note: the chip offers PACE and was read by BAC: a weaker way, kept in the capture"
                    .to_owned(),
            );
        }
        if let Some(Err(failure)) = &reading.terminal {
            remarks.push(format!("note: {failure}; fingers and irises were not read"));
        }
        remarks.extend(reading.unread.iter().map(|error| format!("note: {error}")));
        remarks
    }

    /// One line: what came, how fast, by which way.
    pub(crate) fn summary(&self) -> String {
        let reading = &self.reading;
        let octets: usize = reading.files.values().map(Vec::len).sum();
        let way = reading.way.as_ref().map_or_else(|| "no way".to_owned(), ToString::to_string);
        format!(
            "{} files, {:.1} kB, {} commands, {:.2} s, by {way}",
            reading.files.len(),
            progress::kilobytes(octets),
            reading.recorded.exchanges.len(),
            self.took.as_secs_f64(),
        )
    }
}

/// No access at all is said in words of its own.
fn no_access(failure: &AccessFailure) -> Ending {
    match failure {
        AccessFailure::Lost(TransceiveError::ReaderRemoved) => {
            Ending::BrokeOff("the reader was taken away before the chip was open".to_owned())
        }
        AccessFailure::Lost(TransceiveError::ChipRemoved) => {
            Ending::BrokeOff("the document was taken away before the chip was open".to_owned())
        }
        AccessFailure::Lost(error) => {
            Ending::BrokeOff(format!("the chip does not answer any more ({error})"))
        }
        AccessFailure::Cancelled => {
            Ending::BrokeOff("the read was ended before the chip was open".to_owned())
        }
        AccessFailure::WrongKey(_) => {
            Ending::BadKey(format!("{failure}; compare number, birth and expiry (or the CAN) with the page"))
        }
        AccessFailure::KeyMissing(_) | AccessFailure::BacNeedsMrz => {
            Ending::BadKey(format!("{failure}; give --mrz-key, --mrz or --can"))
        }
        other => Ending::NoAccess(other.to_string()),
    }
}
