//! The token that continues a list.

use std::collections::BTreeSet;

use attributes::{Attributes, KeySchema};
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use message::KeyType;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::key::KeyValue;

/// Length of the seal in front of a token's key, in bytes: long enough to make a guess hopeless.
const SEAL_BYTES: usize = 16;

/// What a list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// One partition key, or else the whole table.
    pub partition: Option<Partition>,
    /// The attributes that are asked for; all when it is empty.
    pub fields: BTreeSet<String>,
}

/// A part of the items of one partition key, in the order of the sort key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The partition key.
    pub key: KeyValue,
    /// The first sort key.
    pub from: Option<KeyValue>,
    /// The last sort key.
    pub to: Option<KeyValue>,
    /// Whether the last comes first.
    pub descending: bool,
}

impl List {
    /// Other JSON for each other list.
    fn to_json(&self) -> Vec<u8> {
        fn text(value: Option<&KeyValue>) -> Option<&str> {
            value.map(KeyValue::as_str)
        }
        let partition = self.partition.as_ref();
        let partition = partition.map(|of| {
            (
                of.key.as_str(),
                text(of.from.as_ref()),
                text(of.to.as_ref()),
                of.descending,
            )
        });
        // Strings always serialise.
        serde_json::to_vec(&(partition, &self.fields)).unwrap_or_default()
    }
}

/// The key after which a page begins. Clients see base64url text: a seal, and the key behind it.
///
/// The key attributes are plain text: whoever writes to the table in another way may use other forms than ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextToken {
    partition: String,
    sort: Option<String>,
}

/// The token of a table of messages, as JSON.
#[derive(Serialize, Deserialize)]
struct MessageToken<T> {
    date: T,
    time: T,
}

impl NextToken {
    /// The token of the page that begins after `key`, which may be a whole item. `None` when it has no key of the table.
    #[must_use]
    pub fn after(key: &Attributes, schema: &KeySchema) -> Option<Self> {
        let text = |(name, key_type)| match (key_type, key.get(name)?) {
            (KeyType::S, AttributeValue::S(text)) | (KeyType::N, AttributeValue::N(text)) => Some(text.clone()),
            _ => None,
        };
        Some(Self {
            partition: text(schema.partition())?,
            sort: match schema.sort() {
                Some(sort) => Some(text(sort)?),
                None => None,
            },
        })
    }

    /// Reads what [`NextToken::encode`] wrote for the same list of the same table; `None` for everything else.
    #[must_use]
    pub fn decode(text: &str, list: &List, table: &str, schema: &KeySchema) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (seal, json) = bytes.split_at_checked(SEAL_BYTES)?;
        sealing(json, list, table, schema).verify_truncated_left(seal).ok()?;
        Some(match schema {
            KeySchema::Messages => {
                let MessageToken { date, time } = serde_json::from_slice(json).ok()?;
                Self {
                    partition: date,
                    sort: Some(time),
                }
            }
            KeySchema::Declared(_) => {
                let (partition, sort) = serde_json::from_slice(json).ok()?;
                Self { partition, sort }
            }
        })
    }

    /// The token as text that needs no escaping in a URL.
    #[must_use]
    pub fn encode(&self, list: &List, table: &str, schema: &KeySchema) -> String {
        let Self { partition, sort } = self;
        let json = match schema {
            KeySchema::Messages => serde_json::to_vec(&MessageToken {
                date: partition.as_str(),
                time: sort.as_deref().unwrap_or_default(),
            }),
            KeySchema::Declared(_) => serde_json::to_vec(&(partition, sort)),
        };
        // Strings always serialise.
        let json = json.unwrap_or_default();
        let seal = sealing(&json, list, table, schema).finalize().into_bytes();
        BASE64_URL_SAFE_NO_PAD.encode([&seal[..SEAL_BYTES], &json].concat())
    }

    /// DynamoDB's `ExclusiveStartKey`.
    #[must_use]
    pub fn into_start_key(self, schema: &KeySchema) -> Attributes {
        let attribute = |(name, key_type): (&str, KeyType), text| {
            let value = match key_type {
                KeyType::S => AttributeValue::S(text),
                KeyType::N => AttributeValue::N(text),
            };
            (name.to_owned(), value)
        };
        let partition = attribute(schema.partition(), self.partition);
        let sort = schema.sort().zip(self.sort).map(|(sort, text)| attribute(sort, text));
        std::iter::once(partition).chain(sort).collect()
    }
}

/// Seals a token's text together with the list that it is for, so that an altered token, or one of another list, is told
/// from a good one instead of answering with other messages than those that come next. It keeps nobody from a message: a
/// token opens no more than a list without one does. So the key needs to be no secret, and the table's name, which is
/// another one for each stack, will do.
fn sealing(json: &[u8], list: &List, table: &str, schema: &KeySchema) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(table.as_bytes()).expect("a key");
    // One JSON value behind the other: those of two schemas never make the same text.
    mac.update(&schema_json(schema));
    mac.update(&list.to_json());
    mac.update(json);
    mac
}

/// Other JSON for each other key of a table; nothing for that of messages, whose tokens are older than other keys.
fn schema_json(schema: &KeySchema) -> Vec<u8> {
    let part = |(name, key_type): (_, KeyType)| (name, key_type.to_string());
    match schema {
        KeySchema::Messages => Vec::new(),
        // Strings always serialise.
        KeySchema::Declared(_) => {
            let parts = (part(schema.partition()), schema.sort().map(part));
            serde_json::to_vec(&parts).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests;
