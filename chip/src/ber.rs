//! BER and DER reading (ITU-T X.690): lenient where real chips need it, bounded everywhere.
//!
//! The reader never copies and never re-encodes: an [`Element`] keeps the original octets of the whole
//! element, so whatever is hashed or compared later is what the document delivered. Definite and
//! indefinite lengths are read; nesting is limited to [`MAX_DEPTH`]; lengths are compared with what is
//! there before anything is done with them. Errors carry the absolute offset and the path of field names.

mod element;
mod error;
mod oid;
mod reader;
mod time;

pub use element::Element;
pub use error::{Error, ErrorKind, Path};
pub use oid::Oid;
pub use reader::Reader;
pub use time::parse_time;

pub(crate) use element::{without_leading_zeros, wrapped};
pub(crate) use time::parse_time_value;

/// Deepest nesting of constructed elements that is followed.
pub const MAX_DEPTH: u8 = 32;

/// Identifier octets as one number: `0x30` SEQUENCE, `0xA0` context 0, `0x7F61` for two-byte tags.
pub type Tag = u32;

/// Universal tags of X.690 and X.680 that this crate reads.
pub mod tag {
    use super::Tag;

    /// BOOLEAN.
    pub const BOOLEAN: Tag = 0x01;
    /// INTEGER.
    pub const INTEGER: Tag = 0x02;
    /// BIT STRING.
    pub const BIT_STRING: Tag = 0x03;
    /// OCTET STRING, primitive.
    pub const OCTET_STRING: Tag = 0x04;
    /// OCTET STRING, constructed (BER only).
    pub const OCTET_STRING_CONSTRUCTED: Tag = 0x24;
    /// NULL.
    pub const NULL: Tag = 0x05;
    /// OBJECT IDENTIFIER.
    pub const OID: Tag = 0x06;
    /// UTF8String.
    pub const UTF8_STRING: Tag = 0x0C;
    /// PrintableString.
    pub const PRINTABLE_STRING: Tag = 0x13;
    /// UTCTime.
    pub const UTC_TIME: Tag = 0x17;
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: Tag = 0x18;
    /// SEQUENCE.
    pub const SEQUENCE: Tag = 0x30;
    /// SET.
    pub const SET: Tag = 0x31;
    /// `[0]`, constructed.
    pub const CONTEXT_0: Tag = 0xA0;
    /// `[1]`, constructed.
    pub const CONTEXT_1: Tag = 0xA1;
    /// `[2]`, constructed.
    pub const CONTEXT_2: Tag = 0xA2;
    /// `[3]`, constructed.
    pub const CONTEXT_3: Tag = 0xA3;
}
