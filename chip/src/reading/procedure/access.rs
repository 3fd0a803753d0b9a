//! Into the chip as [`AccessPlan`] says: every PACE that it offers, then basic access control, then nothing at all.

use zeroize::Zeroizing;

use super::{AccessAttempt, AccessFailure, AuthenticationRun, Procedure, Proof, Scope, Way};
use crate::access::bac::BacRandom;
use crate::access::pace::{PaceOffer, PaceRandom, Password};
use crate::access::plan::Planned;
use crate::access::{AccessError, AccessKeys, AccessPlan, AccessRules, AccessStep, Attempt, BasicAccess};
use crate::apdu::TransceiveError;
use crate::command::{LE_SHORT_MAX, StatusWord};
use crate::lds::dg14::SecurityInfos;
use crate::lds::{AtrInfo, FileId};
use crate::reading::protocols::select_master_file;
use crate::reading::{
    Channel, ExchangeError, NoRandom, ProtocolError, ReadError, ReadErrorKind, SHORT_COMMAND, basic_access,
    pace_session, proof, select_application,
};

/// How often access begins anew because the chip was taken away.
const MAX_RESTARTS: usize = 3;
/// Octets of a protected answer beside its data.
const OVERHEAD: usize = 48;

impl<'t> Procedure<'t, '_> {
    /// Opens the chip, once more where it was taken away on the way and came back.
    pub(super) fn open(&mut self) -> Result<(), AccessFailure> {
        let mut restarts = 0;
        loop {
            match self.access() {
                Err(AccessFailure::Lost(error))
                    if error != TransceiveError::ReaderRemoved && restarts < MAX_RESTARTS =>
                {
                    restarts += 1;
                    self.reader.channel().reset().map_err(|_| AccessFailure::Lost(error))?;
                    // It may be another one that came back.
                    self.out.files.clear();
                    self.out.attempts.clear();
                    self.out.authentication.clear();
                }
                Ok(way) => {
                    let password = self.request.password.clone();
                    let again = way.clone();
                    self.reader.regain_by(move |channel| regain(channel, &again, password.as_ref()));
                    self.reader.listener().opened(&way);
                    self.out.way = Some(way);
                    return Ok(());
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    fn access(&mut self) -> Result<Way, AccessFailure> {
        select_master_file(self.reader.channel()).map_err(exchange)?;
        self.capabilities()?;
        let card_access = self.reader.card_access().map_err(failed)?;
        let infos = card_access.as_deref().and_then(|file| SecurityInfos::parse_card_access(file).ok());
        if let Some(file) = card_access {
            self.keep(FileId::CardAccess, file);
        }
        let keys = known(self.request.password.as_ref());
        let basic =
            if self.request.bac_after_pace { BasicAccess::AfterPace } else { BasicAccess::WithoutPace };
        let plan = AccessPlan::of(infos.as_ref(), &keys, AccessRules { basic, plain: true });
        self.follow(plan, &keys)
    }

    /// Every attempt of the plan until one leads in. What failed before decides whether plain reading is tried, and how the
    /// last failure is called.
    fn follow(&mut self, plan: AccessPlan, keys: &AccessKeys) -> Result<Way, AccessFailure> {
        let mut pace = None;
        let mut bac = None;
        for Planned { attempt, reset_before } in plan.attempts {
            // A chip that takes PACE has access control: there is nothing plain to be had.
            if pace.is_some() && attempt == Attempt::Plain {
                break;
            }
            let started = if reset_before { self.fresh()? } else { Some(()) };
            match attempt {
                Attempt::Pace { offer, password } => {
                    let (Some(()), Some(password)) = (started, keys.password(password)) else { continue };
                    let mut tried = self.pace(&offer, &password);
                    if tried.as_ref().is_err_and(interrupted) {
                        self.fresh()?;
                        tried = self.pace(&offer, &password);
                    }
                    let Err(error) = tried else { return Ok(Way::Pace(*offer)) };
                    let error = lost(error)?;
                    self.out.attempts.push(AccessAttempt { way: Way::Pace(*offer), error: error.clone() });
                    pace = Some(error);
                }
                Attempt::Basic => match self.bac(keys)? {
                    None => return Ok(Way::Bac),
                    refused => bac = refused,
                },
                Attempt::Plain => {
                    return self.plain().map_err(|failure| match (failure, bac) {
                        (AccessFailure::KeyMissing(_), Some(status)) => AccessFailure::BacNotOffered(status),
                        (AccessFailure::KeyMissing(_), None) if keys.can.is_some() => {
                            AccessFailure::BacNeedsMrz
                        }
                        (other, _) => other,
                    });
                }
            }
        }
        let otherwise =
            if self.request.bac_after_pace { AccessFailure::Protocol } else { AccessFailure::PaceFailed };
        Err(pace.map_or(AccessFailure::BacNeedsMrz, |error| refused(error, otherwise)))
    }

    /// EF.ATR/INFO, where extended lengths are to be had: how much the chip says that it carries.
    fn capabilities(&mut self) -> Result<(), AccessFailure> {
        let wanted = self.reader.channel().max_response() > 258;
        if !wanted && self.request.scope == Scope::Verdict {
            return Ok(());
        }
        match self.reader.read_short(FileId::AtrInfo) {
            Ok(file) => {
                let info = AtrInfo::parse(&file).unwrap_or_default();
                if let Some(longest) = longest_answer(info) {
                    self.reader.learn_longest(longest);
                }
                if let Some(longest) = longest_command(info) {
                    self.reader.channel().limit_command(longest);
                }
                self.keep(FileId::AtrInfo, file);
            }
            Err(error) if error.is_fatal() => return Err(failed(error)),
            Err(_) => {}
        }
        if self.request.scope == Scope::Everything {
            match self.reader.read_short(FileId::Dir) {
                Ok(file) => self.keep(FileId::Dir, file),
                Err(error) if error.is_fatal() => return Err(failed(error)),
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn pace(&mut self, offer: &PaceOffer, password: &Password) -> Result<(), ProtocolError> {
        let channel = self.reader.channel();
        let random = pace_random(channel, offer)?;
        let (first, at) = (channel.count(), channel.now());
        let mapping = pace_session(channel, offer, password, random)?;
        if mapping.is_some() {
            let span = self.span(first);
            let run = AuthenticationRun {
                proof: Proof::Mapping,
                challenge: None,
                response: None,
                status: Some(StatusWord::OK),
                at,
                span,
            };
            self.out.authentication.push(run);
            // Signed by the issuer, it names the key that the mapping is to prove. A chip that takes no extended length says so
            // here for the first time, and may leave the session over it.
            let (again, password) = (offer.clone(), password.clone());
            self.reader.regain_by(move |channel| pace_again(channel, &again, &password));
            let read = self.reader.read(FileId::CardSecurity);
            self.reader.regain_never();
            match read {
                Ok(file) => self.keep(FileId::CardSecurity, file),
                Err(ReadError { kind: ReadErrorKind::Lost(error), .. }) => return Err(error.into()),
                Err(ReadError { kind: ReadErrorKind::Reestablishing(error), .. }) => return Err(error),
                Err(error) => self.out.unread.push(error),
            }
        }
        select_application(self.reader.channel())
    }

    /// Basic access control; the chip's word where it has no such protocol: one without access control, or one that takes
    /// PACE alone.
    fn bac(&mut self, keys: &AccessKeys) -> Result<Option<StatusWord>, AccessFailure> {
        let Some(key) = &keys.mrz else { return Err(AccessFailure::BacNeedsMrz) };
        let channel = self.reader.channel();
        let mut attempt = || {
            bac_random(channel)
                .map_err(ProtocolError::from)
                .and_then(|random| basic_access(channel, key, random))
        };
        let tried = match attempt() {
            Err(error) if interrupted(&error) => attempt(),
            tried => tried,
        };
        let Err(error) = tried else { return Ok(None) };
        let error = lost(error)?;
        self.out.attempts.push(AccessAttempt { way: Way::Bac, error: error.clone() });
        match error {
            ProtocolError::Selection(status) => Err(AccessFailure::NoApplication(status)),
            ProtocolError::Access(AccessError::Refused(AccessStep::BacGetChallenge, status)) => {
                Ok(Some(status))
            }
            error => Err(refused(error, AccessFailure::Protocol)),
        }
    }

    /// Whether the chip shows its files to anybody.
    fn plain(&mut self) -> Result<Way, AccessFailure> {
        let channel = self.reader.channel();
        channel.close();
        match select_application(channel) {
            Err(ProtocolError::Selection(status)) => return Err(AccessFailure::NoApplication(status)),
            other => other.map_err(|error| lost(error).map_or_else(|lost| lost, AccessFailure::Protocol))?,
        }
        let response = channel.exchange(&proof()).map_err(exchange)?;
        match response.status.0 {
            0x9000 | 0x6281 | 0x6282 | 0x6A82 => Ok(Way::Plain),
            _ => Err(AccessFailure::KeyMissing(response.status)),
        }
    }

    /// A new start of the chip, because one session has one access protocol (Doc 9303-11 4.2); `None` where the transport has none.
    fn fresh(&mut self) -> Result<Option<()>, AccessFailure> {
        match self.reader.channel().reset() {
            Ok(()) => {}
            Err(TransceiveError::Unsupported) => return Ok(None),
            Err(error) => return Err(AccessFailure::Lost(error)),
        }
        select_master_file(self.reader.channel()).map_err(exchange)?;
        Ok(Some(()))
    }
}

/// The same way once more, after the chip or the session was lost.
fn regain(channel: &mut Channel<'_>, way: &Way, password: Option<&Password>) -> Result<(), ProtocolError> {
    match (way, password) {
        (Way::Bac, Some(Password::Mrz(key))) => {
            anew(channel)?;
            let random = bac_random(channel)?;
            basic_access(channel, key, random)
        }
        (Way::Pace(offer), Some(password)) => {
            pace_again(channel, offer, password)?;
            select_application(channel)
        }
        _ => {
            anew(channel)?;
            select_application(channel)
        }
    }
}

/// PACE once more; the master file is current then.
fn pace_again(
    channel: &mut Channel<'_>,
    offer: &PaceOffer,
    password: &Password,
) -> Result<(), ProtocolError> {
    anew(channel)?;
    select_master_file(channel)?;
    let random = pace_random(channel, offer)?;
    pace_session(channel, offer, password, random).map(drop)
}

/// A new start, without a session.
fn anew(channel: &mut Channel<'_>) -> Result<(), ProtocolError> {
    channel.close();
    match channel.reset() {
        // Without one: the session is gone all the same, and the protocol begins where it began.
        Ok(()) | Err(TransceiveError::Unsupported) => Ok(()),
        Err(error) => Err(ExchangeError::Transport(error).into()),
    }
}

/// What the password that was given opens.
fn known(password: Option<&Password>) -> AccessKeys {
    match password {
        Some(Password::Mrz(key)) => AccessKeys { mrz: Some(key.clone()), can: None },
        Some(Password::Can(can)) => AccessKeys { mrz: None, can: Some(can.clone()) },
        None => AccessKeys::default(),
    }
}

fn bac_random(channel: &mut Channel<'_>) -> Result<BacRandom, NoRandom> {
    let mut random = BacRandom { challenge: Zeroizing::new([0; 8]), key: Zeroizing::new([0; 16]) };
    random.challenge.copy_from_slice(&channel.draw(8)?);
    random.key.copy_from_slice(&channel.draw(16)?);
    Ok(random)
}

fn pace_random(channel: &mut Channel<'_>, offer: &PaceOffer) -> Result<PaceRandom, NoRandom> {
    let secret = offer.domain.secret_length();
    Ok(PaceRandom {
        mapping: channel.draw(secret)?,
        nonce: channel.draw(offer.cipher.key_length())?,
        ephemeral: channel.draw(secret)?,
    })
}

/// Losses end the tries; everything else is one of them.
fn lost(error: ProtocolError) -> Result<ProtocolError, AccessFailure> {
    match error {
        ProtocolError::Exchange(ExchangeError::Transport(TransceiveError::MalformedResponse)) => Ok(error),
        ProtocolError::Exchange(ExchangeError::Transport(error)) => Err(AccessFailure::Lost(error)),
        other => Ok(other),
    }
}

/// Whether the chip was without power for a moment: it knows of no protocol under way in the middle of one, or of no session
/// just after it was opened. Once more, from a new start, tells that from a refusal.
fn interrupted(error: &ProtocolError) -> bool {
    use AccessStep::{BacGetChallenge, BacMutualAuthenticate, PaceAgree, PaceMap, PaceNonce, PaceToken};
    matches!(
        error,
        ProtocolError::Exchange(ExchangeError::Messaging(_))
            | ProtocolError::Access(AccessError::Refused(
                BacGetChallenge | BacMutualAuthenticate | PaceNonce | PaceMap | PaceAgree | PaceToken,
                StatusWord::CONDITIONS_NOT_SATISFIED,
            ))
    )
}

/// Whether the chip refused the key, or something else went wrong.
fn refused(error: ProtocolError, otherwise: fn(ProtocolError) -> AccessFailure) -> AccessFailure {
    match &error {
        ProtocolError::Access(
            AccessError::NotProven(AccessStep::PaceToken | AccessStep::BacMutualAuthenticate)
            | AccessError::Refused(AccessStep::PaceToken | AccessStep::BacMutualAuthenticate, _),
        ) => AccessFailure::WrongKey(error),
        _ => otherwise(error),
    }
}

fn exchange(error: ExchangeError) -> AccessFailure {
    match error {
        ExchangeError::Transport(error) => AccessFailure::Lost(error),
        other => AccessFailure::Protocol(other.into()),
    }
}

fn failed(error: ReadError) -> AccessFailure {
    match error.kind {
        ReadErrorKind::Lost(error) => exchange(error),
        ReadErrorKind::Reestablishing(error) => AccessFailure::Protocol(error),
        ReadErrorKind::Cancelled => AccessFailure::Cancelled,
        // An unreadable EF.CardAccess is as good as none.
        _ => AccessFailure::Protocol(ProtocolError::Exchange(ExchangeError::Command)),
    }
}

/// Octets of the longest command, where the chip says so.
fn longest_command(info: AtrInfo) -> Option<usize> {
    match (info.max_command, info.extended_length) {
        (Some(longest), _) if longest >= SHORT_COMMAND => Some(longest),
        (None, Some(false)) => Some(SHORT_COMMAND),
        _ => None,
    }
}

/// Octets of data that one answer carries under secure messaging, where the chip says so.
fn longest_answer(info: AtrInfo) -> Option<usize> {
    match (info.max_response, info.extended_length) {
        (Some(longest), _) if longest > 2 => Some(longest.saturating_sub(OVERHEAD)),
        (None, Some(false)) => Some(LE_SHORT_MAX),
        _ => None,
    }
}
