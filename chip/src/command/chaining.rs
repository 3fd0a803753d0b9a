//! Command chaining (ISO/IEC 7816-4 section 5.3.3): long data in several short commands, where reader or chip take no extended
//! ones. Doc 9303-11 section 9.3.2 allows it for chips that say so; it is the only way for a long public key or certificate
//! over a short link.

use super::{Command, LE_SHORT_MAX};

/// Class bit: more of the data follows.
const MORE: u8 = 0x10;

impl Command {
    /// The command in parts of at most `most` octets of data; one part where the data fits. `None` where it cannot be taken
    /// apart: `most` is zero, or the command is part of a chain itself, as the commands of PACE are, so that the chip could
    /// not tell where it ends. The parts are short commands, so no longer answer is expected than those have.
    #[must_use]
    pub fn in_parts(&self, most: usize) -> Option<Vec<Self>> {
        if self.data.len() <= most {
            return Some(vec![self.clone()]);
        }
        if most == 0 || self.cla & MORE != 0 {
            return None;
        }
        let mut parts: Vec<Self> = self
            .data
            .chunks(most)
            .map(|chunk| Self { cla: self.cla | MORE, data: chunk.to_vec(), le: None, ..*self })
            .collect();
        if let Some(last) = parts.last_mut() {
            (last.cla, last.le) = (self.cla, self.le.map(|le| le.min(LE_SHORT_MAX)));
        }
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let data: Vec<u8> = (0..=255).chain(0..=255).collect();
        let whole = Command::new(0x00, 0x86, 0x00, 0x00).with_data(data.clone()).expecting(65_536);
        let parts = whole.in_parts(223).unwrap();
        assert_eq!(parts.iter().map(|part| part.cla).collect::<Vec<_>>(), [0x10, 0x10, 0x00]);
        assert_eq!(parts.iter().map(|part| part.le).collect::<Vec<_>>(), [None, None, Some(256)]);
        assert_eq!(parts.iter().flat_map(|part| part.data.clone()).collect::<Vec<_>>(), data);
        assert!(parts.iter().all(|part| part.header()[1..] == [0x86, 0, 0] && !part.is_extended()));
        assert_eq!(whole.in_parts(512).unwrap().len(), 1);
        assert!(whole.in_parts(0).is_none());
        let of_pace = Command::new(0x10, 0x86, 0x00, 0x00).with_data(data);
        assert!(of_pace.in_parts(223).is_none());
    }
}
