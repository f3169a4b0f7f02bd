//! What is wrong with a row.

use std::fmt;

use super::{Record, begins_with_space_and_quote};
use crate::invisible::OddCharacter;
use crate::{KeyError, MAX_ITEM_BYTES, NumberError};

/// Why a row cannot become a message. The caller knows the position of the row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError<C: BadCell = CellError> {
    /// The row has another number of fields than the header or the schema, so its cells may belong to other columns.
    #[error("the row has {found} field{} where {width_of} has {expected}", if *found == 1 { "" } else { "s" })]
    FieldCount {
        /// Fields of the row.
        found: usize,
        /// Fields of the header or the schema.
        expected: usize,
        /// What has the expected number of fields.
        width_of: WidthOf,
    },
    /// The same, and a field begins with white space and a quote.
    #[error(
        "a space before a quote makes the quote a part of the text, and a separator behind it the end of the field, so \
         that the row has {found} field{} where {width_of} has {expected}: remove the spaces before quotes",
        if *found == 1 { "" } else { "s" }
    )]
    SpaceBeforeQuote {
        /// Fields of the row.
        found: usize,
        /// Fields of the header or the schema.
        expected: usize,
        /// What has the expected number of fields.
        width_of: WidthOf,
    },
    /// Every bad cell of the row, in the order of the known columns.
    #[error("{}", Joined(.0))]
    Cells(Vec<C>),
    /// The row would make an item that DynamoDB refuses.
    #[error("the row makes an item of {0} bytes; DynamoDB takes {MAX_ITEM_BYTES}: shorten its cells or split the row")]
    ItemTooLarge(usize),
}

/// What has the number of fields that every row of a file must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WidthOf {
    /// The header of the file.
    Header,
    /// The schema, because the file has no header.
    Schema,
}

impl fmt::Display for WidthOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "the header",
            Self::Schema => "the schema",
        })
    }
}

/// A bad cell: its column, and what is wrong with it.
pub trait BadCell: fmt::Debug + fmt::Display {
    /// The column's name; empty when no column is to blame.
    fn column(&self) -> &str;

    /// Whether the cell is not UTF-8.
    fn is_encoding(&self) -> bool;
}

/// One bad cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{column} {violation}{}", Hint(*.cause))]
pub struct CellError {
    /// The column's name.
    pub column: &'static str,
    /// What is wrong with the cell.
    pub violation: CellViolation,
    /// What in the cell explains the violation, if that is hard to see.
    pub cause: Option<CellCause>,
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellViolation {
    /// The cell is empty.
    #[error("is empty")]
    Empty,
    /// The cell is not UTF-8 from this byte on, counted from 0.
    #[error("is not UTF-8 at byte {0} of the cell")]
    Utf8(usize),
    /// The cell does not make a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The cell is not a number.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The cell has a point that may be a decimal point or a thousands separator.
    #[error(
        "has a point before three digits, which may be a thousands separator: the other numbers of the file do not show \
         a decimal point; write it without the point, or with another digit behind it"
    )]
    Doubtful,
}

/// What in a bad cell explains its violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellCause {
    /// A character that is invisible or looks like another one.
    Character(OddCharacter),
    /// A word that says that there is no value: see [`null_word`](crate::null_word).
    NullWord(&'static str),
}

impl BadCell for CellError {
    fn column(&self) -> &str {
        self.column
    }

    fn is_encoding(&self) -> bool {
        matches!(self.violation, CellViolation::Utf8(_))
    }
}

impl<C: BadCell> RowError<C> {
    /// The error of a row that has another number of fields than the header or the schema.
    #[must_use]
    pub fn of_width(record: Record<'_>, expected: usize, width_of: WidthOf) -> Self {
        let found = record.len();
        if record.fields().any(begins_with_space_and_quote) {
            Self::SpaceBeforeQuote {
                found,
                expected,
                width_of,
            }
        } else {
            Self::FieldCount {
                found,
                expected,
                width_of,
            }
        }
    }

    /// The names of the columns that are to blame; none when the whole row is.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.cells()
            .iter()
            .map(BadCell::column)
            .filter(|column| !column.is_empty())
    }

    /// Whether a cell is not UTF-8.
    #[must_use]
    pub fn is_encoding(&self) -> bool {
        self.cells().iter().any(BadCell::is_encoding)
    }

    /// The bad cells.
    #[must_use]
    pub fn cells(&self) -> &[C] {
        if let Self::Cells(cells) = self { cells } else { &[] }
    }
}

struct Joined<'a, C>(&'a [C]);

impl<C: fmt::Display> fmt::Display for Joined<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, cell) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{cell}")?;
        }
        Ok(())
    }
}

struct Hint(Option<CellCause>);

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(CellCause::Character(odd)) => write!(f, ", and has {odd}"),
            Some(CellCause::NullWord(word)) => write!(f, ", and is the null word `{word}`"),
            None => Ok(()),
        }
    }
}
