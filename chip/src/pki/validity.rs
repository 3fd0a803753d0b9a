//! Validity in the three readings in use: at inspection, at signing, and as a chain model.

use time::OffsetDateTime;

use super::Certificate;

/// From and until, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First valid second.
    pub not_before: OffsetDateTime,
    /// Last valid second.
    pub not_after: OffsetDateTime,
}

/// Where an instant lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Before the first second.
    Before,
    /// Inside.
    Inside,
    /// After the last second.
    After,
}

impl Validity {
    /// Where `at` lies.
    #[must_use]
    pub fn position(&self, at: OffsetDateTime) -> Position {
        if at < self.not_before {
            Position::Before
        } else if at > self.not_after {
            Position::After
        } else {
            Position::Inside
        }
    }

    /// Whether `at` lies inside.
    #[must_use]
    pub fn contains(&self, at: OffsetDateTime) -> bool {
        self.position(at) == Position::Inside
    }
}

/// The period in which a private key may sign; either end may be open (RFC 3280 4.2.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsagePeriod {
    /// First second of signing.
    pub not_before: Option<OffsetDateTime>,
    /// Last second of signing.
    pub not_after: Option<OffsetDateTime>,
}

impl KeyUsagePeriod {
    /// Where `at` lies; an open end holds every instant.
    #[must_use]
    pub fn position(&self, at: OffsetDateTime) -> Position {
        if self.not_before.is_some_and(|from| at < from) {
            Position::Before
        } else if self.not_after.is_some_and(|until| at > until) {
            Position::After
        } else {
            Position::Inside
        }
    }
}

/// The three readings for one signer and its anchor; each is a fact of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readings {
    /// BSI TR-03135: the signer certificate at inspection time.
    pub signer_at_inspection: Position,
    /// BSI TR-03135: the anchor at inspection time.
    pub anchor_at_inspection: Option<Position>,
    /// The signer at the CMS signing time, when the SOD carries one.
    pub signer_at_signing: Option<Position>,
    /// The signer's key usage period at the signing time, when both are there.
    pub signer_key_at_signing: Option<Position>,
    /// Chain model: the signer's first second inside the anchor's validity.
    pub issued_within_anchor: Option<Position>,
    /// Chain model: the signer's first second inside the anchor's key usage period.
    pub issued_within_anchor_key: Option<Position>,
}

impl Readings {
    /// Computes all readings.
    #[must_use]
    pub fn of(
        signer: &Certificate,
        anchor: Option<&Certificate>,
        signing_time: Option<OffsetDateTime>,
        at: OffsetDateTime,
    ) -> Self {
        let issued = signer.validity().not_before;
        Self {
            signer_at_inspection: signer.validity().position(at),
            anchor_at_inspection: anchor.map(|anchor| anchor.validity().position(at)),
            signer_at_signing: signing_time.map(|time| signer.validity().position(time)),
            signer_key_at_signing: signing_time
                .and_then(|time| signer.private_key_usage_period().map(|period| period.position(time))),
            issued_within_anchor: anchor.map(|anchor| anchor.validity().position(issued)),
            issued_within_anchor_key: anchor
                .and_then(Certificate::private_key_usage_period)
                .map(|period| period.position(issued)),
        }
    }
}
