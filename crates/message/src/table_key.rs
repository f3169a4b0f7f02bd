//! The key of a table: the names and types of its attributes.

use std::fmt;
use std::str::FromStr;

/// The most bytes of a partition key.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub const MAX_PARTITION_BYTES: usize = 2048;
/// The most bytes of a sort key (same source).
pub const MAX_SORT_BYTES: usize = 1024;

/// The key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableKey {
    /// The partition key.
    pub partition: KeyAttribute,
    /// The sort key, if there is one.
    pub sort: Option<KeyAttribute>,
}

/// An attribute of a table's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAttribute {
    /// The attribute's name.
    pub name: String,
    /// The attribute's type.
    pub key_type: KeyType,
}

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// A text.
    #[default]
    S,
    /// A number.
    N,
}

/// The error for a text that is not the name of a [`KeyType`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be S or N")]
pub struct KeyTypeError;

impl TableKey {
    /// The attributes of the key, the partition key first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    /// Whether an attribute of this name is a part of the key.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::S => "S",
            Self::N => "N",
        })
    }
}

impl FromStr for KeyType {
    type Err = KeyTypeError;

    fn from_str(text: &str) -> Result<Self, KeyTypeError> {
        match text {
            "S" => Ok(Self::S),
            "N" => Ok(Self::N),
            _ => Err(KeyTypeError),
        }
    }
}
