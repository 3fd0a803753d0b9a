//! Proofs of the chip on the way: chip authentication as soon as DG14 is there, active authentication with DG15.

use super::{AuthenticationRun, Ended, Procedure, Proof};
use crate::apdu::TransceiveError;
use crate::authentication::chip::{ChipFailure, ChipOffer, ChipOffers};
use crate::command::StatusWord;
use crate::lds::{DataGroup as _, Dg14, Dg15, DgNumber, FileId};
use crate::pki::public_key::KeyKind;
use crate::reading::block::SHORT_AES;
use crate::reading::{
    ExchangeError, ProtocolError, ReadError, ReadErrorKind, SHORT_COMMAND, active_authentication,
    chip_authentication,
};
use crate::secure_messaging::SmError;

/// How often a proof is begun because the chip or the session was lost in it. What a chip does twice, from a new start, is no
/// accident.
const MAX_TRIES: usize = 2;
/// Losses that chip authentication may cost in all.
const MAX_LOSSES: usize = 3;
/// Most offers of chip authentication that are tried.
const MAX_OFFERS: usize = 8;

/// What came of one run.
enum Ran {
    Done,
    /// The chip refused, and all goes on as before: another offer may be tried.
    Refused,
    /// Chip, link or session were lost in it, or nobody knows which keys count: access is to be had anew.
    Lost,
}

