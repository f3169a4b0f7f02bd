//! The ingest id, as messages carry it.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The attribute `IngestId` of a message: the id of the ingest and, if the ledger gave one, the number of the attempt that sent
/// the message. Its text is the UUID, or the UUID, `/` and the number.
///
/// Only the ledger uses the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IngestId {
    /// The id, which all messages of an upload share.
    pub id: Uuid,
    /// The attempt, from 1; `None` when the ledger does not count the message.
    pub attempt: Option<u32>,
}

/// The error for a text that is not an [`IngestId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a UUID, or a UUID, `/` and the number of an attempt from 1 to 4294967295, such as \
     0195d0c2-6a40-7000-8000-000000000000/1"
)]
pub struct IngestIdError;

impl From<Uuid> for IngestId {
    fn from(id: Uuid) -> Self {
        Self { id, attempt: None }
    }
}

impl FromStr for IngestId {
    type Err = IngestIdError;

    fn from_str(text: &str) -> Result<Self, IngestIdError> {
        let (id, attempt) = match text.split_once('/') {
            Some((id, attempt)) => (id, Some(number(attempt)?)),
            None => (text, None),
        };
        let id = Uuid::try_parse(id).map_err(|_| IngestIdError)?;
        Ok(Self { id, attempt })
    }
}

/// Reads a decimal number from 1, without a sign or leading zeros.
fn number(text: &str) -> Result<u32, IngestIdError> {
    let is_plain = text.starts_with(|first: char| matches!(first, '1'..='9'));
    let number = is_plain.then(|| text.parse().ok()).flatten();
    number.ok_or(IngestIdError)
}

impl fmt::Display for IngestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, attempt } = self;
        match attempt {
            Some(attempt) => write!(f, "{id}/{attempt}"),
            None => write!(f, "{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0195d0c2-6a40-7000-8000-000000000000";

    #[test]
    fn an_id_is_read_with_its_attempt_or_without() {
        let read = |text: &str| text.parse::<IngestId>().map(|id| (id.id.to_string(), id.attempt));
        assert_eq!(read(ID), Ok((ID.to_owned(), None)));
        assert_eq!(read(&format!("{ID}/7")), Ok((ID.to_owned(), Some(7))));
        assert_eq!(read(&format!("{ID}/4294967295")), Ok((ID.to_owned(), Some(u32::MAX))));
        for end in ["/", "/0", "/01", "/+1", "/-1", "/1/2", "/4294967296", "/x", "/ 1", " "] {
            assert_eq!(read(&format!("{ID}{end}")), Err(IngestIdError), "{end}");
        }
        assert_eq!(read("secret"), Err(IngestIdError));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(id: u128, attempt in proptest::option::of(1..=u32::MAX)) {
            let id = IngestId { id: Uuid::from_u128(id), attempt };
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn no_text_is_read_as_another_one(text in "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/[0-9+]{1,11})?") {
            if let Ok(id) = text.parse::<IngestId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
