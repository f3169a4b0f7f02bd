//! The CSV form: where the columns are, and how a row becomes a [`Message`].

mod error;
mod header;
mod record;
#[cfg(test)]
mod tests;

pub use self::error::{BadCell, CellCause, CellError, CellViolation, RowError, WidthOf};
pub use self::header::{Header, HeaderError, column_name};
pub use self::record::{Record, begins_with_space_and_quote};
use crate::{Key, KeyError, MAX_ITEM_BYTES, Message, Number, NumberError, Precision, names};
use crate::{invisible, may_be_grouped, null_word};

/// The number of columns that a file must have.
pub const COLUMN_COUNT: usize = 7;
/// The columns that a file must have, in the order of the documented sample.
const COLUMNS: [&str; COLUMN_COUNT] = [
    names::TIMESTAMP,
    names::LOCATION,
    names::SOURCE,
    names::LOCAL_DEST,
    names::LOCAL_AVG,
    names::REMOTE_DEST,
    names::REMOTE_AVG,
];

/// The places of the numbers in [`COLUMNS`].
const LOCAL_AVG: usize = 4;
const REMOTE_AVG: usize = 6;

impl Header {
    /// Turns a row into a message that borrows from it, with a key of this precision.
    ///
    /// # Errors
    /// [`RowError`], with every bad cell of the row.
    pub fn message<'r>(&self, record: Record<'r>, precision: Precision) -> Result<Message<'r>, RowError> {
        if record.len() != self.width && !self.fits(record) {
            return Err(RowError::of_width(record, self.width, WidthOf::Header));
        }
        let mut cells = Cells {
            header: self,
            record,
            text: record.text(),
            errors: Vec::new(),
        };
        // Cells are read by their place in `COLUMNS`: looking names up would take longer than reading the cells.
        let key = cells.read(0, |cell| Ok(Key::from_timestamp(invisible::trim(cell), precision)?));
        let location = cells.read(1, Ok);
        let source = cells.read(2, Ok);
        let local_dest = cells.read(3, Ok);
        let local_avg = cells.read(LOCAL_AVG, |cell| number(cell, self.distrusted[0]));
        let remote_dest = cells.read(5, Ok);
        let remote_avg = cells.read(REMOTE_AVG, |cell| number(cell, self.distrusted[1]));
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

    /// The cells of the columns [`NUMBERS`](names::NUMBERS), empty where the row has none.
    #[must_use]
    pub fn number_cells<'r>(&self, record: Record<'r>) -> [&'r [u8]; names::NUMBERS.len()] {
        let cell = |column: usize| match self.positions[column] {
            place if place < record.len() => record.field(place),
            _ => b"",
        };
        [cell(LOCAL_AVG), cell(REMOTE_AVG)]
    }

    /// Whether a row has each column in the header's place, even with another number of fields: see [`Record::fits`].
    #[must_use]
    pub fn fits(&self, record: Record<'_>) -> bool {
        let behind = self.positions.iter().max().map_or(0, |last| last + 1);
        record.fits(self.width, behind)
    }

    /// The number of fields.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }
}

fn number(cell: &str, distrusted: bool) -> Result<Number<'_>, CellViolation> {
    let number = Number::parse(invisible::trim(cell))?;
    if distrusted && may_be_grouped(number.as_str()) {
        return Err(CellViolation::Doubtful);
    }
    Ok(number)
}

/// What in a bad cell explains its violation, if that is hard to see.
fn cause(violation: CellViolation, cell: &[u8]) -> Option<CellCause> {
    let cell = std::str::from_utf8(cell).ok()?;
    match violation {
        CellViolation::Empty | CellViolation::Key(KeyError::Timestamp) | CellViolation::Number(NumberError::Form) => {
            let odd = invisible::odd_character(cell).map(CellCause::Character);
            odd.or_else(|| null_word(invisible::trim(cell)).map(CellCause::NullWord))
        }
        _ => None,
    }
}

/// Reads the cells of a row and collects their errors.
struct Cells<'h, 'r> {
    header: &'h Header,
    record: Record<'r>,
    /// All cells, if each is UTF-8.
    text: Option<&'r str>,
    errors: Vec<CellError>,
}

impl<'r> Cells<'_, 'r> {
    /// Reads the cell of the column with this place in [`COLUMNS`].
    fn read<T>(&mut self, column: usize, parse: impl FnOnce(&'r str) -> Result<T, CellViolation>) -> Option<T> {
        let place = self.header.positions[column];
        let text = match self.text {
            Some(text) => Ok(&text[self.record.range(place)]),
            None => std::str::from_utf8(self.record.field(place)),
        };
        let result = match text {
            Ok(text) if invisible::is_blank(text) => Err(CellViolation::Empty),
            Ok(text) => parse(text),
            Err(error) => Err(CellViolation::Utf8(error.valid_up_to())),
        };
        result
            .map_err(|violation| {
                self.errors.push(CellError {
                    column: COLUMNS[column],
                    violation,
                    cause: cause(violation, self.record.field(place)),
                });
            })
            .ok()
    }
}
