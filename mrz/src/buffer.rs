//! Lines that the room owns: a fixed block for the layers that change text before it is read.

use core::fmt;

use crate::detect::detect;
use crate::layout;
use crate::zone::{Normalised, Provenance, Read, Repaired, Zone};

/// The widest line of any format.
pub(crate) const WIDTH: usize = 44;

/// Up to three lines of up to 44 cells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Buffer {
    pub(crate) cells: [[u8; WIDTH]; 3],
    pub(crate) widths: [usize; 3],
    pub(crate) count: usize,
}

impl Buffer {
    pub(crate) const EMPTY: Self = Self { cells: [[b'<'; WIDTH]; 3], widths: [0; 3], count: 0 };

    /// A copy; what goes beyond three lines or 44 cells is left out.
    pub(crate) fn copy<L: AsRef<[u8]>>(lines: &[L]) -> Self {
        let mut buffer = Self::EMPTY;
        for ((cells, width), line) in buffer.cells.iter_mut().zip(&mut buffer.widths).zip(lines) {
            for (cell, byte) in cells.iter_mut().zip(line.as_ref()) {
                *cell = *byte;
                *width += 1;
            }
            buffer.count += 1;
        }
        buffer
    }

    pub(crate) fn line(&self, index: usize) -> &[u8] {
        match (self.cells.get(index), self.widths.get(index)) {
            (Some(cells), Some(width)) => cells.get(..*width).unwrap_or_default(),
            _ => &[],
        }
    }

    pub(crate) fn slots(&self) -> [&[u8]; 3] {
        [self.line(0), self.line(1), self.line(2)]
    }

    /// The zone of these lines as a reading; `None` if they fit no format.
    pub(crate) fn zone(&self) -> Option<Zone<'_, Read>> {
        self.zone_of::<Read>(false)
    }

    pub(crate) fn normalised(&self) -> Option<Zone<'_, Normalised>> {
        self.zone_of::<Normalised>(true)
    }

    pub(crate) fn repaired(&self, tolerant: bool) -> Option<Zone<'_, Repaired>> {
        self.zone_of::<Repaired>(tolerant)
    }

    fn zone_of<P: Provenance>(&self, tolerant: bool) -> Option<Zone<'_, P>> {
        let slots = self.slots();
        let format = detect(&slots, self.count).ok()?;
        Some(Zone::build(layout::of(format), slots, tolerant))
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} lines, redacted)", self.count)
    }
}
