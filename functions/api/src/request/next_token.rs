//! The token that continues a list.

use std::collections::BTreeSet;

use attributes::Attributes;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use message::{Date, Time, names};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Length of the seal in front of a token's key, in bytes: long enough to make a guess hopeless.
const SEAL_BYTES: usize = 16;

/// What a list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// One date, or else the whole table.
    pub day: Option<Day>,
    /// The attributes that are asked for; all when it is empty.
    pub fields: BTreeSet<String>,
}

/// A part of one date, in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The date.
    pub date: Date,
    /// The first time.
    pub from: Option<Time>,
    /// The last time.
    pub to: Option<Time>,
    /// Whether the latest comes first.
    pub descending: bool,
}

impl List {
    /// Other JSON for each other list.
    fn to_json(&self) -> Vec<u8> {
        let text = |time: &Option<Time>| time.map(|time| time.to_string());
        let day = self.day.as_ref();
        let day = day.map(|day| (day.date.to_string(), text(&day.from), text(&day.to), day.descending));
        // Strings always serialise.
        serde_json::to_vec(&(day, &self.fields)).unwrap_or_default()
    }
}

/// The key after which a page begins. Clients see base64url text: a seal, and the key behind it.
///
/// The key attributes are plain text: whoever writes to the table in another way may use other forms than ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextToken {
    date: String,
    time: String,
}

impl NextToken {
    /// The token of the page that begins after `key`, which may be a whole item. `None` when it has no key.
    #[must_use]
    pub fn after(key: &Attributes) -> Option<Self> {
        let text = |name| Some(key.get(name)?.as_s().ok()?.clone());
        Some(Self {
            date: text(names::DATE)?,
            time: text(names::TIME)?,
        })
    }

    /// Reads what [`NextToken::encode`] wrote for the same list of the same table; `None` for everything else.
    #[must_use]
    pub fn decode(text: &str, list: &List, table: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (seal, json) = bytes.split_at_checked(SEAL_BYTES)?;
        sealing(json, list, table).verify_truncated_left(seal).ok()?;
        serde_json::from_slice(json).ok()
    }

    /// The token as text that needs no escaping in a URL.
    #[must_use]
    pub fn encode(&self, list: &List, table: &str) -> String {
        // A struct of strings always serialises.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let seal = sealing(&json, list, table).finalize().into_bytes();
        BASE64_URL_SAFE_NO_PAD.encode([&seal[..SEAL_BYTES], &json].concat())
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

/// Seals a token's text together with the list that it is for, so that an altered token, or one of another list, is told
/// from a good one instead of answering with other messages than those that come next. It keeps nobody from a message: a
/// token opens no more than a list without one does. So the key needs to be no secret, and the table's name, which is
/// another one for each stack, will do.
fn sealing(json: &[u8], list: &List, table: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(table.as_bytes()).expect("a key");
    mac.update(&list.to_json());
    mac.update(json);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(date: &str, time: &str) -> NextToken {
        let (date, time) = (date.to_owned(), time.to_owned());
        NextToken { date, time }
    }

    fn day() -> Day {
        Day {
            date: "2001-01-01".parse().unwrap(),
            from: Some("09:00:00".parse().unwrap()),
            to: None,
            descending: false,
        }
    }

    fn list(day: Option<Day>, fields: &[&str]) -> List {
        let fields = fields.iter().map(|name| (*name).to_owned()).collect();
        List { day, fields }
    }

    #[test]
    fn a_token_survives_the_way_to_the_client_and_back() {
        for list in [List::default(), list(Some(day()), &["source"])] {
            let token = token("2001-01-01", "ä/?&=+");
            let text = token.encode(&list, "messages");
            let url_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            assert!(text.bytes().all(url_safe), "{text}");
            let back = NextToken::decode(&text, &list, "messages").unwrap();
            let key = back.into_start_key();
            assert_eq!(key["time"], AttributeValue::S("ä/?&=+".into()));
            assert_eq!(NextToken::after(&key), Some(token));
        }
    }

    #[test]
    fn a_token_of_another_list_or_table_is_none() {
        let with = |change: fn(&mut Day)| {
            let mut day = day();
            change(&mut day);
            Some(day)
        };
        let lists = [
            List::default(),
            list(None, &["source"]),
            list(with(|_| {}), &[]),
            list(with(|_| {}), &["source"]),
            list(with(|_| {}), &["source", "time"]),
            list(with(|day| day.date = "2001-01-02".parse().unwrap()), &[]),
            list(with(|day| day.from = None), &[]),
            list(with(|day| std::mem::swap(&mut day.from, &mut day.to)), &[]),
            list(with(|day| day.from = Some("09:00:00.000".parse().unwrap())), &[]),
            list(with(|day| day.descending = true), &[]),
        ];
        for given in &lists {
            let text = token("2001-01-01", "09:01:05").encode(given, "messages");
            for asked in &lists {
                let found = NextToken::decode(&text, asked, "messages").is_some();
                assert_eq!(found, given == asked, "{given:?} {asked:?}");
            }
            assert_eq!(NextToken::decode(&text, given, "other"), None);
        }
    }

    #[test]
    fn an_altered_token_is_none() {
        let list = List::default();
        let text = token("2001-01-01", "09:01:05").encode(&list, "messages");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut altered = bytes.clone();
                altered[at] ^= 1 << bit;
                let altered = BASE64_URL_SAFE_NO_PAD.encode(altered);
                assert_eq!(
                    NextToken::decode(&altered, &list, "messages"),
                    None,
                    "bit {bit} of {at}"
                );
            }
        }
        for cut in 0..text.len() {
            assert_eq!(NextToken::decode(&text[..cut], &list, "messages"), None, "{cut}");
        }
        for text in [
            format!("{text}="),
            format!("{text}AA"),
            format!(" {text}"),
            "e30".to_owned(),
        ] {
            assert_eq!(NextToken::decode(&text, &list, "messages"), None, "{text}");
        }
    }
}
