//! The key of an item in DynamoDB JSON, as calls send it and replies return it.

mod message_json;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use message::{
    Decimal, Key, KeyAttribute, KeyError, KeyType, MAX_PARTITION_BYTES, MAX_SORT_BYTES, Number, TableKey, names,
};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use self::message_json::MessageKey;
use crate::Attributes;

/// Room for a key's JSON syntax without its names, texts and escapes, `{"":{"S":""},"":{"N":""}}`, in bytes.
const MAX_JSON: usize = 32;

/// The key attributes of a table. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeySchema {
    /// The key of the message table: a date and a time of day.
    #[default]
    Messages,
    /// The key of a table of another shape.
    Declared(Arc<TableKey>),
}

/// The key of an item. Two keys are equal when DynamoDB takes them for equal. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKey {
    /// The key of a message.
    Message(Key),
    /// The key of an item of another shape: its attributes in DynamoDB JSON, in the table's order, equal numbers in one form.
    Declared(Arc<str>),
}

/// Why attributes do not contain a key of a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{attribute} {violation}")]
pub struct KeyFault {
    /// The attribute of the key.
    pub attribute: String,
    /// What is wrong with it.
    pub violation: KeyViolation,
}

/// What is wrong with an attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyViolation {
    /// The attribute is missing.
    #[error("is missing; every item has it, as a part of its key")]
    Missing,
    /// The attribute has another type.
    #[error("must be of the type {0}, as the table's key says")]
    Type(KeyType),
    /// The text is not a date or not a time of day.
    #[error(transparent)]
    Form(KeyError),
    /// The text is empty.
    #[error("must not be empty, as a part of the key")]
    Empty,
    /// The text is too long.
    #[error("has {bytes} bytes; DynamoDB takes {most} of this part of a key")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The greatest length.
        most: usize,
    },
}

impl From<Option<TableKey>> for KeySchema {
    fn from(key: Option<TableKey>) -> Self {
        key.map_or(Self::Messages, |key| Self::Declared(Arc::new(key)))
    }
}

impl KeySchema {
    /// The name and type of the partition key.
    #[must_use]
    pub fn partition(&self) -> (&str, KeyType) {
        match self {
            Self::Messages => (names::DATE, KeyType::S),
            Self::Declared(key) => (&key.partition.name, key.partition.key_type),
        }
    }

    /// The name and type of the sort key, if the table has one.
    #[must_use]
    pub fn sort(&self) -> Option<(&str, KeyType)> {
        match self {
            Self::Messages => Some((names::TIME, KeyType::S)),
            Self::Declared(key) => key.sort.as_ref().map(|sort| (sort.name.as_str(), sort.key_type)),
        }
    }

    /// Whether an attribute of this name is a part of the key.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.type_of(name).is_some()
    }

    /// The type of a part of the key; `None` for any other attribute.
    #[must_use]
    pub fn type_of(&self, name: &str) -> Option<KeyType> {
        let (partition, partition_type) = self.partition();
        if partition == name {
            return Some(partition_type);
        }
        self.sort()
            .filter(|(sort, _)| *sort == name)
            .map(|(_, sort_type)| sort_type)
    }

    /// Takes the key from attributes.
    ///
    /// # Errors
    /// The first [`KeyFault`].
    pub fn key_in(&self, attributes: &Attributes) -> Result<ItemKey, KeyFault> {
        match self {
            Self::Messages => {
                let text = |attribute: &str| match attributes.get(attribute) {
                    Some(AttributeValue::S(text)) => Ok(text),
                    Some(_) => Err(fault(attribute, KeyViolation::Type(KeyType::S))),
                    None => Err(fault(attribute, KeyViolation::Missing)),
                };
                let form = |attribute| move |error| fault(attribute, KeyViolation::Form(error));
                let (date, time) = (text(names::DATE)?, text(names::TIME)?);
                Ok(ItemKey::Message(Key {
                    date: date.parse().map_err(form(names::DATE))?,
                    time: time.parse().map_err(form(names::TIME))?,
                }))
            }
            Self::Declared(key) => {
                let value = |attribute: &KeyAttribute| match (attribute.key_type, attributes.get(&attribute.name)) {
                    (KeyType::S, Some(AttributeValue::S(text))) | (KeyType::N, Some(AttributeValue::N(text))) => {
                        Ok(text.as_str())
                    }
                    (wanted, Some(_)) => Err(fault(&attribute.name, KeyViolation::Type(wanted))),
                    (_, None) => Err(fault(&attribute.name, KeyViolation::Missing)),
                };
                let partition = value(&key.partition)?;
                let sort = key.sort.as_ref().map(value).transpose()?;
                declared(key, partition, sort.unwrap_or_default())
            }
        }
    }

    /// Makes a key of the texts of its parts. `sort` is ignored when the table has no sort key.
    ///
    /// # Errors
    /// The first [`KeyFault`]; [`KeyViolation::Type`] for a text that should be a number.
    pub fn key_of_texts(&self, partition: &str, sort: &str) -> Result<ItemKey, KeyFault> {
        match self {
            Self::Messages => {
                let form = |attribute| move |error| fault(attribute, KeyViolation::Form(error));
                Ok(ItemKey::Message(Key {
                    date: partition.parse().map_err(form(names::DATE))?,
                    time: sort.parse().map_err(form(names::TIME))?,
                }))
            }
            Self::Declared(key) => declared(key, partition, sort),
        }
    }

    /// Takes the key from attributes in DynamoDB JSON; `None` when it is incomplete or invalid.
    #[must_use]
    pub fn key_in_json(&self, attributes: &Value) -> Option<ItemKey> {
        let text = |(name, key_type): (&str, KeyType)| {
            let descriptor = if key_type == KeyType::S { "S" } else { "N" };
            attributes.get(name)?.get(descriptor)?.as_str()
        };
        let partition = text(self.partition())?;
        let sort = match self.sort() {
            Some(sort) => text(sort)?,
            None => "",
        };
        self.key_of_texts(partition, sort).ok()
    }
}

