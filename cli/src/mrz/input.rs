//! Documents from a stream, in constant memory: plain text with a blank line between documents, or JSON lines
//! `{"id": "...", "lines": ["...", ...]}`. A bad document never ends the stream.

use std::io::{self, BufRead};

use serde::Deserialize;

/// Lines that a document keeps; no format has more than three, the rest only says that there are too many.
const MAX_LINES: usize = 8;
/// Bytes of a text line that are kept; longer lines fit no format and are cut, which is said.
const MAX_TEXT: usize = 256;
/// Bytes of a JSON line that are read.
const MAX_JSON: usize = 64 << 10;

/// One document as it came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// The given id, else its number in the stream, from 1.
    pub(crate) id: String,
    /// Its lines without line ends.
    pub(crate) lines: Vec<String>,
    /// What was wrong with the input itself: it then has no zone at all.
    pub(crate) fault: Option<Fault>,
}

/// What the input layer refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A JSON line that is not the object of the contract; the column in the line, 0 if unknown.
    Json(usize),
    /// Bytes that are not UTF-8.
    Utf8,
    /// A line longer than any document has; its length in bytes, at least.
    LongLine,
    /// More lines than any document has.
    ManyLines,
}

impl Fault {
    /// Stable code of the finding.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Json(_) => "input.json",
            Self::Utf8 => "input.utf-8",
            Self::LongLine => "input.line-too-long",
            Self::ManyLines => "input.too-many-lines",
        }
    }

    /// One sentence for people.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Json(_) => "the line is not an object of the form {\"id\": \"...\", \"lines\": [\"...\"]}",
            Self::Utf8 => "the text is not UTF-8",
            Self::LongLine => "the line is longer than any document's; only its beginning was read",
            Self::ManyLines => "more lines than any document has; only the first ones were read",
        }
    }
}

#[derive(Deserialize)]
struct JsonDocument {
    id: Option<serde_json::Value>,
    lines: Vec<String>,
}

/// The documents of a stream, one after the other.
pub(crate) struct Documents<R> {
    reader: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Documents<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, number: 0, buffer: Vec::with_capacity(256) }
    }

    /// The next document into `document`, whose memory is used again; `false` at the end of the stream.
    pub(crate) fn next_into(&mut self, document: &mut Document) -> io::Result<bool> {
        document.lines.clear();
        document.fault = None;
        let mut kept = 0;
        loop {
            let Some(cut) = self.read_line()? else {
                if kept == 0 {
                    return Ok(false);
                }
                break;
            };
            let line = self.buffer.as_slice();
            if kept == 0 && line.first() == Some(&b'{') {
                self.number += 1;
                json(line, cut, self.number, document);
                return Ok(true);
            }
            if line.is_empty() {
                if kept == 0 {
                    continue;
                }
                break;
            }
            keep(line, cut, kept, document);
            kept += 1;
        }
        self.number += 1;
        document.id.clear();
        document.id.push_str(&self.number.to_string());
        Ok(true)
    }

    /// One line into the buffer without its end (LF or CRLF); whether it was cut; `None` at the end.
    fn read_line(&mut self) -> io::Result<Option<bool>> {
        self.buffer.clear();
        let mut any = false;
        let mut cut = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            let room = MAX_JSON.saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(part.get(..part.len().min(room)).unwrap_or_default());
            cut |= part.len() > room;
            let used = end.map_or(chunk.len(), |end| end.saturating_add(1));
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        Ok(any.then_some(cut))
    }
}

fn json(line: &[u8], cut: bool, number: u64, document: &mut Document) {
    let parsed = if cut { None } else { Some(serde_json::from_slice::<JsonDocument>(line)) };
    document.id = number.to_string();
    match parsed {
        None => document.fault = Some(Fault::LongLine),
        Some(Err(error)) => document.fault = Some(Fault::Json(error.column())),
        Some(Ok(parsed)) => {
            match parsed.id {
                Some(serde_json::Value::String(id)) => document.id = id,
                Some(serde_json::Value::Null) | None => {}
                Some(other) => document.id = other.to_string(),
            }
            for (index, line) in parsed.lines.iter().enumerate() {
                keep(line.as_bytes(), false, index, document);
            }
        }
    }
}

fn keep(line: &[u8], cut: bool, index: usize, document: &mut Document) {
    if index >= MAX_LINES {
        document.fault = Some(Fault::ManyLines);
        return;
    }
    let kept = line.get(..line.len().min(MAX_TEXT)).unwrap_or_default();
    let text = match std::str::from_utf8(line) {
        Ok(_) => String::from_utf8_lossy(kept).into_owned(),
        Err(_) => {
            document.fault = Some(Fault::Utf8);
            String::from_utf8_lossy(kept).into_owned()
        }
    };
    if cut || line.len() > MAX_TEXT {
        document.fault = Some(Fault::LongLine);
    }
    document.lines.push(text);
}

#[cfg(test)]
mod unit {
    use super::{Document, Documents, Fault, MAX_LINES};

    fn all(input: &[u8]) -> Vec<Document> {
        let mut documents = Documents::new(input);
        let mut all = Vec::new();
        loop {
            let mut document = Document::default();
            if !documents.next_into(&mut document).unwrap() {
                return all;
            }
            all.push(document);
        }
    }

    #[test]
    fn text_and_json_lines_mix() {
        let input = b"A\r\nB\r\n\r\n\r\n{\"id\":\"x\",\"lines\":[\"C\"]}\n{\"lines\":[]}\nD";
        let all = all(input);
        let ids: Vec<&str> = all.iter().map(|document| document.id.as_str()).collect();
        assert_eq!(ids, ["1", "x", "3", "4"]);
        assert_eq!(all[0].lines, ["A", "B"]);
        assert_eq!(all[1].lines, ["C"]);
        assert!(all[2].lines.is_empty());
        assert_eq!(all[3].lines, ["D"]);
    }

    #[test]
    fn bad_input_is_said_and_does_not_end_the_stream() {
        let mut input = b"{\"lines\": 7}\n".to_vec();
        input.extend(vec![b'A'; 1 << 20]);
        input.extend(b"\n\n\xFF\xFE\n\nA\n");
        let all = all(&input);
        assert!(matches!(all[0].fault, Some(Fault::Json(_))));
        assert_eq!(all[1].fault, Some(Fault::LongLine));
        assert!(all[1].lines[0].len() <= 256, "memory is bounded");
        assert_eq!(all[2].fault, Some(Fault::Utf8));
        assert_eq!(all[3].fault, None);
    }

    #[test]
    fn too_many_lines_are_bounded() {
        let all = all("A\n".repeat(10_000).as_bytes());
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].lines.len(), MAX_LINES);
        assert_eq!(all[0].fault, Some(Fault::ManyLines));
    }
}
