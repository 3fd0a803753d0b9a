//! A read chip as a capture: files, runs of proofs, the log and what the terminal drew.

use std::time::Duration;

use time::OffsetDateTime;
use verifier_capture::{ApduLine, Authentication, Capture, DrawnValue, Protocol, Session};
use verifier_chip::access::pace::Password;
use verifier_chip::reading::{Proof, Reading, Recorded};

/// The capture of a reading that began at `began`. Without `keep_session` the log stays without the values that drive it
/// again, and chip authentication cannot be judged from it.
#[must_use]
pub fn capture_of(reading: &Reading, began: OffsetDateTime, keep_session: bool) -> Capture {
    let mut capture = Capture::new();
    capture.captured_at = Some(milliseconds(began));
    let part = capture.chip_mut();
    for (file, bytes) in &reading.files {
        part.insert(&file.to_string(), bytes.clone());
    }
    for run in &reading.authentication {
        let mut entry = Authentication::new(match run.proof {
            Proof::Active => Protocol::ActiveAuthentication,
            Proof::Chip(_) => Protocol::ChipAuthentication,
            Proof::Mapping => Protocol::PaceCam,
            _ => continue,
        });
        entry.challenge.clone_from(&run.challenge);
        entry.response.clone_from(&run.response);
        entry.status_word = run.status.map(|status| status.0);
        entry.at = Some(milliseconds(began + run.at));
        entry.log_lines = (run.span.first..=run.span.last).collect();
        part.authentication.push(entry);
    }
    let session = keep_session.then(|| session(&reading.recorded));
    part.keep_session(&apdu_log(&reading.recorded), session.as_ref());
    capture
}

/// To the millisecond, which is what a reader's clock is worth.
fn milliseconds(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_nanosecond(u32::from(at.millisecond()).saturating_mul(1_000_000)).unwrap_or(at)
}

/// The lines of `apdu.jsonl`.
#[must_use]
pub fn apdu_log(recorded: &Recorded) -> Vec<ApduLine> {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let lines = recorded.exchanges.iter().map(|exchange| ApduLine {
        n: exchange.number,
        t_us: micros(exchange.at),
        dt_us: micros(exchange.took),
        c: exchange.command.clone(),
        r: exchange.response.clone(),
        plain_c: exchange.plain_command.clone(),
        plain_r: exchange.plain_response.clone(),
    });
    lines.collect()
}

/// What `session.json` holds: the password and every drawn value.
#[must_use]
pub fn session(recorded: &Recorded) -> Session {
    let mut session = Session::new();
    match &recorded.password {
        Some(Password::Mrz(key)) => session.mrz_key = Some(key.expose_hash().to_vec()),
        Some(Password::Can(can)) => session.can = String::from_utf8(can.expose_digits().to_vec()).ok(),
        None => {}
    }
    let drawn = recorded.draws.iter().map(|draw| DrawnValue {
        n: draw.number,
        what: draw.label.name().to_owned(),
        value: draw.value.to_vec(),
    });
    session.draws = drawn.collect();
    session.resets.clone_from(&recorded.resets);
    session
}
