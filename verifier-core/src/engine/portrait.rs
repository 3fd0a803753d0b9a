//! Decoding on a thread of its own with a deadline: a picture that takes for ever ends one check and nothing else.
//!
//! Past the deadline whoever waits goes on at once, and the thread is left behind, for no safe program can stop it.
//! Two may be left behind; while they run, no new ones are started (DESIGN.md section 4, Limits before work).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::facts::guarded;

/// Threads that nobody waits for any more and that still run, of the whole process.
static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);
/// So many may be left behind.
const MAX_LEFT_BEHIND: usize = 2;
/// How long a portrait may take unless the builder of the verifier says otherwise. Real ones take a hundredth.
pub(crate) const DEADLINE: Duration = Duration::from_millis(900);

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer<T> {
    /// The work's own result.
    Done(T),
    /// The work panicked.
    Broken,
    /// Not done at the deadline.
    Late,
    /// Not started: too many threads are left behind, or the system gives no thread.
    Refused,
}

enum State<T> {
    Running,
    Done(Option<T>),
    /// Nobody waits any more; the thread is counted.
    Abandoned,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    left_behind: &'static AtomicUsize,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `work` on a thread of its own and waits for it until `deadline` has passed.
pub(crate) fn within<T: Send + 'static>(
    deadline: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Answer<T> {
    within_counted(&LEFT_BEHIND, deadline, work)
}

fn within_counted<T: Send + 'static>(
    left_behind: &'static AtomicUsize,
    deadline: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Answer<T> {
    if left_behind.load(Ordering::SeqCst) >= MAX_LEFT_BEHIND {
        return Answer::Refused;
    }
    let start = Instant::now();
    let shared = Arc::new(Shared { state: Mutex::new(State::Running), changed: Condvar::new(), left_behind });
    let theirs = Arc::clone(&shared);
    let thread = std::thread::Builder::new().name("portrait".into()).spawn(move || {
        let result = guarded(work);
        let mut state = theirs.lock();
        match *state {
            State::Abandoned => {
                theirs.left_behind.fetch_sub(1, Ordering::SeqCst);
            }
            _ => *state = State::Done(result),
        }
        theirs.changed.notify_all();
    });
    if thread.is_err() {
        return Answer::Refused;
    }
    let mut state = shared.lock();
    loop {
        if let State::Done(result) = &mut *state {
            return result.take().map_or(Answer::Broken, Answer::Done);
        }
        let left = deadline.saturating_sub(start.elapsed());
        if left.is_zero() {
            *state = State::Abandoned;
            left_behind.fetch_add(1, Ordering::SeqCst);
            return Answer::Late;
        }
        state = shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(30);

    #[test]
    fn results_come_back_and_panics_stay_inside() {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        assert_eq!(within_counted(&COUNT, LONG, || 7), Answer::Done(7));
        let broken: Answer<u8> =
            within_counted(&COUNT, LONG, || std::panic::resume_unwind(Box::new("a decoder panics")));
        assert_eq!(broken, Answer::Broken);
        assert_eq!(COUNT.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn two_are_left_behind_then_new_ones_are_refused_until_one_ends() {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let hang = || {
            let (release, wait) = mpsc::channel::<()>();
            let start = Instant::now();
            let answer = within_counted(&COUNT, SHORT, move || wait.recv().is_ok());
            assert_eq!(answer, Answer::Late);
            assert!(start.elapsed() < Duration::from_secs(5), "who waits goes on at the deadline");
            release
        };
        let (first, second) = (hang(), hang());
        assert_eq!(COUNT.load(Ordering::SeqCst), 2);
        assert_eq!(within_counted(&COUNT, LONG, || 7), Answer::Refused);
        drop(first);
        while COUNT.load(Ordering::SeqCst) == 2 {
            std::thread::yield_now();
        }
        assert_eq!(within_counted(&COUNT, LONG, || 7), Answer::Done(7), "one ended: there is room again");
        drop(second);
    }
}
