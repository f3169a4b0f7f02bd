//! Owned copies of rows and their outcomes.

use std::fmt;

use s3_to_sqs::convert::{Converted, Converter};
use s3_to_sqs::queue::message::MAX_BYTES;
use s3_to_sqs::rows::{Checkpoint, Position, Row, Rows, Unreadable};

/// An owned copy of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub position: Position,
    pub length: u64,
    pub text: Text,
    pub fields: Result<Vec<Text>, Unreadable>,
    pub behind: Checkpoint,
    pub outcome: Outcome,
}

/// Bytes whose `Debug` form is text and shortened.
#[derive(Clone, PartialEq)]
pub(crate) struct Text(pub Vec<u8>);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.len().min(200)];
        write!(f, "\"{}\" ({} bytes)", shown.escape_ascii(), self.0.len())
    }
}

/// The outcome of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Header,
    Blank,
    Message(String),
    Rejected(String, String),
}

pub(super) fn read(reader: &mut Rows, converter: &mut Converter, file: &[u8], piece: usize) -> Vec<Kept> {
    let mut rows = Vec::new();
    for mut input in file.chunks(piece) {
        while reader.advance(&mut input) {
            rows.push(keep(&reader.row(), reader.checkpoint(), converter));
        }
        assert!(input.is_empty(), "{} bytes are left", input.len());
    }
    while reader.finish() {
        rows.push(keep(&reader.row(), reader.checkpoint(), converter));
        assert!(rows.len() <= file.len(), "there is no end");
    }
    rows
}

pub(super) fn keep(row: &Row<'_>, behind: Checkpoint, converter: &mut Converter) -> Kept {
    let outcome = match converter.convert(row) {
        Converted::Header => Outcome::Header,
        Converted::Blank => Outcome::Blank,
        Converted::Message(body) => {
            assert!(body.message_bytes() <= MAX_BYTES, "{} bytes", body.message_bytes());
            let text: Result<String, _> = serde_json::from_str(&format!("\"{}\"", body.json));
            let text = text.unwrap_or_else(|error| panic!("{} is no content of a JSON string: {error}", body.json));
            assert_eq!(text.len(), body.bytes);
            Outcome::Message(text)
        }
        Converted::Rejected(rejection) => Outcome::Rejected(rejection.columns, rejection.reason),
    };
    Kept {
        position: row.position,
        length: row.length,
        text: Text(row.text.to_owned()),
        fields: row
            .record
            .map(|record| record.fields().map(|field| Text(field.to_owned())).collect()),
        behind,
        outcome,
    }
}

pub(super) fn assert_same(found: &[Kept], expected: &[Kept]) {
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "rows");
}
