//! The inspection key that a token holds, on a thread of its own.

use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use verifier_chip::authentication::terminal::{InspectionKey, InspectionKeyError};
use verifier_chip::pki::cv_certificate::CvAlgorithm;
use zeroize::Zeroizing;

use super::error::TokenError;
use super::pin::Pin;
use super::signing::Kind;
use super::token::Opened;
use super::uri::TokenUri;

/// Threads of tokens that did not answer and have not come back.
static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);
/// Most of them before no further key is opened.
const MOST_LEFT_BEHIND: usize = 2;
/// How long the end of a session is waited for.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long a token may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the key is ready: loading, finding, logging in, a PIN typed at the token's own keys.
    pub open: Duration,
    /// For one signature, waiting for those of other readers included.
    pub sign: Duration,
}

impl Default for Limits {
    /// 30 s and 10 s.
    fn default() -> Self {
        Self { open: Duration::from_secs(30), sign: Duration::from_secs(10) }
    }
}

/// A private key in a token. `Debug` shows its kind only; when it goes, its session ends.
pub struct TokenKey {
    requests: Option<Sender<Request>>,
    ended: Mutex<Receiver<()>>,
    state: Arc<State>,
    kind: Kind,
    limit: Duration,
}

/// One signature to make.
struct Request {
    algorithm: CvAlgorithm,
    message: Zeroizing<Vec<u8>>,
    answer: SyncSender<Result<Vec<u8>, TokenError>>,
}

/// Whether the thread runs, was given up by its caller, or has ended.
struct State(AtomicU8);

impl State {
    const RUNS: u8 = 0;
    const GIVEN_UP: u8 = 1;
    const ENDED: u8 = 2;

    /// Counts a thread that is left behind, once, unless it has ended meanwhile.
    fn give_up(&self) {
        LEFT_BEHIND.fetch_add(1, Ordering::SeqCst);
        let changed =
            self.0.compare_exchange(Self::RUNS, Self::GIVEN_UP, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if !changed {
            LEFT_BEHIND.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn is_given_up(&self) -> bool {
        self.0.load(Ordering::SeqCst) == Self::GIVEN_UP
    }
}

/// Ends with its thread.
struct Running {
    state: Arc<State>,
    /// Closed when the thread has ended.
    _ended: SyncSender<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.state.0.swap(State::ENDED, Ordering::SeqCst) == State::GIVEN_UP {
            LEFT_BEHIND.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl TokenKey {
    /// Opens the key that `uri` names. `pin` is what the caller has (asked for, or from the environment); a `pin-source` of
    /// the URI goes before it, and a token with keys of its own needs none.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(uri: &TokenUri, pin: Option<Pin>, limits: Limits) -> Result<Self, TokenError> {
        if LEFT_BEHIND.load(Ordering::SeqCst) >= MOST_LEFT_BEHIND {
            return Err(TokenError::Hanging);
        }
        let (requests, orders) = mpsc::channel();
        let (opened, is_open) = mpsc::sync_channel(1);
        let (ending, ended) = mpsc::sync_channel(1);
        let state = Arc::new(State(AtomicU8::new(State::RUNS)));
        let running = Running { state: Arc::clone(&state), _ended: ending };
        let uri = uri.clone();
        let work = move || {
            // Ends after the session.
            let _running = running;
            serve(&uri, pin, &opened, &orders);
        };
        thread::Builder::new()
            .name("pkcs11".to_owned())
            .spawn(work)
            .map_err(|error| TokenError::Other(error.to_string()))?;
        match is_open.recv_timeout(limits.open) {
            Ok(Ok(kind)) => Ok(Self {
                requests: Some(requests),
                ended: Mutex::new(ended),
                state,
                kind,
                limit: limits.sign,
            }),
            Ok(Err(error)) => {
                drop(requests);
                let _ = ended.recv_timeout(FAREWELL);
                Err(error)
            }
            Err(RecvTimeoutError::Timeout) => {
                state.give_up();
                Err(TokenError::NoAnswer(limits.open))
            }
            Err(RecvTimeoutError::Disconnected) => Err(TokenError::Other("its thread ended".to_owned())),
        }
    }

    fn ask(&self, algorithm: CvAlgorithm, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        if self.state.is_given_up() {
            return Err(TokenError::NoAnswer(self.limit));
        }
        let lost = || TokenError::Other("its thread ended".to_owned());
        let (answer, answered) = mpsc::sync_channel(1);
        let request = Request { algorithm, message: Zeroizing::new(message.to_vec()), answer };
        self.requests.as_ref().ok_or_else(lost)?.send(request).map_err(|_| lost())?;
        match answered.recv_timeout(self.limit) {
            Ok(signature) => signature,
            Err(RecvTimeoutError::Timeout) => {
                self.state.give_up();
                Err(TokenError::NoAnswer(self.limit))
            }
            Err(RecvTimeoutError::Disconnected) => Err(lost()),
        }
    }
}

fn serve(
    uri: &TokenUri,
    pin: Option<Pin>,
    opened: &SyncSender<Result<Kind, TokenError>>,
    orders: &Receiver<Request>,
) {
    let key = match Opened::open(uri, pin) {
        Ok(key) => key,
        Err(error) => {
            let _ = opened.send(Err(error));
            return;
        }
    };
    if opened.send(Ok(key.kind)).is_err() {
        return;
    }
    for request in orders {
        let _ = request.answer.send(key.sign(request.algorithm, &request.message));
    }
}

impl InspectionKey for TokenKey {
    /// RSA and ECDSA with every hash that the token signs with, SHA-1 of old editions too: what is old is the certificate's
    /// matter, and the key stays in the token.
    fn sign(&self, algorithm: CvAlgorithm, message: &[u8]) -> Result<Vec<u8>, InspectionKeyError> {
        self.ask(algorithm, message).map_err(|error| match error {
            TokenError::Algorithm => InspectionKeyError::Algorithm(algorithm),
            error => InspectionKeyError::Token(error.to_string()),
        })
    }
}

impl Drop for TokenKey {
    fn drop(&mut self) {
        drop(self.requests.take());
        // A session that ends while the program does would meet a module that is half taken down.
        if !self.state.is_given_up() {
            let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = ended.recv_timeout(FAREWELL);
        }
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Rsa => f.write_str("TokenKey(RSA)"),
            Kind::Ec(curve) => write!(f, "TokenKey({curve})"),
        }
    }
}
