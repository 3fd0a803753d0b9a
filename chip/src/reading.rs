//! Reading of a chip's files over any transport (Doc 9303-10 section 3.6, `READ BINARY` of ISO/IEC 7816-4).
//!
//! Files are addressed by short identifier inside READ BINARY, offsets beyond 32 767 by its odd instruction. The first
//! command of a file asks for what a short answer carries, which brings the header along; from then on blocks are as large
//! as reader, link and chip carry. A chip that refuses a length is asked for less from the last octet on, and where it
//! left the session over it, access is established again: many chips answer every refusal in plain and are done with the
//! session. A chip that knows no short identifiers is given SELECT. Every loop is bounded.

mod block;
mod channel;
mod error;
mod file;
mod hashed;
mod inspection;
mod listener;
mod procedure;
mod protocols;
mod recorded;
mod replay;
mod terminal;

use block::Block;
pub use channel::{Channel, Exchange, ExchangeError, LogEntry, NoRandom, PaceKeys};
pub use error::{ReadError, ReadErrorKind};
use file::{HEADER, Run, SHORT_COMMAND, select, stated_length};
pub use hashed::HashedGroup;
pub use inspection::{InspectionFailure, InspectionSystem};
pub use listener::{Listener, Progress, ReadFile};
pub use procedure::{
    AccessAttempt, AccessFailure, AuthenticationRun, Proof, Reading, Request, Scope, Way, read_document,
};
use protocols::{APPLICATION, select_master_file};
pub use protocols::{
    ProtocolError, active_authentication, basic_access, chip_authentication, internal_authenticate, pace,
    pace_session, proof, select_application,
};
pub use recorded::{Draw, DrawLabel, Recorded, RecordedExchange};
pub use replay::{
    AccessProtocol, AccessRun, ActiveRun, ChipRun, MAX_EXCHANGES, ReplayError, ReplayFault, Replayed,
    RunFailure, Span, replay,
};
pub use terminal::{TerminalError, terminal_authentication};

use crate::apdu::TransceiveError;
use crate::command::{Command, StatusWord};
use crate::lds::FileId;
use crate::limits::Limits;

type Reestablish<'t> = Box<dyn FnMut(&mut Channel<'t>) -> Result<(), ProtocolError> + 't>;

/// Hears of nothing.
struct Nobody;

impl Listener for Nobody {}

/// A reader of files.
pub struct ChipReader<'t> {
    channel: Channel<'t>,
    limits: Limits,
    block: Block,
    short_identifiers: bool,
    /// Whether one of them led to a file.
    short_proven: bool,
    /// The chip refuses to be asked beyond the end of a file: headers are read first.
    cautious: bool,
    /// Whether the chip ever answered with more than a short answer carries.
    extended_proven: bool,
    /// The chip takes Le of the odd instruction for the data alone, without the header of their object.
    odd_bare: bool,
    reestablish: Option<Reestablish<'t>>,
    listener: Box<dyn Listener + 't>,
}

impl<'t> ChipReader<'t> {
    /// A reader over a channel.
    #[must_use]
    pub fn new(channel: Channel<'t>, limits: Limits) -> Self {
        Self {
            channel,
            limits,
            block: Block::default(),
            short_identifiers: true,
            short_proven: false,
            cautious: false,
            extended_proven: false,
            odd_bare: false,
            reestablish: None,
            listener: Box::new(Nobody),
        }
    }

    /// How access is had again after a loss of the session or of the chip: the closure waits for the chip where it must,
    /// runs the same protocol with new random values, and leaves the application selected.
    #[must_use]
    pub fn on_loss(mut self, again: impl FnMut(&mut Channel<'t>) -> Result<(), ProtocolError> + 't) -> Self {
        self.reestablish = Some(Box::new(again));
        self
    }

    /// As [`ChipReader::on_loss`], once the way of access is known.
    pub(super) fn regain_by(
        &mut self,
        again: impl FnMut(&mut Channel<'t>) -> Result<(), ProtocolError> + 't,
    ) {
        self.reestablish = Some(Box::new(again));
    }

    /// Access cannot be had again from here on.
    pub(super) fn regain_never(&mut self) {
        self.reestablish = None;
    }

    /// Has access again after something else than a file lost it.
    pub(super) fn regain(&mut self) -> Result<(), ProtocolError> {
        match &mut self.reestablish {
            Some(again) => again(&mut self.channel),
            None => Err(ProtocolError::Exchange(ExchangeError::Transport(TransceiveError::ChipRemoved))),
        }
    }

    /// A harmless command over a file that was read, in the form in which this chip answers it.
    pub(super) fn known_good(&self, file: FileId) -> Command {
        if self.short_identifiers {
            Command::new(0x00, 0xB0, 0x80 | file.short_identifier(), 0x00).expecting(HEADER)
        } else {
            select(file)
        }
    }

    /// Who hears of every block, and may break off. A reader of single files tells of blocks alone.
    #[must_use]
    pub fn told_to(mut self, listener: impl Listener + 't) -> Self {
        self.listener = Box::new(listener);
        self
    }

    /// Who hears of this read.
    pub(super) fn listener(&mut self) -> &mut (dyn Listener + 't) {
        &mut *self.listener
    }

    /// Gives the channel back.
    pub fn into_channel(self) -> Channel<'t> {
        self.channel
    }

    /// The channel, to run protocols over.
    pub fn channel(&mut self) -> &mut Channel<'t> {
        &mut self.channel
    }

