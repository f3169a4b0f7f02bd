//! A dry run of the extractor on a local file.
//!
//! | where | what |
//! |---|---|
//! | [`item`] | the effect of a row's message, in lines for people |
//! | [`rejections`] | rejected rows, by reason |
//! | [`partitions`] | the distribution of writes over partition keys |
//! | [`writes`] | the writes and their largest item |

pub mod item;
pub mod partitions;
pub mod rejections;
pub mod writes;

use message::{Precision, TableKey, WriteMode};
use s3_to_sqs::convert::collisions::KeyCollisions;
use s3_to_sqs::convert::columns::{JUDGED_BYTES, Judgement};
use s3_to_sqs::convert::shape::Declared;
use s3_to_sqs::convert::warnings::Warning;
use s3_to_sqs::convert::{Converted, Converter};
use s3_to_sqs::input::content::format::{Encoding, Format};
use s3_to_sqs::rows::{Row, Rows};
use s3_to_sqs::time_limit::now_millis;
use schema::{Resource, Write};

use self::partitions::Partitions;
use self::rejections::Rejections;
use self::writes::Writes;
use super::object_key::NamedFile;
use super::sample::{Sample, SampleError};

/// The most items that are shown.
const SHOWN_ITEMS: usize = 3;
/// The most keys of a generation of the counter of rows with one key. A function has memory for 32 times fewer. Two generations
/// take some 210 MB when the file has that many keys.
const GENERATION: usize = 7 << 19;

/// The result of a check of a file.
#[derive(Debug)]
pub struct Checked {
    /// How the rows are written.
    pub write: Write,
    /// How the file is compressed and encoded.
    pub format: Format,
    /// The number of rows.
    pub rows: u64,
    /// Why no row, or no row after some place, becomes an item.
    pub problem: Option<String>,
    /// The rows that are rejected.
    pub rejections: Rejections,
    /// The first rows that are not rejected: the line of each, and the effect of its message.
    pub first: Vec<(u64, Vec<String>)>,
    /// Columns that go into no item.
    pub unknown_columns: Vec<String>,
    /// Rows with the key of an earlier row.
    pub collisions: KeyCollisions,
    /// Rows that look suspicious.
    pub warnings: Vec<Warning>,
    /// The writes.
    pub writes: Writes,
    /// The distribution of the writes over partition keys.
    pub partitions: Partitions,
}

/// A check of a file that is being read.
struct Check {
    write: Write,
    converter: Converter,
    rows: u64,
    rejections: Rejections,
    first: Vec<(u64, Vec<String>)>,
    writes: Writes,
    partitions: Partitions,
}

/// Reads a file as the object that it would become, for a table with this key. `stack` is the write mode of a resource that
/// declares none; `advance` gets the number of bytes of the file as they are read.
///
/// # Errors
/// [`SampleError`] when the file cannot be read.
pub fn file(
    file: &NamedFile,
    resource: &Resource,
    key: &TableKey,
    stack: WriteMode,
    advance: impl FnMut(u64),
) -> Result<Checked, SampleError> {
    let declared = Declared {
        resource: resource.clone(),
        table_key: key.clone(),
        key: file.key.clone(),
        ingest_id: 0,
        uploaded: now_millis(),
        stack,
    };
    let mut check = Check {
        write: declared.write(),
        converter: Converter::new("", Precision::default())
            .declared(declared)
            .with_generations_of(GENERATION),
        rows: 0,
        rejections: Rejections::default(),
        first: Vec::new(),
        writes: Writes::default(),
        partitions: Partitions::default(),
    };
    let encoding = check.converter.shape().encoding();
    let mut sample = Sample::open(&file.path, encoding.map(Encoding::from).unwrap_or_default(), advance)?;
    sample.read_ahead(JUDGED_BYTES)?;
    check.begin(&sample);
    let mut rows = Rows::new(check.converter.shape().dialect());
    let damage = loop {
        match sample.next()? {
            Ok(Some(piece)) => {
                let mut input = &piece[..];
                while rows.advance(&mut input) {
                    check.take(&rows.row());
                }
            }
            Ok(None) => break None,
            Err(damage) => break Some(damage.to_string()),
        }
    };
    while if damage.is_none() {
        rows.finish()
    } else {
        rows.cut_off()
    } {
        check.take(&rows.row());
    }
    check.converter.end(&rows);
    Ok(check.finish(sample.format(), damage))
}

impl Check {
    /// Sets what the beginning of the file shows about the whole.
    fn begin(&mut self, sample: &Sample<impl FnMut(u64)>) {
        self.converter.encoded(sample.format().encoding);
        let judgement = Judgement::of(self.converter.shape(), sample.ahead(), sample.is_whole());
        self.converter.judge(judgement);
    }

    /// Takes a header, or converts a row and counts the result.
    fn take(&mut self, row: &Row<'_>) {
        let line = row.position.line;
        match self.converter.convert(row) {
            Converted::Header | Converted::Blank => return,
            Converted::Rejected(rejection) => self.rejections.add(rejection.reason, line, row.text),
            Converted::Message(message) => {
                if self.first.len() < SHOWN_ITEMS {
                    self.first.push((line, item::lines(message.json)));
                }
                let units = self.writes.add(self.write, message, line);
                self.partitions
                    .add(self.converter.partition().unwrap_or_default(), units);
            }
        }
        self.rows += 1;
    }

    fn finish(self, format: Format, damage: Option<String>) -> Checked {
        Checked {
            write: self.write,
            format,
            rows: self.rows,
            problem: damage.or_else(|| self.converter.problem().map(str::to_owned)),
            rejections: self.rejections,
            first: self.first,
            unknown_columns: self.converter.unknown_columns(),
            collisions: self.converter.collisions().counted().clone(),
            warnings: self.converter.witness().warnings(),
            writes: self.writes,
            partitions: self.partitions,
        }
    }
}
