//! Why a row cannot become a message.

use std::fmt;

use message::BadCell;

use crate::cell::violation::CellViolation;
use crate::table::MAX_CHANGES;

/// Why a row cannot become a message. The reader of the rows adds the row's position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// Its cells are bad, it has too many or too few of them, or its item is too large.
    #[error(transparent)]
    Row(#[from] message::RowError<CellError>),
    /// A row to merge has no value beside its key.
    #[error("the row has no value beside its key, so that there is nothing to merge")]
    NothingToMerge,
    /// A row to merge changes more attributes than an update takes.
    #[error("the row changes {0} attributes; an update takes {MAX_CHANGES}")]
    TooManyChanges(usize),
}

/// A bad cell, or an attribute that cannot be made of the cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// The column's name; empty when no column is to blame.
    pub column: String,
    /// The attribute that cannot be made; `None` when the cell itself is bad.
    pub attribute: Option<String>,
    /// What is wrong.
    pub violation: RowViolation,
}

/// What is wrong with a cell, or with an attribute that is made of cells.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowViolation {
    /// The cell is bad.
    #[error(transparent)]
    Cell(#[from] CellViolation),
    /// A key needs the cell, which is empty.
    #[error("which is empty")]
    KeyNeeds,
    /// The key is empty.
    #[error("is empty, which a key never is")]
    KeyEmpty,
    /// The key is too long.
    #[error("has {bytes} bytes; DynamoDB takes {most}")]
    KeyTooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The greatest length.
        most: usize,
    },
    /// The cell has a value, but its column has no name, and this `fieldsMatch` allows no columns without a field.
    #[error(
        "has a value but no name, so that no field describes it; `fieldsMatch` is {0}, which allows no other columns: `subset` or \
         `partial` do"
    )]
    Nameless(&'static str),
    /// A place of a template cannot be filled by the cell.
    #[error("which {0}")]
    Place(String),
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            column,
            attribute,
            violation,
        } = self;
        match (attribute, violation) {
            (Some(attribute), RowViolation::KeyEmpty | RowViolation::KeyTooLong { .. }) => {
                write!(f, "{attribute} {violation}")
            }
            (Some(attribute), _) => write!(f, "{attribute} needs {column}, {violation}"),
            // The index of the element comes first in the text, and directly follows the column's name: `column[1]`.
            (None, RowViolation::Cell(CellViolation::Element { .. })) => write!(f, "{column}{violation}"),
            (None, _) => write!(f, "{column} {violation}"),
        }
    }
}

impl std::error::Error for CellError {}

impl BadCell for CellError {
    fn column(&self) -> &str {
        &self.column
    }

    fn is_encoding(&self) -> bool {
        matches!(self.violation, RowViolation::Cell(CellViolation::Utf8(_)))
    }
}

impl RowError {
    /// The names of the columns that are to blame; none when the row as a whole is.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.row().into_iter().flat_map(message::RowError::columns)
    }

    /// Whether a cell is not UTF-8.
    #[must_use]
    pub fn is_encoding(&self) -> bool {
        self.row().is_some_and(message::RowError::is_encoding)
    }

    /// The bad cells.
    #[must_use]
    pub fn cells(&self) -> &[CellError] {
        self.row().map_or(&[], message::RowError::cells)
    }

    fn row(&self) -> Option<&message::RowError<CellError>> {
        match self {
            Self::Row(error) => Some(error),
            Self::NothingToMerge | Self::TooManyChanges(_) => None,
        }
    }
}
