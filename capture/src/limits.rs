//! How much a bundle may hold before it is refused, or an item of it kept as a size alone.

/// Caps that hold before anything is allocated. All sizes are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// `capture.json`; larger is an error. 4 MiB.
    pub manifest: u64,
    /// One image, portrait, log or session; larger becomes [`crate::Content::TooLarge`]. 16 MiB.
    pub image: u64,
    /// One file of the chip; larger becomes [`crate::Content::TooLarge`]. 4 MiB.
    pub chip_file: u64,
    /// All files of the bundle together, as unpacked; more is an error. 256 MiB.
    pub total: u64,
    /// Images, chip files, authentication entries, VIZ fields or MRZ lines: each at most this many. 256.
    pub items: usize,
    /// Entries of a zip, listed or not. 1 024.
    pub entries: usize,
    /// Nesting of `capture.json`. 16.
    pub depth: usize,
}

impl Limits {
    /// The caps of the contract.
    pub const STANDARD: Self = Self {
        manifest: 4 << 20,
        image: 16 << 20,
        chip_file: 4 << 20,
        total: 256 << 20,
        items: 256,
        entries: 1024,
        depth: 16,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::STANDARD
    }
}
