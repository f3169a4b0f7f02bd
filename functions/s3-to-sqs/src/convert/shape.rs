//! The shape of an object's file: the built-in shape, or a declared one.

use encoding_rs::Encoding;
use message::{Header, Message, Record, TableKey, WidthOf, WriteMode, names};
use schema::{Object, Resource, Write};

use super::column_set::ColumnSet;
use super::heading_error::HeadingError;
use super::plausible::plausible_seconds;
use crate::queue::packing::Packing;
use crate::rows::{Delimiter, Dialect};

/// The shape of a file, which decides how its rows are converted.
#[derive(Clone, Debug, Default)]
pub enum Shape {
    /// The seven columns of the documented sample.
    #[default]
    BuiltIn,
    /// The fields of a resource of the data package.
    Declared(Box<Declared>),
}

/// A resource, and the object whose rows it describes.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The resource.
    pub resource: Resource,
    /// The key of the table.
    pub table_key: TableKey,
    /// The object's key.
    pub key: String,
    /// The object's ingest id, as a number.
    pub ingest_id: u128,
    /// The time of the upload, in milliseconds since the Unix epoch.
    pub uploaded: u64,
    /// The write mode for a resource that declares none.
    pub stack: WriteMode,
}

/// The columns of a file, from the header in force.
#[derive(Debug)]
pub(super) enum Columns {
    BuiltIn(Header),
    Declared(Box<schema::Converter>),
}

impl Declared {
    /// How the rows are written.
    #[must_use]
    pub fn write(&self) -> Write {
        self.resource.write().unwrap_or_else(|| self.stack.into())
    }

    fn bind(&self, header: Option<Record<'_>>) -> Result<Columns, schema::HeaderError> {
        let object = Object {
            key: &self.key,
            ingest_id: self.ingest_id,
            uploaded: i128::from(self.uploaded) * 1_000_000,
        };
        let mut converter = self.resource.bind(header, &object, self.stack)?;
        if let Some(seconds) = plausible_seconds(self.uploaded) {
            converter.expect_times(&seconds);
        }
        Ok(Columns::Declared(Box::new(converter)))
    }
}

impl Shape {
    /// How the rows are written, in a stack of this write mode.
    #[must_use]
    pub fn write(&self, stack: WriteMode) -> Write {
        match self {
            Self::BuiltIn => stack.into(),
            Self::Declared(declared) => declared.write(),
        }
    }

