//! From a URI to a session in which one private key signs. Everything here may take as long as the token likes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use verifier_chip::ber::Reader;
use verifier_chip::display::shown;
use verifier_chip::pki::Curve;
use verifier_chip::pki::cv_certificate::CvAlgorithm;

use super::error::TokenError;
use super::pin::Pin;
use super::signing::{self, Kind};
use super::uri::{PLACES, TokenUri};

/// Most private keys that are looked at in one token.
const MOST_KEYS: usize = 256;
/// Most characters of a label that a message holds.
const LABEL: usize = 64;

/// Modules of this process. They stay: another key may use the same one, and one that is ended under it would end it too.
static MODULES: Mutex<Vec<(PathBuf, Pkcs11)>> = Mutex::new(Vec::new());

/// A private key that signs.
pub(super) struct Opened {
    session: Session,
    key: ObjectHandle,
    /// What it is.
    pub(super) kind: Kind,
    mechanisms: Vec<MechanismType>,
}

impl Opened {
    /// Loads the module, finds token and key, logs in once. The PIN of the URI's file goes before `pin`.
    pub(super) fn open(uri: &TokenUri, pin: Option<Pin>) -> Result<Self, TokenError> {
        let pin = match &uri.pin_source {
            Some(path) => Some(Pin::from_file(path)?),
            None => pin,
        };
        let module = module(&uri.module)?;
        let (slot, token) = find_token(&module, uri)?;
        let session = module.open_ro_session(slot).map_err(|error| TokenError::of(&error))?;
        log_in(&session, &token, pin)?;
        let (key, kind) = find_key(&session, uri)?;
        let mechanisms = module.get_mechanism_list(slot).map_err(|error| TokenError::of(&error))?;
        Ok(Self { session, key, kind, mechanisms })
    }

    /// The signature: r and s one after the other, or as long as the modulus.
    pub(super) fn sign(&self, algorithm: CvAlgorithm, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let (mechanism, data) = signing::task(self.kind, algorithm, message, &self.mechanisms)?;
        self.session.sign(&mechanism, self.key, &data).map_err(|error| TokenError::of(&error))
    }
}

/// The module at this path, loaded and initialised once a process.
fn module(path: &Path) -> Result<Pkcs11, TokenError> {
    let known = || {
        let modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        modules.iter().find(|(known, _)| known == path).map(|(_, module)| module.clone())
    };
    if let Some(module) = known() {
        return Ok(module);
    }
    // Not under the lock: a module that hangs must not keep others away.
    let refused = |error: Error| TokenError::Module(path.to_owned(), error.to_string());
    let module = Pkcs11::new(path).map_err(refused)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // By another part of the program, or by another thread a moment ago.
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(Error::Pkcs11(code, function)) => {
            return Err(TokenError::Module(path.to_owned(), format!("C_{function:?}: {code:?}")));
        }
        Err(error) => return Err(refused(error)),
    }
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    modules.push((path.to_owned(), module.clone()));
    Ok(module)
}

/// The one initialised token that fits.
fn find_token(module: &Pkcs11, uri: &TokenUri) -> Result<(Slot, TokenInfo), TokenError> {
    let slots = module.get_slots_with_token().map_err(|error| TokenError::of(&error))?;
    let (mut fit, mut others) = (Vec::new(), Vec::new());
    for slot in slots {
        // One that is being pulled out, or that nobody made ready, is none.
        let Ok(token) = module.get_token_info(slot) else { continue };
        if !token.token_initialized() {
            continue;
        }
        if fits(module, slot, &token, uri) { fit.push((slot, token)) } else { others.push(token) }
    }
    let name = |token: &TokenInfo| {
        format!(
            "{} ({}, serial {})",
            plain(token.label()),
            plain(token.model()),
            plain(token.serial_number())
        )
    };
    if fit.len() > 1 {
        return Err(TokenError::ManyTokens(fit.iter().map(|(_, token)| name(token)).collect()));
    }
    fit.pop().ok_or_else(|| TokenError::NoToken(others.iter().map(name).collect()))
}

/// Whether library, slot and token have what the URI says of them.
fn fits(module: &Pkcs11, slot: Slot, token: &TokenInfo, uri: &TokenUri) -> bool {
    PLACES.iter().zip(&uri.place).all(|(name, wanted)| {
        let Some(wanted) = wanted else { return true };
        let library = || module.get_library_info().ok();
        let place = || module.get_slot_info(slot).ok();
        let found = match *name {
            "token" => Some(token.label().to_owned()),
            "manufacturer" => Some(token.manufacturer_id().to_owned()),
            "serial" => Some(token.serial_number().to_owned()),
            "model" => Some(token.model().to_owned()),
            "library-manufacturer" => library().map(|info| info.manufacturer_id().to_owned()),
            "library-description" => library().map(|info| info.library_description().to_owned()),
            "library-version" => library().map(|info| info.library_version().to_string()),
            "slot-manufacturer" => place().map(|info| info.manufacturer_id().to_owned()),
            "slot-description" => place().map(|info| info.slot_description().to_owned()),
            "slot-id" => Some(slot.id().to_string()),
            _ => None,
        };
        found.is_some_and(|found| found.trim_end() == wanted.trim_end())
    })
}

