//! Owned copies of a declared file's rows and their outcomes.

use message::WriteMode;
use s3_to_sqs::rows::{Checkpoint, Delimiter, Dialect, Position, Row, Rows};
use schema::{Converter, Object, Resource};

use crate::csv_rows::kept::Text;
use crate::csv_rows::places::lines;

const OBJECT: Object<'static> = Object {
    key: "readings/2024/a b.csv",
    ingest_id: 0x0190_0000_0000_7000_8000_0000_0000_0001,
    // 2019-05-28
    uploaded: 1_559_040_909_385_000_000,
};

/// A file that has been read.
pub(super) struct Read {
    pub rows: Vec<Kept>,
    delimiter: Delimiter,
    /// The reason why no row can become a message, which is passed from invocation to invocation.
    problem: Option<String>,
}

/// An owned copy of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub position: Position,
    pub text: Text,
    /// Its cells, if it can be parsed.
    pub cells: Option<Vec<Text>>,
    behind: Checkpoint,
    pub outcome: Outcome,
}

/// The outcome of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Header,
    Message {
        body: String,
        partition: String,
        sort: String,
    },
    Rejected {
        columns: Vec<String>,
        reason: String,
    },
}

/// Reads and converts a file that arrives in pieces.
pub(super) fn read(resource: &Resource, file: &[u8], piece: usize) -> Read {
    let mut rows = Rows::new(dialect(resource));
    // For a file without a header, the columns are known before the first row.
    let mut converter = resource.dialect().header_row.is_none().then(|| bind(resource, None));
    Read {
        rows: read_rows(resource, &mut rows, &mut converter, file, piece),
        delimiter: rows.delimiter(),
        problem: converter.and_then(Result::err),
    }
}

/// Reads the rest of a file, after this many rows, as another invocation does.
pub(super) fn resume(resource: &Resource, file: &[u8], read: &Read, stop: usize) -> Vec<Kept> {
    let dialect = dialect(resource);
    let header = match resource.dialect().header_row {
        Some(_) => read.rows.first(),
        None => None,
    };
    let converter = match (&read.problem, header) {
        (Some(problem), _) => Err(problem.clone()),
        (None, Some(header)) => {
            let mut again = Rows::resume(dialect.of_single_row(), read.delimiter, Checkpoint::START);
            let mut text = &header.text.0[..];
            assert!(again.advance(&mut text) || again.finish(), "the header is lost");
            bind(resource, Some(&again.row()))
        }
        (None, None) => bind(resource, None),
    };
    let behind = read.rows[stop - 1].behind;
    let from = usize::try_from(behind.byte).unwrap_or(usize::MAX);
    let mut rows = Rows::resume(dialect, read.delimiter, behind);
    let rest = &file[from..];
    read_rows(resource, &mut rows, &mut Some(converter), rest, rest.len().max(1))
}

pub(super) fn assert_same(found: &[Kept], expected: &[Kept]) {
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "rows");
}

impl Read {
    /// Checks that every row has the right position, after the row before.
    pub fn check_places(&self, file: &[u8]) {
        let (mut end, mut line) = (0, 1);
        for row in &self.rows {
            let start = usize::try_from(row.position.byte).unwrap_or(usize::MAX);
            assert!(start >= end, "{row:?} begins in the row before");
            assert!(file[start..].starts_with(&row.text.0), "the text of {row:?}");
            line += lines(file, end, start);
            assert_eq!(row.position.line, line, "the line of {row:?}");
            end = start + row.text.0.len();
            line += lines(file, start, end);
        }
    }
}

/// The dialect with which the extractor reads the rows of a resource.
fn dialect(resource: &Resource) -> Dialect {
    let declared = resource.dialect();
    Dialect {
        delimiter: declared.delimiter.and_then(Delimiter::new),
        header_row: declared.header_row,
        comment: declared.comment_char.clone(),
        comment_rows: declared.comment_rows.clone(),
        skip_initial_space: declared.skip_initial_space,
        columns: resource.field_names().map(str::to_owned).collect(),
    }
}

/// The converter for the rows after a header, or the reason why there is none.
fn bind(resource: &Resource, header: Option<&Row<'_>>) -> Result<Converter, String> {
    let header = header.map(|row| row.record).transpose();
    let header = header.map_err(|error| error.to_string())?;
    let bound = resource.bind(header, &OBJECT, WriteMode::Replace);
    bound.map_err(|error| error.to_string())
}

fn read_rows(
    resource: &Resource,
    rows: &mut Rows,
    converter: &mut Option<Result<Converter, String>>,
    file: &[u8],
    piece: usize,
) -> Vec<Kept> {
    let mut kept = Vec::new();
    let mut keep = |rows: &Rows| {
        let row = rows.row();
        let outcome = if let Some(converter) = converter {
            convert(converter, &row)
        } else {
            *converter = Some(bind(resource, Some(&row)));
            Outcome::Header
        };
        kept.push(Kept {
            position: row.position,
            text: Text(row.text.to_owned()),
            cells: row
                .record
                .ok()
                .map(|record| record.fields().map(|cell| Text(cell.to_owned())).collect()),
            behind: rows.checkpoint(),
            outcome,
        });
    };
    for mut input in file.chunks(piece) {
        while rows.advance(&mut input) {
            keep(rows);
        }
        assert!(input.is_empty(), "{} bytes are left", input.len());
    }
    while rows.finish() {
        keep(rows);
    }
    kept
}

fn convert(converter: &mut Result<Converter, String>, row: &Row<'_>) -> Outcome {
    let rejected = |reason: String| Outcome::Rejected {
        columns: Vec::new(),
        reason,
    };
    let converter = match converter {
        Ok(converter) => converter,
        Err(problem) => return rejected(problem.clone()),
    };
    let record = match row.record {
        Ok(record) => record,
        Err(error) => return rejected(error.to_string()),
    };
    match converter.convert(record, row.position.line) {
        Ok(message) => {
            let body: Result<String, _> = serde_json::from_str(&format!("\"{}\"", message.json));
            let body = body.unwrap_or_else(|error| panic!("{} is no content of a JSON string: {error}", message.json));
            assert_eq!(body.len(), message.bytes, "the length of {body}");
            Outcome::Message {
                body,
                partition: message.partition.to_owned(),
                sort: message.sort.to_owned(),
            }
        }
        Err(error) => Outcome::Rejected {
            columns: error.columns().map(str::to_owned).collect(),
            reason: error.to_string(),
        },
    }
}
