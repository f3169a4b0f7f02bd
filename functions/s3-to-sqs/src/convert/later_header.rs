//! A header after the first row, as it travels from invocation to invocation. Plain data.

use serde::{Deserialize, Serialize};

/// The columns of a later header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LaterHeader {
    /// Built-in shape: the number of cells, and the places of the columns.
    Columns(usize, [usize; message::COLUMN_COUNT]),
    /// Declared shape: the number of cells, and the names that count, each with its column.
    Named(usize, Vec<(usize, String)>),
    /// The reason that no row after it can become a message.
    Problem(String),
}