fn fault(attribute: &str, violation: KeyViolation) -> KeyFault {
    KeyFault {
        attribute: attribute.to_owned(),
        violation,
    }
}

fn declared(key: &TableKey, partition: &str, sort: &str) -> Result<ItemKey, KeyFault> {
    let names: usize = key.attributes().map(|attribute| attribute.name.len()).sum();
    let mut json = String::with_capacity(names + partition.len() + sort.len() + MAX_JSON);
    json.push('{');
    push(&key.partition, partition, MAX_PARTITION_BYTES, &mut json)?;
    if let Some(attribute) = &key.sort {
        json.push(',');
        push(attribute, sort, MAX_SORT_BYTES, &mut json)?;
    }
    json.push('}');
    Ok(ItemKey::Declared(json.into()))
}

/// Appends `"name":{"S":"text"}`.
fn push(attribute: &KeyAttribute, text: &str, most: usize, json: &mut String) -> Result<(), KeyFault> {
    let KeyAttribute { name, key_type } = attribute;
    let violated = |violation| Err(fault(name, violation));
    let mut number = String::new();
    let text = match key_type {
        KeyType::S if text.is_empty() => return violated(KeyViolation::Empty),
        KeyType::S if text.len() > most => {
            return violated(KeyViolation::TooLong {
                bytes: text.len(),
                most,
            });
        }
        KeyType::S => text,
        KeyType::N => match Number::parse(text) {
            // DynamoDB takes `7` and `7.0` for equal, so they must make equal keys.
            Ok(value) => {
                Decimal::of(value.as_str()).write(&mut number);
                &number
            }
            Err(_) => return violated(KeyViolation::Type(KeyType::N)),
        },
    };
    push_text(name, json);
    json.push_str(match key_type {
        KeyType::S => ":{\"S\":",
        KeyType::N => ":{\"N\":",
    });
    push_text(text, json);
    json.push('}');
    Ok(())
}

/// Appends a text as a JSON string.
fn push_text(text: &str, json: &mut String) {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        json.push_str(&Value::from(text).to_string());
        return;
    }
    json.push('"');
    json.push_str(text);
    json.push('"');
}

/// Hashes the key without its kind: all keys of a table are of one kind, and the writer hashes several times per message.
impl Hash for ItemKey {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self {
            Self::Message(key) => key.hash(hasher),
            Self::Declared(json) => json.hash(hasher),
        }
    }
}

impl Serialize for ItemKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Message(key) => MessageKey(*key).serialize(serializer),
            Self::Declared(json) => {
                let raw: &RawValue = serde_json::from_str(json).map_err(S::Error::custom)?;
                raw.serialize(serializer)
            }
        }
    }
}

/// Displays the key as DynamoDB JSON.
impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(key) => MessageKey(*key).fmt(f),
            Self::Declared(json) => f.write_str(json),
        }
    }
}
