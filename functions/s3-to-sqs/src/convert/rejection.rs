//! The reason that a row is rejected.

use message::{BadCell, RowError};

use crate::input::content::format::Encoding;
use crate::rows::Row;

/// Why a row is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The bad columns, separated by `; `; empty when the row as a whole is bad.
    pub columns: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Rejection {
    /// The rejection of a row as a whole.
    pub(super) fn of_row(reason: &impl ToString) -> Self {
        Self {
            columns: String::new(),
            reason: reason.to_string(),
        }
    }

    /// The rejection of a row for some of its cells, in a file of this encoding.
    pub(super) fn of_cells<C: BadCell>(error: &RowError<C>, row: &Row<'_>, encoding: Encoding) -> Self {
        let columns: Vec<_> = error.columns().collect();
        let invalid = std::str::from_utf8(row.text).err().filter(|_| error.is_encoding());
        let place = invalid.map_or_else(String::new, |invalid| {
            let byte = row.position.byte + invalid.valid_up_to() as u64;
            format!("; {}", encoding.misfit(byte))
        });
        Self {
            columns: columns.join("; "),
            reason: format!("{error}{place}"),
        }
    }

    /// The rejection of a row of a declared shape.
    pub(super) fn of_declared(error: &schema::RowError, row: &Row<'_>, encoding: Encoding) -> Self {
        match error {
            schema::RowError::Row(error) => Self::of_cells(error, row, encoding),
            schema::RowError::NothingToMerge | schema::RowError::TooManyChanges(_) => Self::of_row(error),
        }
    }
}
