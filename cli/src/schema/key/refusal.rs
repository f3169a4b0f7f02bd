//! The refusal of keys that a table cannot have.

use message::{KeyAttribute, TableKey};

/// The names of the API's query parameters, which no key attribute may have.
const API_PARAMETERS: [&str; 6] = ["from", "to", "order", "limit", "fields", "NextToken"];
/// The hidden attributes of items, which no key may have.
const HIDDEN: [&str; 2] = ["$order", "$revision"];
/// The line ends, which the template's parameters refuse within a name.
const LINE_ENDS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
/// The length of the longest name of a key attribute, in bytes.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_NAME_BYTES: usize = 255;

/// Why no key is found, or a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing in the descriptor shows a key.
    #[error("nothing says which attributes are the key of the table")]
    Unknown,
    /// Both attributes have one name.
    #[error("the partition key and the sort key are both called {0}")]
    Same(String),
    /// A parameter of the API has the name.
    #[error("no key can be called {0}: a parameter of the API has this name")]
    Taken(String),
    /// A hidden attribute of items has the name.
    #[error("no key can be called {0}: items have a hidden attribute of this name")]
    Hidden(String),
    /// The template refuses the name.
    #[error(
        "no key can be called {0:?}: the template takes no white space at the ends of the name, and no line ends in it"
    )]
    Form(String),
    /// The name is too long for DynamoDB.
    #[error("the name of a key has {0} bytes, and DynamoDB takes {MAX_NAME_BYTES}")]
    LongName(usize),
}

impl KeyError {
    /// What to do about the error, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unknown => {
                "Make attributes pk and sk in `dynamodb:item`, or name the attributes: --partition-key NAME --sort-key NAME"
            }
            Self::Same(_) => "Name another sort key, or none",
            Self::Taken(_) | Self::Hidden(_) | Self::Form(_) => {
                "Give the attribute another name, in `dynamodb:item` or by `dynamodb:attribute`"
            }
            Self::LongName(_) => "Give the attribute a shorter name",
        }
    }
}

/// Checks the names of a key by the rules of the template (`AllowedPattern`), the API and DynamoDB.
pub(super) fn check(key: &TableKey) -> Result<(), KeyError> {
    for KeyAttribute { name, .. } in key.attributes() {
        if API_PARAMETERS.contains(&name.as_str()) {
            return Err(KeyError::Taken(name.clone()));
        }
        if HIDDEN.contains(&name.as_str()) {
            return Err(KeyError::Hidden(name.clone()));
        }
        if name.trim().len() < name.len() || name.contains(LINE_ENDS) {
            return Err(KeyError::Form(name.clone()));
        }
        if name.len() > MAX_NAME_BYTES {
            return Err(KeyError::LongName(name.len()));
        }
    }
    match &key.sort {
        Some(sort) if sort.name == key.partition.name => Err(KeyError::Same(sort.name.clone())),
        _ => Ok(()),
    }
}
