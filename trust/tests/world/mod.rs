//! The Utopia of these tests and its day.

use std::sync::OnceLock;

use time::OffsetDateTime;
use time::macros::datetime;
use verifier_fixtures::world::Utopia;

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-21 10:00 UTC);

/// The world, made once for each program of tests.
pub(crate) fn world() -> &'static Utopia {
    static WORLD: OnceLock<Utopia> = OnceLock::new();
    WORLD.get_or_init(|| Utopia::new(4, NOW))
}
