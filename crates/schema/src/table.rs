//! The DynamoDB table that items are written to.

use message::TableKey;

/// The most attributes that an update changes: the most operators that DynamoDB takes in an expression. That many also fit
/// into its 4,096 bytes.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const MAX_CHANGES: usize = 300;

/// The table's name and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, as messages have it.
    pub name: String,
    /// Its key.
    pub key: TableKey,
}
