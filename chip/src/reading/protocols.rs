//! The protocols of access and authentication, run over a channel (Doc 9303-11 sections 4 and 6).

use std::fmt;

use super::channel::{Channel, ExchangeError, NoRandom, PaceKeys};
use super::recorded::DrawLabel;
use crate::access::bac::{Bac, BacRandom, Step};
use crate::access::pace::{ChipMapping, Pace, PaceOffer, PaceRandom, PaceSession, PaceStep, Password};
use crate::access::{AccessError, MrzKey};
use crate::authentication::chip::{
    ChipAuthenticated, ChipAuthentication, ChipAuthenticationStep, ChipFailure, ChipOffer,
};
use crate::command::{Command, LE_EXTENDED_MAX, LE_SHORT_MAX, Response, StatusWord};

/// Application identifier of the eMRTD (Doc 9303-10 3.2).
pub(super) const APPLICATION: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

/// Why a protocol did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The application could not be selected.
    Selection(StatusWord),
    /// BAC or PACE.
    Access(AccessError),
    /// Chip authentication.
    Chip(ChipFailure),
    /// INTERNAL AUTHENTICATE was refused.
    Active(StatusWord),
    /// The caller's generator could not draw.
    Random(NoRandom),
    /// Reader, link or secure messaging.
    Exchange(ExchangeError),
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selection(status) => write!(f, "SELECT of the eMRTD application: refused with {status}"),
            Self::Access(error) => error.fmt(f),
            Self::Chip(error) => error.fmt(f),
            Self::Active(status) => write!(f, "INTERNAL AUTHENTICATE: refused with {status}"),
            Self::Random(error) => error.fmt(f),
            Self::Exchange(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ProtocolError {}

impl From<NoRandom> for ProtocolError {
    fn from(error: NoRandom) -> Self {
        Self::Random(error)
    }
}

impl From<ExchangeError> for ProtocolError {
    fn from(error: ExchangeError) -> Self {
        Self::Exchange(error)
    }
}

/// Selects the master file: by its identifier, or where the chip refuses that without one. Some chips refuse both and are in
/// it all the same (6A81, 6A86, 6A87, 6982, 6985).
pub(super) fn select_master_file(channel: &mut Channel<'_>) -> Result<(), ExchangeError> {
    let select = Command::new(0x00, 0xA4, 0x00, 0x0C);
    let named = channel.exchange(&select.clone().with_data([0x3F, 0x00]))?;
    if named.status.is_ok() { Ok(()) } else { channel.exchange(&select).map(drop) }
}

/// Selects the eMRTD application.
///
/// # Errors
/// [`ProtocolError::Selection`] with the status word, or the exchange failed.
pub fn select_application(channel: &mut Channel<'_>) -> Result<(), ProtocolError> {
    // No expected length: German chips refuse one here (6700).
    let response = channel.exchange(&Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(APPLICATION))?;
    if response.status.is_ok() { Ok(()) } else { Err(ProtocolError::Selection(response.status)) }
}

/// Basic access control: selects the application, runs the protocol, opens the session.
///
/// # Errors
/// [`ProtocolError`]; the channel has no session then.
pub fn basic_access(channel: &mut Channel<'_>, key: &MrzKey, random: BacRandom) -> Result<(), ProtocolError> {
    channel.close();
    channel.keep_pace_keys(None);
    select_application(channel)?;
    channel.keep_password(&Password::Mrz(key.clone()));
    channel.keep(DrawLabel::BacChallenge, random.challenge.as_slice());
    channel.keep(DrawLabel::BacKey, random.key.as_slice());
    let (mut bac, mut command) = Bac::start(key, random);
    loop {
        let response = channel.exchange(&command)?;
        match bac.respond(&response).map_err(ProtocolError::Access)? {
            Step::Send(next) => command = next,
            Step::Done(session) => {
                channel.open(session);
                return Ok(());
            }
        }
    }
}

/// PACE in the master file, then the application in its session: [`pace_session`] and [`select_application`].
///
/// # Errors
/// [`ProtocolError`]; the channel has no session then, unless the selection alone failed.
pub fn pace(
    channel: &mut Channel<'_>,
    offer: &PaceOffer,
    password: &Password,
    random: PaceRandom,
) -> Result<Option<ChipMapping>, ProtocolError> {
    let mapping = pace_session(channel, offer, password, random)?;
    select_application(channel)?;
    Ok(mapping)
}

/// PACE in the master file: runs the protocol and opens the session; the master file stays current, so that
/// EF.CardSecurity can be read. With chip authentication mapping returns what will prove the chip.
///
/// # Errors
/// [`ProtocolError`]; the channel has no session then.
pub fn pace_session(
    channel: &mut Channel<'_>,
    offer: &PaceOffer,
    password: &Password,
    random: PaceRandom,
) -> Result<Option<ChipMapping>, ProtocolError> {
    channel.close();
    channel.keep_pace_keys(None);
    channel.keep_password(password);
    channel.keep(DrawLabel::PaceMapping, &random.mapping);
    channel.keep(DrawLabel::PaceNonce, &random.nonce);
    channel.keep(DrawLabel::PaceEphemeral, &random.ephemeral);
    let (mut pace, mut command) = Pace::start(offer, password, random);
    loop {
        let response = channel.exchange(&command)?;
        match pace.respond(&response).map_err(ProtocolError::Access)? {
            PaceStep::Send(next) => command = next,
            PaceStep::Done(session) => {
                let PaceSession { messaging, chip_mapping, chip_key, terminal_key, trust_points } = *session;
                let keys = PaceKeys { chip: chip_key, terminal: terminal_key, trust_points };
                channel.keep_pace_keys(Some(keys));
                channel.open(messaging);
                return Ok(chip_mapping);
            }
        }
    }
}

/// Chip authentication inside the session that is open; in the clear where none is, on a chip without access control, whose
/// first session it opens. `proof` is the harmless command whose answer proves the new keys; its opened answer is returned
/// with the fact.
///
/// # Errors
/// [`ProtocolError`]. After [`ChipFailure::NotProven`] no session is open and access is to be established anew; after a
/// refusal all goes on as before.
pub fn chip_authentication(
    channel: &mut Channel<'_>,
    offer: &ChipOffer,
    random: &[u8],
    proof: &Command,
) -> Result<(ChipAuthenticated, Response), ProtocolError> {
    let (mut run, mut command) = ChipAuthentication::start(offer, random).map_err(ProtocolError::Chip)?;
    channel.keep(DrawLabel::ChipEphemeral, random);
    let mut provisional = loop {
        let response = channel.exchange(&command)?;
        match run.respond(&response).map_err(ProtocolError::Chip)? {
            ChipAuthenticationStep::Send(next) => command = next,
            ChipAuthenticationStep::Switch(provisional) => break provisional,
        }
    };
    channel.close();
    let bytes = provisional
        .protect(proof)
        .map_err(|error| ProtocolError::Exchange(ExchangeError::Messaging(error)))?;
    let answer = channel.exchange_octets(&bytes, Some(proof))?;
    let confirmed = provisional.confirm(&answer);
    channel.settle(confirmed.as_ref().ok().map(|(_, response, _)| response));
    let (session, response, fact) = confirmed.map_err(ProtocolError::Chip)?;
    channel.open(session);
    Ok((fact, response))
}

/// The command that proves new keys where nothing better is at hand: the first four octets of EF.COM.
#[must_use]
pub const fn proof() -> Command {
    Command::new(0x00, 0xB0, 0x9E, 0x00).expecting(4)
}

/// INTERNAL AUTHENTICATE (Doc 9303-11 6.1.3). `signature` is the length in octets that the key of DG15 gives; answers that
/// do not fit the short form with secure messaging ask for the extended one (6.1.4).
#[must_use]
pub fn internal_authenticate(challenge: &[u8; 8], signature: usize, protected: bool) -> Command {
    let fits = if protected { signature <= super::block::SHORT_AES } else { signature <= LE_SHORT_MAX };
    let le = if fits { LE_SHORT_MAX } else { LE_EXTENDED_MAX };
    Command::new(0x00, 0x88, 0x00, 0x00).with_data(*challenge).expecting(le)
}

/// Has the chip sign a challenge; returns the signature, which [`crate::authentication::active::verify`] judges. Tries the
/// other length form once where the chip refuses the first as of a wrong length.
///
/// # Errors
/// [`ProtocolError::Active`] with the status word, or the exchange failed.
pub fn active_authentication(
    channel: &mut Channel<'_>,
    challenge: &[u8; 8],
    signature: usize,
) -> Result<Vec<u8>, ProtocolError> {
    channel.keep(DrawLabel::ActiveChallenge, challenge);
    let command = internal_authenticate(challenge, signature, channel.session().is_some());
    let mut response = channel.exchange(&command)?;
    if response.status == StatusWord::WRONG_LENGTH {
        let other = if command.le == Some(LE_SHORT_MAX) { LE_EXTENDED_MAX } else { LE_SHORT_MAX };
        response = channel.exchange(&command.expecting(other))?;
    }
    if response.status.is_ok() { Ok(response.data) } else { Err(ProtocolError::Active(response.status)) }
}
