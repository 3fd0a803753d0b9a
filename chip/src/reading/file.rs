//! One file on its way (`READ BINARY`, even and odd, of ISO/IEC 7816-4): the next command, what its answer means, and what
//! a refusal or a loss is answered with.

use super::block::Block;
use super::{ChipReader, ExchangeError, Progress, ReadErrorKind};
use crate::apdu::TransceiveError;
use crate::ber::Reader;
use crate::command::{Command, LE_SHORT_MAX, Response, StatusWord};
use crate::lds::FileId;
use crate::secure_messaging::SmError;

/// Largest offset of the even instruction.
const EVEN_OFFSETS: usize = 0x7FFF;
/// Octets that show tag and length of a file below 64 kB; for longer ones some more are fetched. A file may have hardly more.
pub(super) const HEADER: usize = 4;
/// Losses of the session that one file may cost.
const MAX_LOSSES: usize = 8;
/// Octets of the longest command with short length fields.
pub(super) const SHORT_COMMAND: usize = 261;
/// Commands that a file of any length may take, and octets that each further one must bring on average.
const MIN_COMMANDS: usize = 64;
const OCTETS_A_COMMAND: usize = 64;

/// One file on its way.
pub(super) struct Run {
    file: FileId,
    pub(super) bytes: Vec<u8>,
    total: Option<usize>,
    /// Octets that the sink has had.
    given: usize,
    /// Whether it is the current file.
    selected: bool,
    /// Whether it is selected although short identifiers may be known.
    by_identifier: bool,
    losses: usize,
    /// Where the session was lost last, and with which status.
    refused: Option<(usize, Option<StatusWord>)>,
    /// Octets of the first command that was refused before the length was known.
    first_refused: Option<usize>,
    /// Blocks before answers without octets made them smaller.
    pub(super) before_empty: Option<Block>,
    /// Whether only the header is asked for first.
    cautious: bool,
    /// What the chip said that a first command may ask for.
    exact: Option<usize>,
    /// Whether the odd instruction leaves room for a header that is longer than it need be.
    roomy: bool,
    /// Length of the last answer, where it was shorter than asked for.
    short: Option<usize>,
}

impl Run {
    /// Nothing of it is read yet.
    pub(super) fn new(file: FileId, cautious: bool) -> Self {
        Self {
            file,
            bytes: Vec::new(),
            total: None,
            given: 0,
            selected: false,
            by_identifier: false,
            losses: 0,
            refused: None,
            first_refused: None,
            before_empty: None,
            cautious,
            exact: None,
            roomy: false,
            short: None,
        }
    }

    /// Octets that are still to come, once the length is known.
    fn left(&self) -> Option<usize> {
        self.total.map(|total| total.saturating_sub(self.bytes.len()))
    }
}

