//! The token for the next page of a list.

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

/// The length of the seal before a token's key, in bytes: long enough to make guessing hopeless.
const SEAL_BYTES: usize = 16;

/// The subject of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The items of one partition key; `None` for the whole table.
    pub partition: Option<Partition>,
    /// The requested attributes; all when it is empty.
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
    /// Whether the order is descending.
    pub descending: bool,
}

impl List {
    /// Encodes a list as JSON. Different lists have different JSON.
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

/// The key after which a page begins. Clients see base64url text: a seal, followed by the key.
///
/// The key attributes are plain text, because other writers to the table may use other forms of them than the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextToken {
    partition: String,
    sort: Option<String>,
}

/// The JSON form of the token of a table of messages.
#[derive(Serialize, Deserialize)]
struct MessageToken<T> {
    date: T,
    time: T,
}

impl NextToken {
    /// Makes the token of the page that begins after `key`, which may be a whole item. `None` when it lacks the key of the table.
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

    /// Reads a token that [`NextToken::encode`] wrote for the same list of the same table; `None` for any other text.
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

    /// Writes the token as text that needs no escapes in a URL.
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

    /// Converts the token to DynamoDB's `ExclusiveStartKey`.
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

/// Seals a token's text together with its list. So the API refuses an altered token, or a token of another list, instead of
/// answering with the wrong messages. The seal does not protect any message: a token gives access to no more than a list without
/// a token does. So its key need not be secret, and the table's name, which differs between stacks, is enough.
fn sealing(json: &[u8], list: &List, table: &str, schema: &KeySchema) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(table.as_bytes()).expect("a key");
    // JSON values one after the other: no two schemas make the same text.
    mac.update(&schema_json(schema));
    mac.update(&list.to_json());
    mac.update(json);
    mac
}

/// Encodes the key attributes of a table as JSON, different for different keys. The key of messages makes nothing, because its
/// tokens are older than declared keys.
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
