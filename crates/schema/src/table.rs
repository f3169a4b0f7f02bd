//! The table that items are for.

use message::TableKey;

/// The most attributes that an update changes: the most operators of an expression, which are also within its 4,096 bytes.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const MAX_CHANGES: usize = 300;

/// The table's name and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, as it stands in messages.
    pub name: String,
    /// Its key.
    pub key: TableKey,
}