impl ChipReader<'_> {
    /// Reads to the end that the header states.
    pub(super) fn run(
        &mut self,
        run: &mut Run,
        limit: usize,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), ReadErrorKind> {
        let mut commands = 0_usize;
        while run.total.is_none_or(|total| run.bytes.len() < total) {
            let most = run.total.unwrap_or(0).div_ceil(OCTETS_A_COMMAND).saturating_add(MIN_COMMANDS);
            if commands >= most {
                return Err(ReadErrorKind::TooManyCommands);
            }
            commands = commands.saturating_add(1);
            let (command, asked) = self.next_command(run);
            let response = match self.channel.exchange(&command) {
                Ok(response) => response,
                Err(error) => {
                    self.recover(run, &command, error, asked)?;
                    continue;
                }
            };
            self.take(run, &command, asked, response)?;
            if run.total.is_none() && run.bytes.len() >= 2 {
                run.total = stated_length(&run.bytes)?;
                self.cautious |= run.total.zip(run.first_refused).is_some_and(|(total, asked)| total < asked);
                if let Some(stated) = run.total.filter(|stated| *stated > limit) {
                    return Err(ReadErrorKind::TooLong { stated, limit });
                }
            }
            if let Some(total) = run.total {
                run.bytes.truncate(total);
            }
            sink(run.bytes.get(run.given..).unwrap_or_default());
            run.given = run.bytes.len();
            let progress = Progress { file: run.file, done: run.given, total: run.total };
            if self.listener.block(progress).is_break() {
                return Err(ReadErrorKind::Cancelled);
            }
        }
        Ok(())
    }

    /// The next command and how many octets it asks for; none where it selects.
    fn next_command(&self, run: &Run) -> (Command, usize) {
        let offset = run.bytes.len();
        let length = match run.total {
            Some(total) => self.block.length(&self.channel).min(total.saturating_sub(offset)),
            None if run.cautious => HEADER.saturating_sub(offset).max(1),
            None => self.block.short(&self.channel).min(run.exact.unwrap_or(usize::MAX)),
        };
        let short = 0x80 | run.file.short_identifier();
        let low = u8::try_from(offset).ok();
        if !run.selected {
            return match low {
                _ if !self.short_identifiers || run.by_identifier => (select(run.file), 0),
                Some(low) => (Command::new(0x00, 0xB0, short, low).expecting(length), length),
                // Makes the file current again; the octet is not used.
                None => (Command::new(0x00, 0xB0, short, 0x00).expecting(1), 0),
            };
        }
        if offset <= EVEN_OFFSETS {
            let [.., high, low] = offset.to_be_bytes();
            return (Command::new(0x00, 0xB0, high, low).expecting(length), length);
        }
        let number = offset.to_be_bytes();
        let number = crate::ber::without_leading_zeros(&number);
        let mut data = vec![0x54, u8::try_from(number.len()).unwrap_or_default()];
        data.extend_from_slice(number);
        // The answer is wrapped: room for tag and length, where the block leaves it.
        let room = self.block.length(&self.channel);
        let payload = length.min(room.saturating_sub(5).max(1));
        let around = match (run.roomy, self.odd_bare) {
            (true, _) => WIDEST_WRAPPING,
            (_, true) => 0,
            _ => wrapping(payload),
        };
        let command = Command::new(0x00, 0xB1, 0x00, 0x00).with_data(data);
        (command.expecting(payload.saturating_add(around)), payload)
    }

    /// Takes an opened answer.
    fn take(
        &mut self,
        run: &mut Run,
        command: &Command,
        asked: usize,
        response: Response,
    ) -> Result<(), ReadErrorKind> {
        let status = response.status;
        if asked == 0 {
            return self.selected(run, command, status);
        }
        match status.0 {
            0x9000 | 0x6281 | 0x6282 => {
                run.selected = true;
                self.short_proven |= by_short_identifier(command);
                let odd = command.ins == 0xB1;
                let data = if odd { unwrapped(&response.data)? } else { &response.data };
                self.odd_bare |= odd && data.len() > asked;
                let most = if odd { asked.saturating_add(WIDEST_WRAPPING) } else { asked };
                if data.len() > most {
                    return Err(ReadErrorKind::Malformed);
                }
                if data.is_empty() {
                    return self.nothing(run, odd, asked);
                }
                run.before_empty = None;
                self.extended_proven |= data.len() > LE_SHORT_MAX;
                // Chips count the wrapping of the odd instruction differently: a few octets less mean nothing.
                if run.total.is_some() && data.len().saturating_add(4) < asked {
                    // Once may be an edge inside the file; the same length twice is what the chip gives.
                    if run.short.replace(data.len()) == Some(data.len()) {
                        self.block.learn(data.len());
                    }
                } else {
                    run.short = None;
                }
                run.bytes.extend_from_slice(data);
                Ok(())
            }
            _ => self.refused(run, command, asked, status),
        }
    }

    /// The chip refused to read: another way or less next time, or the end.
    fn refused(
        &mut self,
        run: &mut Run,
        command: &Command,
        asked: usize,
        status: StatusWord,
    ) -> Result<(), ReadErrorKind> {
        if asked == 0 {
            return self.selected(run, command, status);
        }
        let first = !run.selected;
        // One that chips without short identifiers give as well: SELECT tells.
        let unknown = by_short_identifier(command) && !self.short_proven;
        match status.0 {
            0x6A82 | 0x6982 | 0x6985 | 0x6986 if first && unknown => {
                run.by_identifier = true;
                Ok(())
            }
            0x6A82 if first => Err(ReadErrorKind::NotFound(status)),
            0x6982 | 0x6985 | 0x6986 if first => Err(ReadErrorKind::Denied(status)),
            // Short identifiers are not known here: select instead, for all files from here on.
            0x6A81 | 0x6A86 | 0x6A87 | 0x6D00 | 0x6981 if by_short_identifier(command) => {
                self.short_identifiers = false;
                Ok(())
            }
            0x6D00 if command.ins == 0xB1 => Err(ReadErrorKind::Refused(status)),
            // The last block, which reaches beyond the end for a chip that counts so.
            0x6700 | 0x6B00 | 0x6C00..=0x6CFF
                if command.ins == 0xB1 && !self.odd_bare && command.le > run.left() =>
            {
                self.odd_bare = true;
                Ok(())
            }
            0x6B00 if !run.bytes.is_empty() => Err(ReadErrorKind::Truncated { stated: run.total }),
            _ => self.shorter(run, command, asked, status),
        }
    }

    /// An answer without octets. For a large block: the chip may give a smaller one. For the odd instruction: the header of
    /// its object may be longer than it need be.
    fn nothing(&mut self, run: &mut Run, odd: bool, asked: usize) -> Result<(), ReadErrorKind> {
        run.before_empty.get_or_insert(self.block);
        if odd && !run.roomy {
            run.roomy = true;
            return Ok(());
        }
        if self.block.step_down(asked) {
            return Ok(());
        }
        Err(ReadErrorKind::Truncated { stated: run.total })
    }

    /// The answer to a command that only makes the file current.
    fn selected(
        &mut self,
        run: &mut Run,
        command: &Command,
        status: StatusWord,
    ) -> Result<(), ReadErrorKind> {
        match status.0 {
            // Deactivated (6283): whether it can be read says the next command.
            0x9000 | 0x6281 | 0x6282 | 0x6283 => {
                run.selected = true;
                // What its short identifier did not find.
                self.short_identifiers &= !run.by_identifier;
                Ok(())
            }
            0x6A82 => Err(ReadErrorKind::NotFound(status)),
            0x6982 | 0x6985 => Err(ReadErrorKind::Denied(status)),
            _ if command.ins == 0xB0 && self.short_identifiers => {
                self.short_identifiers = false;
                Ok(())
            }
            _ => Err(ReadErrorKind::Refused(status)),
        }
    }

    /// The chip refused a length: less next time, or the end.
    fn shorter(
        &mut self,
        run: &mut Run,
        command: &Command,
        asked: usize,
        status: StatusWord,
    ) -> Result<(), ReadErrorKind> {
        let most = status.correct_le().filter(|most| *most < asked);
        if run.total.is_some() {
            if let Some(most) = most {
                self.block.learn(most);
            } else if !self.block.step_down(asked) {
                return Err(ReadErrorKind::Refused(status));
            }
            if command.is_extended() && !self.extended_proven && self.block.is_short() {
                // It takes no extended commands at all: longer data goes in parts.
                self.channel.limit_command(SHORT_COMMAND);
            }
            return Ok(());
        }
        // Either it gives less at once, or the file is shorter: its header will tell.
        run.first_refused.get_or_insert(asked);
        if most.is_some() && run.exact.is_none() {
            run.exact = most;
            return Ok(());
        }
        if !run.cautious {
            run.cautious = true;
            return Ok(());
        }
        if !run.selected && self.short_identifiers {
            self.short_identifiers = false;
            return Ok(());
        }
        Err(ReadErrorKind::Refused(status))
    }

    /// Session or chip are lost: have them again where the caller can. A refusal in plain is one all the same: many chips
    /// leave the session over each.
    fn recover(
        &mut self,
        run: &mut Run,
        command: &Command,
        error: ExchangeError,
        asked: usize,
    ) -> Result<(), ReadErrorKind> {
        let hopeless = matches!(
            error,
            ExchangeError::Command
                | ExchangeError::Transport(TransceiveError::ReaderRemoved | TransceiveError::CommandTooLong)
        );
        let (Some(again), false) = (&mut self.reestablish, hopeless) else {
            return Err(ReadErrorKind::Lost(error));
        };
        let status = match error {
            ExchangeError::Messaging(SmError::Unprotected(status)) => Some(status),
            _ => None,
        };
        run.losses = run.losses.saturating_add(1);
        if run.losses > MAX_LOSSES {
            let refused = status.filter(|status| is_refusal(*status));
            return Err(refused.map_or(ReadErrorKind::Lost(error), ReadErrorKind::Refused));
        }
        again(&mut self.channel).map_err(ReadErrorKind::Reestablishing)?;
        let place = (run.bytes.len(), status);
        let repeated = run.refused.replace(place) == Some(place);
        if let Some(status) =
            status.filter(|status| is_refusal(*status) || (repeated && is_doubtful(*status)))
        {
            let judged = self.refused(run, command, asked, status);
            run.selected = false;
            return judged;
        }
        run.selected = false;
        if asked > 0 && run.losses > 1 {
            if run.total.is_none() {
                run.cautious = true;
            } else {
                self.block.step_down(asked);
            }
        }
        Ok(())
    }
}