impl Procedure<'_, '_> {
    /// Every offer of DG14 until one is accepted. It renews the session; a chip without access control has none yet, and gets
    /// its first.
    pub(super) fn chip_authentication(&mut self) -> Result<(), Ended> {
        let file = self.out.files.get(&FileId::Dg(DgNumber::DG14));
        let Some(dg14) = file.and_then(|file| Dg14::parse(file).ok()) else { return Ok(()) };
        let mut losses = 0_usize;
        for offer in ChipOffers::of(&dg14.security_infos).known.into_iter().take(MAX_OFFERS) {
            for _ in 0..MAX_TRIES {
                match self.run_chip_authentication(&offer)? {
                    Ran::Done => return Ok(()),
                    Ran::Refused => break,
                    Ran::Lost => self.regain(FileId::Com)?,
                }
                losses = losses.saturating_add(1);
                if losses >= MAX_LOSSES {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn run_chip_authentication(&mut self, offer: &ChipOffer) -> Result<Ran, Ended> {
        // Of a file that was read just so a moment ago: a refusal could only be one of the new keys.
        let proof = self.reader.known_good(FileId::Dg(DgNumber::DG14));
        let channel = self.reader.channel();
        let Ok(random) = channel.draw(offer.domain.secret_length()) else { return Ok(Ran::Done) };
        let (first, at) = (channel.count(), channel.now());
        let outcome = chip_authentication(channel, offer, &random, &proof);
        let span = self.span(first);
        let mut run = AuthenticationRun {
            proof: Proof::Chip(None),
            challenge: None,
            response: None,
            status: None,
            at,
            span,
        };
        let ran = match outcome {
            Ok((fact, _)) => {
                self.proven = Some((self.reader.channel().sessions(), fact.terminal_key.clone()));
                run.proof = Proof::Chip(Some(fact));
                run.status = Some(StatusWord::OK);
                Ran::Done
            }
            Err(ProtocolError::Chip(ChipFailure::Refused(_, status))) => {
                run.status = Some(status);
                refused(self.reader.channel().session().is_some(), status)
            }
            Err(error) if unsent(&error) => return Ok(Ran::Refused),
            // No refusal: an answer without protection says that the session is gone, one with a wrong one that somebody
            // else's hand or an accident is between, and both may have changed keys.
            Err(error) => {
                run.status = left_with(&error);
                self.keep_lost(run, error)?;
                return Ok(Ran::Lost);
            }
        };
        self.out.authentication.push(run);
        Ok(ran)
    }

    /// A challenge, and the chip's signature over it.
    pub(super) fn active_authentication(&mut self) -> Result<(), Ended> {
        let file = self.out.files.get(&FileId::Dg(DgNumber::DG15));
        let signature =
            file.and_then(|file| Dg15::parse(file).ok()).and_then(|dg15| match dg15.public_key.kind() {
                KeyKind::Rsa(key) => Some(key.modulus.len()),
                KeyKind::Ec(key) => Some(key.curve.parameters().n.len().saturating_mul(2)),
                _ => None,
            });
        let signature = signature.unwrap_or(SHORT_AES);
        // A chip that takes no extended length may give a long answer in parts.
        let short = self.reader.channel().max_command() <= SHORT_COMMAND;
        let mut asked = if short { SHORT_AES } else { signature };
        for _ in 0..MAX_TRIES {
            match self.run_active_authentication(signature, asked)? {
                Ran::Done | Ran::Refused => return Ok(()),
                Ran::Lost => self.regain(FileId::Dg(DgNumber::DG15))?,
            }
            let left = self.out.authentication.last().and_then(|run| run.status);
            if left == Some(StatusWord::WRONG_LENGTH) {
                asked = if asked == signature { SHORT_AES } else { signature };
            }
        }
        Ok(())
    }

    /// `asked` decides the form of the command.
    fn run_active_authentication(&mut self, signature: usize, asked: usize) -> Result<Ran, Ended> {
        let channel = self.reader.channel();
        // A reader that cannot carry the answer makes a refusal that is not the chip's.
        let carried = signature <= SHORT_AES || channel.max_response() > 258;
        let drawn = channel.draw(8).ok().and_then(|octets| <[u8; 8]>::try_from(octets.as_slice()).ok());
        let Some(challenge) = drawn else { return Ok(Ran::Done) };
        let (first, at) = (channel.count(), channel.now());
        let outcome = active_authentication(channel, &challenge, asked);
        let span = self.span(first);
        let mut run = AuthenticationRun {
            proof: Proof::Active,
            challenge: Some(challenge.to_vec()),
            response: None,
            status: None,
            at,
            span,
        };
        let ran = match outcome {
            Ok(signature) => {
                run.response = Some(signature);
                run.status = Some(StatusWord::OK);
                Ran::Done
            }
            Err(ProtocolError::Active(status)) => {
                run.status = Some(status).filter(|status| carried || *status != StatusWord::WRONG_LENGTH);
                refused(self.reader.channel().session().is_some(), status)
            }
            Err(error) if unsent(&error) => return Ok(Ran::Refused),
            Err(error) => {
                let left = left_with(&error);
                run.status = left.filter(|status| carried || *status != StatusWord::WRONG_LENGTH);
                self.keep_lost(run, error)?;
                return Ok(Ran::Lost);
            }
        };
        self.out.authentication.push(run);
        Ok(ran)
    }

    /// Keeps a run that was lost on the way; the end where the reader is gone.
    fn keep_lost(&mut self, run: AuthenticationRun, error: ProtocolError) -> Result<(), Ended> {
        let file = match run.proof {
            Proof::Active => FileId::Dg(DgNumber::DG15),
            _ => FileId::Com,
        };
        self.out.authentication.push(run);
        match error {
            ProtocolError::Exchange(error) if error.is_reader_removed() => {
                self.out.unread.push(ReadError { file, offset: 0, kind: ReadErrorKind::Lost(error) });
                Err(Ended)
            }
            _ => Ok(()),
        }
    }
}

/// What a refusal is worth: in the clear a chip that was without power for a moment is at its beginning again, and says so in
/// these words alone.
const fn refused(protected: bool, status: StatusWord) -> Ran {
    if protected || !status.asks_for_session() { Ran::Refused } else { Ran::Lost }
}

/// The status word with which the chip left the session, where it said one.
fn left_with(error: &ProtocolError) -> Option<StatusWord> {
    match error {
        ProtocolError::Exchange(ExchangeError::Messaging(SmError::Unprotected(status))) => Some(*status),
        _ => None,
    }
}

/// Whether nothing was said to the chip: a key that cannot be agreed with, a command that this reader does not carry.
const fn unsent(error: &ProtocolError) -> bool {
    matches!(
        error,
        ProtocolError::Chip(ChipFailure::BadPublicKey)
            | ProtocolError::Exchange(
                ExchangeError::Command
                    | ExchangeError::Messaging(SmError::Command)
                    | ExchangeError::Transport(TransceiveError::CommandTooLong)
            )
    )
}