    /// Reads EF.CardAccess, before any access protocol; `None` where the chip has none or does not show it, which is how
    /// chips without PACE answer.
    ///
    /// # Errors
    /// Anything but a missing file.
    pub fn read_card_access(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        let file = FileId::CardAccess;
        let lost = |error| ReadError { file, offset: 0, kind: ReadErrorKind::Lost(error) };
        select_master_file(&mut self.channel).map_err(lost)?;
        self.card_access()
    }

    /// EF.CardAccess, where the master file is current already.
    fn card_access(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        let file = FileId::CardAccess;
        match self.read(file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) => match error.kind {
                ReadErrorKind::NotFound(_) | ReadErrorKind::Denied(_) | ReadErrorKind::Refused(_) => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// The chip's own word on how much it gives, from EF.ATR/INFO: blocks stay below it.
    pub fn learn_longest(&mut self, response: usize) {
        self.block.learn(response);
    }

    /// Reads a file that states no length (EF.ATR/INFO, EF.DIR, EF.CVCA): what one short answer brings.
    ///
    /// # Errors
    /// [`ReadError`]: there is no such file, or the exchange failed.
    pub fn read_short(&mut self, file: FileId) -> Result<Vec<u8>, ReadError> {
        let failed = |kind| ReadError { file, offset: 0, kind };
        let length = self.block.short(&self.channel);
        let mut place = 0x80 | file.short_identifier();
        if !self.short_identifiers {
            let select = select(file);
            let answer =
                self.channel.exchange(&select).map_err(|error| failed(ReadErrorKind::Lost(error)))?;
            if answer.status == StatusWord::FILE_NOT_FOUND {
                return Err(failed(ReadErrorKind::NotFound(answer.status)));
            }
            place = 0;
        }
        let command = Command::new(0x00, 0xB0, place, 0x00).expecting(length);
        let response = self.channel.exchange(&command).map_err(|error| failed(ReadErrorKind::Lost(error)))?;
        match response.status.0 {
            0x9000 | 0x6281 | 0x6282 => {
                self.short_proven |= place != 0;
                Ok(response.data)
            }
            0x6A82 => Err(failed(ReadErrorKind::NotFound(response.status))),
            0x6982 | 0x6985 | 0x6986 => Err(failed(ReadErrorKind::Denied(response.status))),
            _ => Err(failed(ReadErrorKind::Refused(response.status))),
        }
    }

    /// Reads one file whole, to the length that its header states.
    ///
    /// # Errors
    /// [`ReadError`] with file and offset.
    pub fn read(&mut self, file: FileId) -> Result<Vec<u8>, ReadError> {
        self.read_into(file, &mut |_| {})
    }

    /// As [`ChipReader::read`]; `sink` is given every octet once, in order, while reading goes on (to hash it).
    ///
    /// # Errors
    /// [`ReadError`] with file and offset.
    pub fn read_into(&mut self, file: FileId, sink: &mut dyn FnMut(&[u8])) -> Result<Vec<u8>, ReadError> {
        let limit = match file {
            FileId::Dg(_) => self.limits.data_group,
            _ => self.limits.sod,
        };
        let mut run = Run::new(file, self.cautious);
        let read = self.run(&mut run, limit, sink);
        if let Some(before) = run.before_empty.filter(|_| read.is_err() && !run.bytes.is_empty()) {
            // Less was no help: the file ends there, and the next ones are as they were.
            self.block = before;
        }
        read.map_err(|kind| ReadError { file, offset: run.bytes.len(), kind })?;
        Ok(run.bytes)
    }
}

impl std::fmt::Debug for ChipReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChipReader({:?}, {:?})", self.channel, self.block)
    }
}

#[cfg(test)]
mod tests;
