//! Files put together from the answers to READ BINARY, wherever their parts were asked for.

use std::collections::BTreeMap;

use super::Replayed;
use crate::ber::Reader;
use crate::command::{Command, Response, StatusWord};
use crate::lds::FileId;
use crate::reading::{APPLICATION, stated_length};

/// Most octets of one file that are kept.
const MAX_FILE: usize = 8 << 20;

/// The chip's files as far as they were seen, and which one is current.
#[derive(Default)]
pub(super) struct Files {
    application: bool,
    current: Option<FileId>,
    parts: BTreeMap<FileId, Vec<u8>>,
    refused: BTreeMap<FileId, StatusWord>,
}

impl Files {
    /// The chip was started afresh: the master file is current.
    pub(super) fn reset(&mut self) {
        (self.application, self.current) = (false, None);
    }

    /// A file that is whole by now.
    pub(super) fn whole(&self, file: FileId) -> Option<&[u8]> {
        let bytes = self.parts.get(&file)?;
        bytes.get(..length(file, bytes)?)
    }

    /// Takes one exchange; `None` where a file does not fit what was seen of it.
    pub(super) fn take(&mut self, command: &Command, response: &Response) -> Option<()> {
        let good = matches!(response.status.0, 0x9000 | 0x6281..=0x6283);
        match (command.ins, command.p1, command.p2) {
            (0xA4, 0x04, _) if good && command.data == APPLICATION => {
                (self.application, self.current) = (true, None);
            }
            // Where a chip does not know this command, it is in the master file all the same.
            (0xA4, 0x00, _) => self.reset(),
            (0xA4, 0x02, _) if good => {
                let identifier = <[u8; 2]>::try_from(command.data.as_slice()).ok().map(u16::from_be_bytes);
                self.current = self.find(|file| Some(file.identifier()) == identifier);
            }
            (0xB0, short, low) if short & 0x80 != 0 && good => {
                self.current = self.find(|file| file.short_identifier() == short & 0x1F);
                self.append(usize::from(low), &response.data)?;
            }
            (0xB0, high, low) if good => {
                self.append(usize::from(u16::from_be_bytes([high, low])), &response.data)?;
            }
            (0xB1, ..) if good && !response.data.is_empty() => {
                let offset = Reader::only(&command.data, 0x54).ok()?.content();
                let offset = (offset.len() <= 4)
                    .then(|| offset.iter().fold(0_usize, |sum, octet| (sum << 8) | usize::from(*octet)))?;
                let data = Reader::only(&response.data, 0x53).ok()?.content();
                self.append(offset, data)?;
            }
            (0xA4, 0x02, _) => {
                let identifier = <[u8; 2]>::try_from(command.data.as_slice()).ok().map(u16::from_be_bytes);
                self.refuse(self.find(|file| Some(file.identifier()) == identifier), response.status);
            }
            (0xB0, short, _) if short & 0x80 != 0 => {
                self.refuse(self.find(|file| file.short_identifier() == short & 0x1F), response.status);
            }
            _ => {}
        }
        Some(())
    }

    fn refuse(&mut self, file: Option<FileId>, status: StatusWord) {
        if let Some(file) = file {
            self.refused.entry(file).or_insert(status);
        }
    }

    fn find(&self, wanted: impl Fn(&FileId) -> bool) -> Option<FileId> {
        FileId::all().find(|file| file.in_application() == self.application && wanted(file))
    }

    fn append(&mut self, offset: usize, data: &[u8]) -> Option<()> {
        // A file of an unknown name: nothing is kept of it.
        let Some(file) = self.current else { return Some(()) };
        let bytes = self.parts.entry(file).or_default();
        let known = bytes.get(offset..)?;
        let (again, new) = data.split_at(known.len().min(data.len()));
        if !known.starts_with(again) || bytes.len().saturating_add(new.len()) > MAX_FILE {
            return None;
        }
        bytes.extend_from_slice(new);
        Some(())
    }

    /// Whole files and beginnings.
    pub(super) fn finish(self, out: &mut Replayed) {
        out.refused = self.refused;
        for (file, mut bytes) in self.parts {
            match length(file, &bytes) {
                Some(length) if bytes.len() >= length => {
                    bytes.truncate(length);
                    out.refused.remove(&file);
                    out.files.insert(file, bytes);
                }
                _ => {
                    out.unfinished.insert(file, bytes.len());
                }
            }
        }
    }
}

/// How long a file is by what was seen of it.
fn length(file: FileId, bytes: &[u8]) -> Option<usize> {
    if file.states_length() { stated_length(bytes).ok().flatten() } else { Some(bytes.len()) }
}
