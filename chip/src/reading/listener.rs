//! Who hears of a read while it goes on: every block, and each file as soon as it is whole, so that a live inspection judges
//! one file while the chip still gives the next.

use std::fmt;
use std::ops::ControlFlow;

use super::{HashedGroup, Way};
use crate::lds::FileId;

/// How far a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The file.
    pub file: FileId,
    /// Octets read.
    pub done: usize,
    /// Octets that it states, once its header was read.
    pub total: Option<usize>,
}

/// A file that is whole, to the length that its header states. Nothing of it is verified. `Debug` shows name and length; the
/// octets are personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadFile<'a> {
    /// The file.
    pub file: FileId,
    /// Its octets.
    pub bytes: &'a [u8],
    /// Its hash, computed while it came, and what EF.SOD lists: data groups alone, where EF.SOD could be read and names a
    /// known algorithm.
    pub hashed: Option<&'a HashedGroup>,
}

impl fmt::Debug for ReadFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadFile({}, {} octets)", self.file, self.bytes.len())
    }
}

/// What hears of a read. Every method returns at once: the chip waits for it. A closure over [`Progress`] is a listener that
/// hears of blocks alone.
///
/// ```
/// use std::ops::ControlFlow;
/// use verifier_chip::reading::{Listener, Progress, ReadFile};
///
/// /// Counts octets of whole files.
/// struct Count(usize);
///
/// impl Listener for Count {
///     fn file(&mut self, file: ReadFile<'_>) {
///         self.0 += file.bytes.len();
///     }
/// }
///
/// let blocks_alone: Box<dyn Listener> = Box::new(|_: Progress| ControlFlow::Continue(()));
/// # drop((blocks_alone, Count(0)));
/// ```
pub trait Listener {
    /// Access was had by this way. Said once: not again after a loss of the chip.
    fn opened(&mut self, _way: &Way) {}

    /// A block came. To break is to end the read: the file under way is then unread, cancelled.
    fn block(&mut self, _progress: Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// A file is whole. Each is told once, in the order in which they came; EF.CardAccess and the like once more where
    /// another chip lies there when access begins anew.
    fn file(&mut self, _file: ReadFile<'_>) {}
}

impl<F: FnMut(Progress) -> ControlFlow<()>> Listener for F {
    fn block(&mut self, progress: Progress) -> ControlFlow<()> {
        self(progress)
    }
}