    /// The attribute `Method` of messages of one row.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::BuiltIn => Write::Replace.method(),
            Self::Declared(declared) => declared.write().method(),
        }
    }

    /// How the rows are packed, at most `rows` in a message to `table`, in a stack of this write mode. `None` when each
    /// row has its own message.
    #[must_use]
    pub fn packing(&self, table: &str, stack: WriteMode, rows: usize) -> Option<Packing> {
        if rows < 2 {
            return None;
        }
        let request = self.write(stack).batch_request()?;
        let head_bytes = match self {
            Self::BuiltIn => Message::head_bytes(table),
            Self::Declared(declared) => declared.resource.head_bytes(declared.stack)?,
        };
        Some(Packing::new(request, table, head_bytes, rows))
    }

    /// The declared shape, if there is one.
    #[must_use]
    pub fn declared(&self) -> Option<&Declared> {
        match self {
            Self::BuiltIn => None,
            Self::Declared(declared) => Some(declared),
        }
    }

    /// The dialect of the text.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        let Self::Declared(declared) = self else {
            return Dialect::default();
        };
        let resource = &declared.resource;
        let dialect = resource.dialect();
        Dialect {
            delimiter: dialect.delimiter.and_then(Delimiter::new),
            header_row: dialect.header_row,
            comment: dialect.comment_char.clone(),
            comment_rows: dialect.comment_rows.clone(),
            skip_initial_space: dialect.skip_initial_space,
            columns: resource.field_names().map(str::to_owned).collect(),
        }
    }

    /// The declared encoding of the text, if there is one.
    #[must_use]
    pub fn encoding(&self) -> Option<&'static Encoding> {
        let label = self.declared()?.resource.encoding()?;
        Encoding::for_label(label.as_bytes())
    }

    /// Whether the first row has the names of the columns.
    pub(super) fn has_header(&self) -> bool {
        self.declared().is_none_or(|declared| declared.resource.has_header())
    }

    /// The columns that a header names.
    ///
    /// # Errors
    /// [`HeadingError`] when no row after it can become a message.
    pub(super) fn parse(&self, header: Record<'_>) -> Result<Columns, HeadingError> {
        Ok(match self {
            Self::BuiltIn => Columns::BuiltIn(Header::parse(header)?),
            Self::Declared(declared) => declared.bind(Some(header))?,
        })
    }

    /// The columns of a file without a header.
    ///
    /// # Errors
    /// [`HeadingError`] when no row can become a message.
    pub(super) fn columns_in_order(&self) -> Result<Columns, HeadingError> {
        match self {
            Self::BuiltIn => Err(HeadingError::Missing),
            Self::Declared(declared) => Ok(declared.bind(None)?),
        }
    }

    /// The index, among all known columns, of the column that a header's cell names.
    pub(super) fn column(&self, cell: &[u8]) -> Option<usize> {
        match self {
            Self::BuiltIn => Header::column(cell),
            Self::Declared(declared) => declared.resource.column(cell),
        }
    }

    /// The names of all known columns.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::BuiltIn => Header::column_names().to_vec(),
            Self::Declared(declared) => declared.resource.field_names().collect(),
        }
    }

    /// The number of columns whose numbers may have a decimal point.
    pub(super) fn number_count(&self) -> usize {
        match self {
            Self::BuiltIn => names::NUMBERS.len(),
            Self::Declared(declared) => declared.resource.number_count(),
        }
    }
}

impl Columns {
    /// The number of cells of the header or, without one, of fields.
    pub fn width(&self) -> usize {
        match self {
            Self::BuiltIn(header) => header.width(),
            Self::Declared(converter) => converter.width(),
        }
    }

    /// What has this number of cells.
    pub fn width_of(&self) -> WidthOf {
        match self {
            Self::BuiltIn(_) => WidthOf::Header,
            Self::Declared(converter) => converter.width_of(),
        }
    }

    /// Whether a row has each known column where the header has it.
    pub fn fits(&self, record: Record<'_>) -> bool {
        match self {
            Self::BuiltIn(header) => header.fits(record),
            Self::Declared(converter) => converter.fits(record),
        }
    }

    /// The index in the header of each known column, if the file has it.
    pub fn places(&self) -> Vec<Option<usize>> {
        match self {
            Self::BuiltIn(header) => header.places().1.map(Some).to_vec(),
            Self::Declared(converter) => converter.places().to_vec(),
        }
    }

    /// The columns of the header that are left out of the messages.
    pub fn left_out(&self) -> &[String] {
        match self {
            Self::BuiltIn(header) => header.unknown(),
            Self::Declared(converter) => converter.columns_left_out(),
        }
    }

    /// The unknown columns of the header.
    pub fn unknown(&self) -> &[String] {
        match self {
            Self::BuiltIn(header) => header.unknown(),
            Self::Declared(converter) => converter.unknown_columns(),
        }
    }

    /// Calls `look` with the cell of each column whose numbers may have a decimal point, and its index among these.
    pub fn each_number_cell(&self, record: Record<'_>, mut look: impl FnMut(usize, &[u8])) {
        match self {
            Self::BuiltIn(header) => {
                for (place, cell) in header.number_cells(record).into_iter().enumerate() {
                    look(place, cell);
                }
            }
            Self::Declared(converter) => converter.each_number_cell(record, look),
        }
    }

    /// Makes these columns refuse numbers that may have a thousands separator.
    pub fn distrust(self, distrusted: ColumnSet) -> Self {
        match self {
            Self::BuiltIn(header) => Self::BuiltIn(header.distrust(std::array::from_fn(|place| distrusted.has(place)))),
            Self::Declared(mut converter) => {
                converter.distrust(|place| distrusted.has(place));
                Self::Declared(converter)
            }
        }
    }
}
