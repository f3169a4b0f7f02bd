//! The table that items are for.

use std::fmt;

/// The most attributes that an update changes: the most operators of an expression, which are also within its 4,096 bytes.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const MAX_CHANGES: usize = 300;

/// The table's name and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, as it stands in messages.
    pub name: String,
    /// The partition key.
    pub partition_key: KeyAttribute,
    /// The sort key, if there is one.
    pub sort_key: Option<KeyAttribute>,
}

/// An attribute of a table's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub key_type: KeyType,
}

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// A text.
    S,
    /// A number.
    N,
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::S => "S",
            Self::N => "N",
        })
    }
}
