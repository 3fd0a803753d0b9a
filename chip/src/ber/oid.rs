//! Object identifiers as small copyable values (X.690 8.19).

use std::fmt;

/// An object identifier: its content octets, at most [`Oid::MAX_LEN`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid {
    bytes: [u8; Self::MAX_LEN],
    length: u8,
}

impl Oid {
    /// Longest object identifier that is kept, in content octets.
    pub const MAX_LEN: usize = 31;

    /// Encodes arcs at compile time; arcs beyond the capacity are dropped, so only constants use it.
    #[expect(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "evaluated at compile time, where a wrong index does not build"
    )]
    #[must_use]
    pub(crate) const fn of(arcs: &[u32]) -> Self {
        let mut bytes = [0_u8; Self::MAX_LEN];
        bytes[0] = (arcs[0] * 40 + arcs[1]) as u8;
        let mut length = 1;
        let mut index = 2;
        while index < arcs.len() {
            let arc = arcs[index];
            let mut shift = 28;
            let mut started = false;
            loop {
                let group = ((arc >> shift) & 0x7F) as u8;
                if group != 0 || shift == 0 || started {
                    started = true;
                    bytes[length] = if shift == 0 { group } else { group | 0x80 };
                    length += 1;
                }
                if shift == 0 {
                    break;
                }
                shift -= 7;
            }
            index += 1;
        }
        Self { bytes, length: length as u8 }
    }

    /// Takes content octets; `None` when empty, too long or when the last arc is not terminated.
    #[must_use]
    pub fn from_bytes(content: &[u8]) -> Option<Self> {
        if content.last().is_none_or(|last| last & 0x80 != 0) {
            return None;
        }
        let mut bytes = [0_u8; Self::MAX_LEN];
        bytes.get_mut(..content.len())?.copy_from_slice(content);
        Some(Self { bytes, length: u8::try_from(content.len()).ok()? })
    }

    /// The content octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Whether this identifier lies below `arc`.
    #[must_use]
    pub fn starts_with(&self, arc: &Self) -> bool {
        self.as_bytes().starts_with(arc.as_bytes())
    }

    /// The single arc below `parent`, when there is exactly one and it is below 128.
    #[must_use]
    pub fn last_arc_below(&self, parent: &Self) -> Option<u8> {
        match self.as_bytes().strip_prefix(parent.as_bytes())? {
            [arc] if *arc < 0x80 => Some(*arc),
            _ => None,
        }
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = 0_u128;
        let mut first = true;
        for &octet in self.as_bytes() {
            if value > u128::MAX >> 8 {
                return f.write_str(".?");
            }
            value = (value << 7) | u128::from(octet & 0x7F);
            if octet & 0x80 != 0 {
                continue;
            }
            if first {
                let root = (value / 40).min(2);
                write!(f, "{root}.{}", value - root * 40)?;
                first = false;
            } else {
                write!(f, ".{value}")?;
            }
            value = 0;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Oid;

    #[test]
    fn constants_and_content_octets_agree() {
        let constant = Oid::of(&[1, 2, 840, 113_549, 1, 1, 10]);
        assert_eq!(constant.as_bytes(), &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 0x0A]);
        assert_eq!(constant.to_string(), "1.2.840.113549.1.1.10");
        assert_eq!(Oid::from_bytes(constant.as_bytes()), Some(constant));
        assert_eq!(Oid::of(&[2, 23, 136, 1, 1, 1]).to_string(), "2.23.136.1.1.1");
        assert_eq!(Oid::from_bytes(&[0x2A, 0x86]), None);
        assert_eq!(Oid::from_bytes(&[]), None);
        assert_eq!(Oid::from_bytes(&[1; 32]), None);
    }
}
