//! Any octets: every element lies inside its parent, elements follow one another without gap, and depth ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_chip::ber::{Element, Error, MAX_DEPTH, Reader};

/// Walks all elements; the answer is how many there were.
fn walk(input: &[u8], mut reader: Reader<'_>, start: usize, depth: u8) -> usize {
    assert!(depth <= MAX_DEPTH + 1, "deeper than the limit");
    let mut place = start;
    let mut count = 0;
    loop {
        assert_eq!(reader.offset(), place);
        let peeked = reader.peek();
        let element = match reader.next() {
            Ok(Some(element)) => element,
            Ok(None) => {
                assert!(reader.is_empty() && reader.rest().is_empty() && peeked.is_none());
                reader.finish().expect("nothing is left");
                return count;
            }
            Err(error) => {
                inside(input, &error);
                assert_eq!(reader.offset(), place, "an error reads nothing");
                return count;
            }
        };
        assert_eq!(peeked, Some(element.tag()));
        count += 1;
        place = check(input, &element, place);
        if let Ok(reader) = element.reader()
            && element.is_constructed()
        {
            count += walk(input, reader, element.content_offset(), depth + 1);
        }
    }
}

/// One element: its views are parts of the input at the places that it names.
fn check(input: &[u8], element: &Element<'_>, place: usize) -> usize {
    assert_eq!(element.offset(), place);
    let (raw, content) = (element.raw(), element.content());
    let end = place + raw.len();
    assert_eq!(&input[place..end], raw);
    let from = element.content_offset();
    assert!(from > place && from + content.len() <= end);
    assert_eq!(&input[from..from + content.len()], content);
    assert!(!(element.is_indefinite() && element.is_der_length()));
    if !element.is_indefinite() {
        assert_eq!(from + content.len(), end);
    }
    let results = [
        element.oid().map(drop),
        element.small_integer().map(drop),
        element.unsigned_integer().map(drop),
        element.time().map(drop),
        element.bit_string_octets().map(drop),
        element.octets().map(|octets| assert!(octets.len() <= content.len(), "octets from nowhere")),
    ];
    for error in results.into_iter().filter_map(Result::err) {
        assert!(error.offset <= input.len());
    }
    if content.len() < 64 {
        assert!(element.text().chars().count() <= content.len());
    }
    end
}

fn inside(input: &[u8], error: &Error) {
    assert!(error.offset <= input.len(), "{error}");
    assert!(!error.to_string().is_empty());
}

fuzz_target!(|data: &[u8]| {
    let count = walk(data, Reader::new(data), 0, 0);
    assert!(count <= data.len());
    // The same octets at another place: the same elements, all offsets moved.
    let (mut here, mut there) = (Reader::new(data), Reader::at(data, 1000));
    loop {
        match (here.next(), there.next()) {
            (Ok(Some(a)), Ok(Some(b))) => assert_eq!((a.raw(), a.offset() + 1000), (b.raw(), b.offset())),
            (Ok(None), Ok(None)) => break,
            (Err(a), Err(b)) => {
                assert_eq!((a.kind, a.offset + 1000), (b.kind, b.offset));
                break;
            }
            _ => panic!("the place decides"),
        }
    }
});
