//! Types of attributes.

use std::fmt;

/// The type of an attribute, by its descriptor in DynamoDB JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Binary,
    Bool,
    Null,
    List,
    Map,
    Texts,
    Numbers,
}

impl Kind {
    pub fn descriptor(self) -> &'static str {
        match self {
            Self::Text => "S",
            Self::Number => "N",
            Self::Binary => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::List => "L",
            Self::Map => "M",
            Self::Texts => "SS",
            Self::Numbers => "NS",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.descriptor())
    }
}
