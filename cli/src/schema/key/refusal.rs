//! What cannot be the key of a table.

use message::{KeyAttribute, TableKey};

/// Names that parameters of the API have, so that no key can be called so.
const API_PARAMETERS: [&str; 6] = ["from", "to", "order", "limit", "fields", "NextToken"];
/// Hidden attributes of items, which no key can be.
const HIDDEN: [&str; 2] = ["$order", "$revision"];
/// Ends of lines, which the parameters of the template do not take within a name.
const LINE_ENDS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
/// The most bytes of the name of a key.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_NAME_BYTES: usize = 255;

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing in the descriptor shows one.
    #[error("nothing says which attributes are the key of the table")]
    Unknown,
    /// Two attributes of one name.
    #[error("the partition key and the sort key are both called {0}")]
    Same(String),
    /// A parameter of the API has the name.
    #[error("no key can be called {0}: a parameter of the API is called so")]
    Taken(String),
    /// Items have a hidden attribute of the name.
    #[error("no key can be called {0}: items have a hidden attribute that is called so")]
    Hidden(String),
    /// The template does not take the name.
    #[error(
        "no key can be called {0:?}: the template takes no white space at the ends of the name, and no line ends in it"
    )]
    Form(String),
    /// The name is longer than DynamoDB takes it.
    #[error("the name of a key has {0} bytes, and DynamoDB takes {MAX_NAME_BYTES}")]
    LongName(usize),
}

impl KeyError {
    /// What helps, in a sentence.
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

/// Sees that the template takes the names: what `AllowedPattern` says there.
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
