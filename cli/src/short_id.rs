//! Short ids of ingests, as `messages ingests` prints them.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The number of digits of a short id.
const DIGITS: usize = 8;

/// The short id of an ingest: the last eight hexadecimal digits of its id. They belong to a digest of the upload, while the first
/// digits are a time, which ingests of one minute share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortId(String);

/// The error of a text that is no short id.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a short id has {DIGITS} hexadecimal digits")]
pub struct NotShort;

impl ShortId {
    /// The short id of an ingest.
    #[must_use]
    pub fn of(id: Uuid) -> Self {
        let id = id.simple().to_string();
        Self(id[id.len() - DIGITS..].to_owned())
    }

    /// Whether an ingest has this short id.
    #[must_use]
    pub fn is_of(&self, id: Uuid) -> bool {
        *self == Self::of(id)
    }
}

impl FromStr for ShortId {
    type Err = NotShort;

    fn from_str(text: &str) -> Result<Self, NotShort> {
        let is_short = text.len() == DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_short.then(|| Self(text.to_ascii_lowercase())).ok_or(NotShort)
    }
}

impl fmt::Display for ShortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_is_the_end_of_an_id() {
        let id: Uuid = "019b76da-a800-7000-8000-0123456789ab".parse().unwrap();
        assert_eq!(ShortId::of(id).to_string(), "456789ab");
        let typed: ShortId = "456789AB".parse().unwrap();
        assert!(typed.is_of(id));
        for other in ["456789a", "456789abc", "a.csv.gz", "ünicöde", ""] {
            assert_eq!(other.parse::<ShortId>(), Err(NotShort), "{other}");
        }
    }
}