/// Length of the whole file by its header; `None` while the header is not all there.
pub(super) fn stated_length(bytes: &[u8]) -> Result<Option<usize>, ReadErrorKind> {
    let [tag, first, rest @ ..] = bytes else { return Ok(None) };
    // One-octet tags, as all these files have; an empty file shows zeros or ones.
    if *tag == 0 || tag & 0x1F == 0x1F {
        return Err(ReadErrorKind::Header);
    }
    let count = match first {
        0..=0x7F => return Ok(Some(usize::from(*first).saturating_add(2))),
        0x81..=0x84 => usize::from(first & 0x7F),
        _ => return Err(ReadErrorKind::Header),
    };
    let Some(length) = rest.get(..count) else { return Ok(None) };
    let length = length.iter().fold(0_usize, |sum, octet| (sum << 8) | usize::from(*octet));
    Ok(Some(length.saturating_add(count).saturating_add(2)))
}

/// Octets of tag and length around this many.
const fn wrapping(payload: usize) -> usize {
    match payload {
        0..=0x7F => 2,
        0x80..=0xFF => 3,
        0x100..=0xFFFF => 4,
        _ => 5,
    }
}

/// Most of it.
const WIDEST_WRAPPING: usize = 5;

/// SELECT by identifier, without an answer.
pub(super) fn select(file: FileId) -> Command {
    Command::new(0x00, 0xA4, 0x02, 0x0C).with_data(file.identifier().to_be_bytes())
}

/// Whether it names its file by short identifier.
const fn by_short_identifier(command: &Command) -> bool {
    command.ins == 0xB0 && command.p1 & 0x80 != 0
}

/// Whether a status in plain refuses the command itself.
const fn is_refusal(status: StatusWord) -> bool {
    matches!(status.0, 0x6700 | 0x6981 | 0x6B00 | 0x6D00 | 0x6A00..=0x6AFF | 0x6C00..=0x6CFF)
}

/// Whether it may do so; or the chip was without power for a moment and knows of no session.
const fn is_doubtful(status: StatusWord) -> bool {
    matches!(status.0, 0x6400..=0x6FFF) && !matches!(status.0, 0x6987 | 0x6988)
}

/// The discretionary data object `53` of an odd READ BINARY.
fn unwrapped(data: &[u8]) -> Result<&[u8], ReadErrorKind> {
    if data.is_empty() {
        return Ok(data);
    }
    Reader::only(data, DISCRETIONARY).map(|object| object.content()).map_err(|_| ReadErrorKind::Malformed)
}

/// Discretionary data.
const DISCRETIONARY: crate::ber::Tag = 0x53;
