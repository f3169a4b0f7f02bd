//! A header behind rows, as it goes along from invocation to invocation. Plain data.

use serde::{Deserialize, Serialize};

/// What a header behind rows says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LaterHeader {
    /// Of the built-in shape: the number of fields, and where the columns are.
    Columns(usize, [usize; message::COLUMN_COUNT]),
    /// Of a declared shape: the number of cells, and those of them that are names which count, each with its column.
    Named(usize, Vec<(usize, String)>),
    /// The reason that no row behind it can become a message.
    Problem(String),
}
