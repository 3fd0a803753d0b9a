//! A recorded session driven again: the first line is `session.json`, the others are `apdu.jsonl`, as captures carry them. No
//! record makes the machines panic or yield more than its answers hold.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use verifier_capture::{ApduLine, Session, read_apdu_log};
use verifier_chip::access::pace::Password;
use verifier_chip::access::{Can, MrzKey};
use verifier_chip::reading::{Draw, DrawLabel, Recorded, RecordedExchange, replay};

fn recorded(session: Session, lines: Vec<ApduLine>) -> Option<Recorded> {
    let password = match (session.mrz_key, session.can) {
        (Some(hash), _) => Some(Password::Mrz(MrzKey::from_hash(hash.try_into().ok()?))),
        (None, Some(can)) => Some(Password::Can(Can::new(&can)?)),
        (None, None) => None,
    };
    let draw = |drawn: verifier_capture::DrawnValue| {
        let label = DrawLabel::from_name(&drawn.what)?;
        Some(Draw { number: drawn.n, label, value: drawn.value.into() })
    };
    let exchange = |line: ApduLine| RecordedExchange {
        number: line.n,
        at: Duration::from_micros(line.t_us),
        took: Duration::from_micros(line.dt_us),
        command: line.c,
        response: line.r,
        plain_command: line.plain_c,
        plain_response: line.plain_r,
    };
    Some(Recorded {
        password,
        exchanges: lines.into_iter().map(exchange).collect(),
        draws: session.draws.into_iter().map(draw).collect::<Option<_>>()?,
        resets: session.resets,
    })
}

fuzz_target!(|data: &[u8]| {
    let Some(end) = data.iter().position(|octet| *octet == b'\n') else { return };
    let (Ok(session), Ok(lines)) = (Session::read(&data[..end]), read_apdu_log(&data[end..])) else { return };
    let Some(recorded) = recorded(session, lines) else { return };
    let Ok(yielded) = replay(&recorded) else { return };
    // What came out was in an answer, opened or plain.
    let answered: usize = recorded
        .exchanges
        .iter()
        .map(|exchange| exchange.plain_response.as_ref().or(exchange.response.as_ref()).map_or(0, Vec::len))
        .sum();
    let files: usize = yielded.files.values().map(Vec::len).sum();
    assert!(files <= answered, "{files} octets of {answered}");
    let count = recorded.exchanges.len() as u64;
    assert!(yielded.chip.iter().all(|run| run.span.first <= run.span.last && run.span.last < count));
    assert!(yielded.active.iter().all(|run| run.span.last < count));
    // The same record, the same result.
    let again = replay(&recorded).expect("it fitted before");
    assert!(again.files == yielded.files && again.chip == yielded.chip && again.active == yielded.active);
});
