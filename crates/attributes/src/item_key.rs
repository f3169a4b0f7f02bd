//! The key of an item in DynamoDB JSON, as calls send it and replies return it.

use std::fmt::{self, Write};
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use message::{
    Decimal, Key, KeyAttribute, KeyError, KeyType, MAX_PARTITION_BYTES, MAX_SORT_BYTES, Number, TableKey, names,
};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{Attributes, KeyJson};

/// What the keys of a table are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeySchema {
    /// Those of messages: a date and a time of day.
    #[default]
    Messages,
    /// Those of a table of another shape. Cheap to clone.
    Declared(Arc<TableKey>),
}

/// The key of an item. Equal keys are equal to DynamoDB, too. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ItemKey {
    /// That of a message.
    Message(Key),
    /// That of an item of another shape: its attributes in DynamoDB JSON, in the table's order, numbers in one form.
    Declared(Arc<str>),
}

/// Why attributes have no key of a table.
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
    /// It is not there.
    #[error("is missing; every item has it, as a part of its key")]
    Missing,
    /// It is there with another type.
    #[error("must be of the type {0}, as the table's key says")]
    Type(KeyType),
    /// It is no date or no time of day.
    #[error(transparent)]
    Form(KeyError),
    /// It is an empty text.
    #[error("must not be empty, as a part of the key")]
    Empty,
    /// It is too long.
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
        self.partition().0 == name || self.sort().is_some_and(|(sort, _)| sort == name)
    }

    /// The key among attributes.
    ///
    /// # Errors
    /// [`KeyFault`], the first.
    pub fn key_in(&self, attributes: &Attributes) -> Result<ItemKey, KeyFault> {
        match self {
            Self::Messages => {
                let text = |attribute: &str| match attributes.get(attribute) {
                    Some(AttributeValue::S(text)) => Ok(text),
                    Some(_) => Err(fault(attribute, KeyViolation::Type(KeyType::S))),
                    None => Err(fault(attribute, KeyViolation::Missing)),
                };
                let form = |attribute| move |error| fault(attribute, KeyViolation::Form(error));
                Ok(ItemKey::Message(Key {
                    date: text(names::DATE)?.parse().map_err(form(names::DATE))?,
                    time: text(names::TIME)?.parse().map_err(form(names::TIME))?,
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

    /// The key of these texts; `sort` is of no account where the table has no sort key.
    ///
    /// # Errors
    /// [`KeyFault`], the first; [`KeyViolation::Type`] for a text that is no number where one is wanted.
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

    /// The key among attributes in DynamoDB JSON; `None` when it is not all there.
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
    let mut json = "{".to_owned();
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
            // Numbers that are equal to DynamoDB must be equal keys.
            Ok(value) => {
                Decimal::of(value.as_str()).write(&mut number);
                &number
            }
            Err(_) => return violated(KeyViolation::Type(KeyType::N)),
        },
    };
    // A JSON value displays itself as compact JSON.
    json.push_str(&Value::from(name.as_str()).to_string());
    // Writing to a string always succeeds.
    _ = write!(json, ":{{\"{key_type}\":");
    json.push_str(&Value::from(text).to_string());
    json.push('}');
    Ok(())
}

impl Serialize for ItemKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Message(key) => KeyJson(*key).serialize(serializer),
            Self::Declared(json) => {
                let raw: &RawValue = serde_json::from_str(json).map_err(S::Error::custom)?;
                raw.serialize(serializer)
            }
        }
    }
}

/// Its DynamoDB JSON.
impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(key) => KeyJson(*key).fmt(f),
            Self::Declared(json) => f.write_str(json),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dynamodb_json;

    fn numbered() -> KeySchema {
        let attribute = |name: &str, key_type| KeyAttribute {
            name: name.to_owned(),
            key_type,
        };
        KeySchema::from(Some(TableKey {
            partition: attribute("p \"k\"", KeyType::S),
            sort: Some(attribute("n", KeyType::N)),
        }))
    }

    fn both_ways(schema: &KeySchema, attributes: &Value) -> Result<ItemKey, String> {
        let read = dynamodb_json::attributes(attributes.clone()).unwrap();
        let key = schema.key_in(&read).map_err(|fault| fault.to_string());
        assert_eq!(schema.key_in_json(attributes), key.as_ref().ok().cloned());
        key
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for (schema, attributes) in [
            (
                KeySchema::Messages,
                json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05.250"}}),
            ),
            (numbered(), json!({"p \"k\"": {"S": "ä\n\""}, "n": {"N": "-7.5"}})),
        ] {
            let key = both_ways(&schema, &attributes).unwrap();
            assert_eq!(serde_json::to_value(&key).unwrap(), attributes);
            assert_eq!(serde_json::from_str::<Value>(&key.to_string()).unwrap(), attributes);
        }
    }

    #[test]
    fn equal_numbers_are_equal_keys() {
        let key = |number: &str| both_ways(&numbered(), &json!({"p \"k\"": {"S": "a"}, "n": {"N": number}})).unwrap();
        assert_eq!(key("7.0"), key("7"));
        assert_eq!(key("70e-1"), key("7"));
        assert_ne!(key("7.1"), key("7"));
    }

    #[test]
    fn a_table_may_have_no_sort_key() {
        let partition = KeyAttribute {
            name: "id".to_owned(),
            key_type: KeyType::S,
        };
        let schema = KeySchema::from(Some(TableKey { partition, sort: None }));
        let key = both_ways(&schema, &json!({"id": {"S": "a"}, "n": {"N": "1"}})).unwrap();
        assert_eq!(key.to_string(), r#"{"id":{"S":"a"}}"#);
        assert!(schema.has("id") && !schema.has("n"));
    }

    #[test]
    fn what_is_no_key_is_named() {
        let long = "x".repeat(MAX_PARTITION_BYTES + 1);
        for (schema, attributes, wanted) in [
            (
                KeySchema::Messages,
                json!({"date": {"S": "2001-01-01"}}),
                "time is missing",
            ),
            (
                KeySchema::Messages,
                json!({"date": {"S": "2001-01-01"}, "time": {"N": "9"}}),
                "time must be of the type S",
            ),
            (
                KeySchema::Messages,
                json!({"date": {"S": "01.01.2001"}, "time": {"S": "09:01:05"}}),
                "date must be a date",
            ),
            (
                numbered(),
                json!({"p \"k\"": {"S": "a"}, "n": {"S": "1"}}),
                "n must be of the type N",
            ),
            (
                numbered(),
                json!({"p \"k\"": {"S": ""}, "n": {"N": "1"}}),
                "p \"k\" must not be empty",
            ),
            (
                numbered(),
                json!({"p \"k\"": {"S": long}, "n": {"N": "1"}}),
                "p \"k\" has 2049 bytes",
            ),
        ] {
            let fault = both_ways(&schema, &attributes).unwrap_err();
            assert!(fault.starts_with(wanted), "{fault}");
        }
    }
}
