//! A header behind rows, as it goes along from invocation to invocation. Plain data.

use serde::{Deserialize, Serialize};

/// What a header behind rows says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LaterHeader {
    /// The number of fields, and where the columns are.
    Columns(usize, [usize; message::COLUMN_COUNT]),
    /// The reason that no row behind it can become a message.
    Problem(String),
}
