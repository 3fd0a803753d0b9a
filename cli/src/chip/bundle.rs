//! A read chip as a capture: files, runs of proofs, the log and what the terminal drew.

use time::OffsetDateTime;
use verifier_chip::access::pace::Password;
use verifier_chip::reading::{Proof, Reading, Recorded};
use verifier_core::capture::{ApduLine, Authentication, Capture, Device, DrawnValue, Protocol, Session};

/// The capture of a reading that began at `began`.
pub(crate) fn of(
    reading: &Reading,
    began: OffsetDateTime,
    reader: &str,
    mrz: Option<Vec<String>>,
    session: bool,
) -> Capture {
    let mut capture = Capture::new();
    capture.captured_at = Some(began);
    let mut device = Device::default();
    device.id = Some(reader.to_owned());
    capture.device = Some(device);
    capture.mrz = mrz;
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
        entry.challenge = run.challenge.clone();
        entry.response = run.response.clone();
        entry.status_word = run.status.map(|status| status.0);
        entry.at = Some(milliseconds(began + run.at));
        entry.log_lines = (run.span.first..=run.span.last).collect();
        part.authentication.push(entry);
    }
    part.keep_session(&log(&reading.recorded), session.then(|| kept(&reading.recorded)).as_ref());
    capture
}

/// To the millisecond, which is what a reader's clock is worth.
pub(crate) fn milliseconds(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_millisecond(at.millisecond()).unwrap_or(at)
}

fn log(recorded: &Recorded) -> Vec<ApduLine> {
    let micros = |time: std::time::Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
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

fn kept(recorded: &Recorded) -> Session {
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
    session.resets = recorded.resets.clone();
    session
}