/// One try, and none where it might be the last.
fn log_in(session: &Session, token: &TokenInfo, pin: Option<Pin>) -> Result<(), TokenError> {
    if pin.is_none() && !token.login_required() {
        return Ok(());
    }
    if token.user_pin_locked() {
        return Err(TokenError::PinLocked);
    }
    if pin.is_none() && !token.protected_authentication_path() {
        return Err(TokenError::PinMissing);
    }
    // The holder at a token's own keys sees what it says.
    if pin.is_some() && token.user_pin_final_try() {
        return Err(TokenError::PinLastTry);
    }
    match session.login(UserType::User, pin.as_ref().map(Pin::secret)) {
        // A program logs in once to a token: another key of it is open.
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(error) => Err(TokenError::of(&error)),
    }
}

/// A private key as a token describes it.
struct Candidate {
    handle: ObjectHandle,
    label: String,
    id: String,
    kind: Result<Kind, &'static str>,
    signs: bool,
}

/// The one private key that fits and signs.
fn find_key(session: &Session, uri: &TokenUri) -> Result<(ObjectHandle, Kind), TokenError> {
    let mut template = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
    template.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
    template.extend(uri.id.as_ref().map(|id| Attribute::Id(id.clone())));
    let mut fit = candidates(session, &template)?;
    fit.retain(|candidate| candidate.signs);
    let name = |candidate: &Candidate| {
        let kind = match candidate.kind {
            Ok(Kind::Rsa) => "RSA",
            Ok(Kind::Ec(curve)) => curve.name(),
            Err(_) => "other",
        };
        format!("object {} id {} ({kind})", candidate.label, candidate.id)
    };
    if fit.len() > 1 {
        return Err(TokenError::ManyKeys(fit.iter().map(name).collect()));
    }
    let Some(key) = fit.pop() else {
        let all = candidates(session, &[Attribute::Class(ObjectClass::PRIVATE_KEY)])?;
        return Err(TokenError::NoKey(all.iter().map(name).collect()));
    };
    Ok((key.handle, key.kind.map_err(TokenError::Unsupported)?))
}

fn candidates(session: &Session, template: &[Attribute]) -> Result<Vec<Candidate>, TokenError> {
    let found: Result<Vec<ObjectHandle>, Error> =
        session.iter_objects(template).and_then(|objects| objects.take(MOST_KEYS).collect());
    let found = found.map_err(|error| TokenError::of(&error))?;
    Ok(found.into_iter().map(|handle| describe(session, handle)).collect())
}

/// Attributes of one key; what a token does not tell is taken as usual.
fn describe(session: &Session, handle: ObjectHandle) -> Candidate {
    const ASKED: [AttributeType; 6] = [
        AttributeType::Label,
        AttributeType::Id,
        AttributeType::KeyType,
        AttributeType::EcParams,
        AttributeType::Sign,
        AttributeType::AlwaysAuthenticate,
    ];
    let (mut label, mut id, mut signs, mut always) = (String::new(), String::new(), true, false);
    let (mut key_type, mut curve) = (None, Err("the token does not tell its curve"));
    for attribute in session.get_attributes(handle, &ASKED).unwrap_or_default() {
        match attribute {
            Attribute::Label(octets) => label = plain(&String::from_utf8_lossy(&octets)),
            Attribute::Id(octets) => {
                id = octets.iter().take(LABEL / 2).map(|octet| format!("%{octet:02X}")).collect()
            }
            Attribute::KeyType(found) => key_type = Some(found),
            Attribute::EcParams(octets) => curve = curve_of(&octets),
            Attribute::Sign(found) => signs = found,
            Attribute::AlwaysAuthenticate(found) => always = found,
            _ => {}
        }
    }
    let kind = match key_type {
        _ if always => Err("it wants its PIN before every signature"),
        Some(KeyType::RSA) => Ok(Kind::Rsa),
        Some(KeyType::EC) => curve.map(Kind::Ec),
        _ => Err("it is neither RSA nor EC"),
    };
    Candidate { handle, label, id, kind, signs }
}

/// CKA_EC_PARAMS: ECParameters of X9.62, a name or explicit.
fn curve_of(octets: &[u8]) -> Result<Curve, &'static str> {
    let element =
        Reader::new(octets).required().map_err(|_| "its curve is written in a way that is not known")?;
    match Curve::from_parameters(&element, &mut Vec::new()) {
        Ok(Ok(curve)) => Ok(curve),
        _ => Err("its curve is not known"),
    }
}

/// A name that a token's maker or owner chose, for a message.
fn plain(text: &str) -> String {
    text.trim_end().chars().take(LABEL).map(shown).collect()
}
