//! The token that continues a list.

use attributes::Attributes;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use message::{Date, names};
use serde::{Deserialize, Serialize};

/// The most bytes of a hash key.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_HASH_KEY_BYTES: usize = 2048;
/// The most bytes of a range key (same source).
const MAX_RANGE_KEY_BYTES: usize = 1024;

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The whole table.
    All,
    /// One date.
    OfDate(Date),
}

/// The key after which a page begins, and the list that it is a page of. Clients see base64url text.
///
/// The key attributes are plain text: whoever writes to the table in another way may use other forms than ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextToken {
    /// The date that the list is limited to.
    of_date: Option<String>,
    date: String,
    time: String,
}

impl NextToken {
    /// The token of the page of `list` that begins after the key `date`, `time`.
    #[must_use]
    pub fn new(list: List, date: &str, time: &str) -> Self {
        Self {
            of_date: list.date(),
            date: date.to_owned(),
            time: time.to_owned(),
        }
    }

    /// The token of the page of `list` that begins after `key`, which may be a whole item.
    #[must_use]
    pub fn after(list: List, key: &Attributes) -> Option<Self> {
        let text = |name| key.get(name)?.as_s().ok();
        Some(Self::new(list, text(names::DATE)?, text(names::TIME)?))
    }

    /// Reads what [`NextToken::encode`] wrote.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let token: Self = serde_json::from_slice(&json).ok()?;
        // DynamoDB refuses other keys; a token with one was not made here.
        let fits = |key: &str, most| (1..=most).contains(&key.len());
        (fits(&token.date, MAX_HASH_KEY_BYTES) && fits(&token.time, MAX_RANGE_KEY_BYTES)).then_some(token)
    }

    /// The token as text that needs no escaping in a URL.
    #[must_use]
    pub fn encode(&self) -> String {
        // A struct of strings always serialises.
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Whether it continues `list`.
    #[must_use]
    pub fn belongs_to(&self, list: List) -> bool {
        self.of_date == list.date() && self.of_date.as_ref().is_none_or(|date| *date == self.date)
    }

    /// DynamoDB's `ExclusiveStartKey`.
    #[must_use]
    pub fn into_start_key(self) -> Attributes {
        Attributes::from([
            (names::DATE.to_owned(), AttributeValue::S(self.date)),
            (names::TIME.to_owned(), AttributeValue::S(self.time)),
        ])
    }
}

impl List {
    fn date(self) -> Option<String> {
        match self {
            Self::All => None,
            Self::OfDate(date) => Some(date.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_way_to_the_client_and_back() {
        for list in [List::All, List::OfDate("2001-01-01".parse().unwrap())] {
            let token = NextToken::new(list, "2001-01-01", "ä/?&=+");
            let text = token.encode();
            assert!(
                text.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
                "{text}"
            );
            let back = NextToken::decode(&text).unwrap();
            assert!(back.belongs_to(list));
            let key = back.into_start_key();
            assert_eq!(key["time"], AttributeValue::S("ä/?&=+".into()));
            assert_eq!(NextToken::after(list, &key), Some(token));
        }
    }

    #[test]
    fn what_was_not_made_here_is_refused() {
        for json in [
            r#"{"of_date":null,"date":"","time":"x"}"#,
            r#"{"of_date":null,"date":"x"}"#,
            r#"{"of_date":null,"date":"x","time":1}"#,
            r#"{"of_date":null,"date":"x","time":"y","more":1}"#,
        ] {
            assert_eq!(NextToken::decode(&BASE64_URL_SAFE_NO_PAD.encode(json)), None, "{json}");
        }
        for (date, time, made_here) in [(2048, 1024, true), (2049, 1, false), (1, 1025, false)] {
            let token = NextToken::new(List::All, &"d".repeat(date), &"t".repeat(time));
            assert_eq!(NextToken::decode(&token.encode()).is_some(), made_here, "{date} {time}");
        }
        let other_partition = r#"{"of_date":"2001-01-01","date":"2001-01-02","time":"09:01:05"}"#;
        let token = NextToken::decode(&BASE64_URL_SAFE_NO_PAD.encode(other_partition)).unwrap();
        assert!(!token.belongs_to(List::OfDate("2001-01-01".parse().unwrap())));
    }
}
