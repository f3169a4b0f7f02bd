//! What becomes of the rows of a file: a dry run of the extractor.
//!
//! | where | what |
//! |---|---|
//! | [`rejections`] | rejected rows, by reason |
//! | [`collisions`] | rows with the key of an earlier row |
//! | [`writes`] | what the writes are |
//! | [`partitions`] | how they spread over partition keys |
//! | [`item`] | the item of a row, as people read it |

pub mod collisions;
pub mod item;
pub mod partitions;
pub mod rejections;
pub mod writes;

use std::time::SystemTime;

use message::WriteMode;
use s3_to_sqs::input::content::format::{Encoding, Format};
use s3_to_sqs::rows::{Delimiter, Dialect, Row};
use schema::{Converter, Object, Record, Resource, ResourceOutline, Write};

use self::collisions::Collisions;
use self::rejections::Rejections;
use self::writes::Writes;
use super::sample::{Ending, Sample, SampleError};
use crate::schema::object_key::NamedFile;

/// The most items that are shown.
const SHOWN_ITEMS: usize = 3;

/// What becomes of the rows of a file.
#[derive(Debug, Default)]
pub struct Checked {
    /// Rows.
    pub rows: u64,
    /// Why none of them, or none from some place on, becomes an item.
    pub problem: Option<String>,
    /// The rows that are rejected.
    pub rejections: Rejections,
    /// The first rows that are not: the line of each, and what its message does.
    pub first: Vec<(u64, Vec<String>)>,
    /// Columns that are in no item.
    pub unknown_columns: Vec<String>,
    /// Rows with the key of an earlier row.
    pub collisions: Collisions,
    /// What the writes are.
    pub writes: Writes,
    /// How the rows are written; `None` when there is none.
    pub write: Option<Write>,
    /// How the file is compressed and encoded.
    pub format: Format,
}

/// A file that is being read.
struct Check<'c> {
    resource: &'c Resource,
    object: Object<'c>,
    stack: WriteMode,
    has_header: bool,
    converter: Option<Converter>,
    checked: Checked,
    /// The cells of a row as the converter takes them.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Reads a file as the object that it would be. `stack` is how rows are written where the resource does not say it; `advance`
/// is told of the bytes of the file as they are read.
///
/// # Errors
/// [`SampleError`] when the file cannot be read.
pub fn file(
    file: &NamedFile,
    resource: &Resource,
    outline: &ResourceOutline,
    stack: WriteMode,
    advance: impl FnMut(u64),
) -> Result<Checked, SampleError> {
    let sample = Sample {
        path: &file.path,
        encoding: encoding(resource),
    };
    let mut check = Check {
        resource,
        object: Object {
            key: &file.key,
            ingest_id: 0,
            uploaded: now(),
        },
        stack,
        has_header: resource.dialect().header_row.is_some(),
        converter: None,
        checked: Checked::default(),
        bytes: Vec::new(),
        ends: Vec::new(),
    };
    let Ending { format, damage } = sample.rows(dialect(resource, outline), |row| check.take(row), advance)?;
    let Checked { problem, .. } = check.checked;
    Ok(Checked {
        format,
        problem: damage.map(|damage| damage.to_string()).or(problem),
        ..check.checked
    })
}

impl Check<'_> {
    /// Takes the header, or converts a row.
    fn take(&mut self, row: &Row<'_>) {
        let line = row.position.line;
        if self.converter.is_none() && self.checked.problem.is_none() {
            self.bind(row);
            if self.has_header {
                return;
            }
        }
        let record = match row.record {
            Ok(record) if record.is_blank() => return,
            Ok(record) => record,
            Err(unreadable) => {
                self.checked.rows += 1;
                return self.checked.rejections.add(unreadable.to_string(), line, row.text);
            }
        };
        self.checked.rows += 1;
        self.fill(record);
        let Some(converter) = &mut self.converter else {
            let problem = self.checked.problem.clone().unwrap_or_default();
            return self.checked.rejections.add(problem, line, row.text);
        };
        let write = converter.write();
        match converter.convert(Record::new(&self.bytes, &self.ends), line) {
            Err(error) => self.checked.rejections.add(error.to_string(), line, row.text),
            Ok(converted) => {
                let checked = &mut self.checked;
                checked.collisions.add(converted.partition, converted.sort, line);
                checked.writes.add(write, converted.json, converted.partition, line);
                if checked.first.len() < SHOWN_ITEMS {
                    checked.first.push((line, item::lines(converted.json)));
                }
            }
        }
    }

    /// Finds out what the columns are.
    fn bind(&mut self, row: &Row<'_>) {
        let bound = match row.record {
            Ok(record) => {
                self.fill(record);
                let header = self.has_header.then(|| Record::new(&self.bytes, &self.ends));
                let bound = self.resource.bind(header, &self.object, self.stack);
                bound.map_err(|error| error.to_string())
            }
            Err(_) if !self.has_header => self
                .resource
                .bind(None, &self.object, self.stack)
                .map_err(|error| error.to_string()),
            Err(unreadable) => Err(format!("the header cannot be read: {unreadable}")),
        };
        match bound {
            Ok(converter) => {
                self.checked.write = Some(converter.write());
                self.checked.unknown_columns = converter.unknown_columns().to_vec();
                self.converter = Some(converter);
            }
            Err(problem) => self.checked.problem = Some(problem),
        }
    }

    fn fill(&mut self, record: message::Record<'_>) {
        self.bytes.clear();
        self.ends.clear();
        for cell in record.fields() {
            self.bytes.extend_from_slice(cell);
            self.ends.push(self.bytes.len());
        }
    }
}

fn dialect(resource: &Resource, outline: &ResourceOutline) -> Dialect {
    let declared = resource.dialect();
    Dialect {
        delimiter: declared.delimiter.and_then(Delimiter::new),
        header_row: declared.header_row,
        comment: declared.comment_char.clone(),
        comment_rows: declared.comment_rows.clone(),
        skip_initial_space: declared.skip_initial_space,
        columns: outline.fields.clone(),
    }
}

fn encoding(resource: &Resource) -> Encoding {
    let declared = resource
        .encoding()
        .and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
    declared.map(Encoding::from).unwrap_or_default()
}

/// The time, in nanoseconds since 1970.
fn now() -> i128 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i128::try_from(since.as_nanos()).unwrap_or_default())
}
