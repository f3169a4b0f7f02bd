//! The CSV form: which column is where, and how a row becomes a [`Message`].

#[cfg(test)]
mod tests;

use std::fmt;

use crate::{Key, KeyError, MAX_ITEM_BYTES, Message, Number, NumberError, Precision, names};

/// The columns that a file must have, in the order of the documented sample.
const COLUMNS: [&str; 7] = [
    names::TIMESTAMP,
    names::LOCATION,
    names::SOURCE,
    names::LOCAL_DEST,
    names::LOCAL_AVG,
    names::REMOTE_DEST,
    names::REMOTE_AVG,
];

/// The fields of one CSV record, unquoted, in the layout that `csv_core` writes: all field bytes in a row, and where
/// each field ends.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    bytes: &'r [u8],
    ends: &'r [usize],
}

/// Where the columns of a file are, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    width: usize,
    positions: [usize; COLUMNS.len()],
    unknown: Vec<String>,
}

/// Why no row of a file can become a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// These columns are not there.
    #[error("the header lacks {}; it must name each of {}, in any order", quoted(.0), COLUMNS.join(","))]
    Missing(Vec<&'static str>),
    /// These columns are there more than once, so it is not known which one counts.
    #[error("the header has {} more than once", quoted(.0))]
    Duplicate(Vec<&'static str>),
}

/// Why a row cannot become a message. Its position is known to whoever read the row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// Cells would be taken for those of other columns.
    #[error("the row has {found} field{} where the header has {expected}", if *found == 1 { "" } else { "s" })]
    FieldCount {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// Every bad cell of the row, left to right as in the documented sample.
    #[error("{}", Joined(.0))]
    Cells(Vec<CellError>),
    /// The row would make an item that DynamoDB refuses.
    #[error("the row makes an item of {0} bytes; DynamoDB takes {MAX_ITEM_BYTES}")]
    ItemTooLarge(usize),
}

/// One bad cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{column} {problem}")]
pub struct CellError {
    /// The column's name.
    pub column: &'static str,
    /// What is wrong with the cell.
    pub problem: CellViolation,
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellViolation {
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// It is not UTF-8 from this byte of the cell on, counted from 0.
    #[error("is not UTF-8 at byte {0} of the cell")]
    Utf8(usize),
    /// It makes no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It is no number.
    #[error(transparent)]
    Number(#[from] NumberError),
}

impl<'r> Record<'r> {
    /// A record of the fields `bytes[..ends[0]]`, `bytes[ends[0]..ends[1]]`, and so on.
    #[must_use]
    pub fn new(bytes: &'r [u8], ends: &'r [usize]) -> Self {
        Self { bytes, ends }
    }

    /// The fields, in their order.
    #[must_use]
    pub fn fields(self) -> impl ExactSizeIterator<Item = &'r [u8]> {
        (0..self.ends.len()).map(move |index| self.field(index))
    }

    fn field(&self, index: usize) -> &'r [u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }
}

impl Header {
    /// Finds the columns in the first record of a file. Letter case and surrounding white space of names do not count.
    ///
    /// # Errors
    /// [`HeaderError`] when a column is missing or there twice.
    pub fn parse(record: Record<'_>) -> Result<Self, HeaderError> {
        let mut positions = [None; COLUMNS.len()];
        let mut duplicate = Vec::new();
        let mut unknown = Vec::new();
        for (index, name) in record.fields().map(<[u8]>::trim_ascii).enumerate() {
            match COLUMNS
                .iter()
                .position(|column| name.eq_ignore_ascii_case(column.as_bytes()))
            {
                Some(column) if positions[column].is_none() => positions[column] = Some(index),
                Some(column) if duplicate.contains(&COLUMNS[column]) => {}
                Some(column) => duplicate.push(COLUMNS[column]),
                None => unknown.push(String::from_utf8_lossy(name).into_owned()),
            }
        }
        let missing: Vec<_> = COLUMNS
            .into_iter()
            .zip(positions)
            .filter(|(_, at)| at.is_none())
            .map(|(column, _)| column)
            .collect();
        if !missing.is_empty() {
            return Err(HeaderError::Missing(missing));
        }
        if !duplicate.is_empty() {
            return Err(HeaderError::Duplicate(duplicate));
        }
        Ok(Self {
            width: record.ends.len(),
            positions: positions.map(Option::unwrap_or_default),
            unknown,
        })
    }

    /// The columns that are in no message, in their order.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Turns a row into a message that borrows from it, with a key of this precision.
    ///
    /// # Errors
    /// [`RowError`], with every bad cell and not only the first.
    pub fn message<'r>(&self, record: Record<'r>, precision: Precision) -> Result<Message<'r>, RowError> {
        if record.ends.len() != self.width {
            return Err(RowError::FieldCount {
                found: record.ends.len(),
                expected: self.width,
            });
        }
        let mut cells = Cells {
            header: self,
            record,
            errors: Vec::new(),
        };
        // In the order of `COLUMNS`, by place: looking names up would take longer than reading the cells.
        let key = cells.read(0, |cell| Ok(Key::from_timestamp(cell.trim_ascii(), precision)?));
        let location = cells.read(1, Ok);
        let source = cells.read(2, Ok);
        let local_dest = cells.read(3, Ok);
        let local_avg = cells.read(4, number);
        let remote_dest = cells.read(5, Ok);
        let remote_avg = cells.read(6, number);
        let (
            Some(key),
            Some(location),
            Some(source),
            Some(local_dest),
            Some(local_avg),
            Some(remote_dest),
            Some(remote_avg),
        ) = (key, location, source, local_dest, local_avg, remote_dest, remote_avg)
        else {
            return Err(RowError::Cells(cells.errors));
        };
        let message = Message {
            key,
            location,
            source,
            local_dest,
            local_avg,
            remote_dest,
            remote_avg,
        };
        match message.item_bytes() {
            bytes if bytes > MAX_ITEM_BYTES => Err(RowError::ItemTooLarge(bytes)),
            _ => Ok(message),
        }
    }
}

