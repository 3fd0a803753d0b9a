//! Every limit that a measurement is held against, with where it comes from.

/// Minimum resolution of a reader, ppi (BSI TR-03135-1 section 4.1.6; ICAO Doc 9303-2 appendix C).
pub const MINIMUM_PPI: f64 = 385.0;