fn number(cell: &str) -> Result<Number<'_>, CellViolation> {
    Ok(Number::parse(cell.trim_ascii())?)
}

/// Reads cells and collects what is wrong with them.
struct Cells<'h, 'r> {
    header: &'h Header,
    record: Record<'r>,
    errors: Vec<CellError>,
}

impl<'r> Cells<'_, 'r> {
    /// `column` is its place in [`COLUMNS`].
    fn read<T>(&mut self, column: usize, parse: impl FnOnce(&'r str) -> Result<T, CellViolation>) -> Option<T> {
        let cell = self.record.field(self.header.positions[column]);
        let result = match std::str::from_utf8(cell) {
            Ok(text) if text.trim_ascii().is_empty() => Err(CellViolation::Empty),
            Ok(text) => parse(text),
            Err(error) => Err(CellViolation::Utf8(error.valid_up_to())),
        };
        result
            .map_err(|problem| {
                let column = COLUMNS[column];
                self.errors.push(CellError { column, problem });
            })
            .ok()
    }
}

impl RowError {
    /// The names of the columns that are to blame; none when the row as a whole is.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.cells().iter().map(|cell| cell.column)
    }

    /// Whether a cell is not UTF-8.
    #[must_use]
    pub fn is_encoding(&self) -> bool {
        self.cells()
            .iter()
            .any(|cell| matches!(cell.problem, CellViolation::Utf8(_)))
    }

    fn cells(&self) -> &[CellError] {
        if let Self::Cells(cells) = self { cells } else { &[] }
    }
}

struct Joined<'a>(&'a [CellError]);

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, cell) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{cell}")?;
        }
        Ok(())
    }
}

fn quoted(columns: &[&str]) -> String {
    columns
        .iter()
        .map(|column| format!("`{column}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
