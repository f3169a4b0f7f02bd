//! DynamoDB JSON as DynamoDB itself writes it.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::Attributes;

/// A value as DynamoDB writes it, read without `serde_json::Value` in between: that type gives two member names a special
/// meaning, so an attribute with such a name would make its item unreadable.
#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Stored {
    S(String),
    N(String),
    B(Bytes),
    Bool(bool),
    Null(bool),
    L(Vec<Stored>),
    M(HashMap<String, Stored>),
    Ss(Vec<String>),
    Ns(Vec<String>),
    Bs(Vec<Bytes>),
}

struct Bytes(Blob);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_STANDARD.decode(text).map_err(Error::custom)?;
        Ok(Self(Blob::new(bytes)))
    }
}

/// Reads the attributes of an item that DynamoDB returned. Only the form is checked; values are taken as they are.
///
/// # Errors
/// The line and column of anything that is not DynamoDB JSON.
pub fn stored(json: &str) -> serde_json::Result<Attributes> {
    let members: HashMap<String, Stored> = serde_json::from_str(json)?;
    Ok(attributes(members))
}

fn attributes(members: HashMap<String, Stored>) -> Attributes {
    members
        .into_iter()
        .map(|(name, stored)| (name, value(stored)))
        .collect()
}

fn value(stored: Stored) -> AttributeValue {
    match stored {
        Stored::S(text) => AttributeValue::S(text),
        Stored::N(number) => AttributeValue::N(number),
        Stored::B(Bytes(blob)) => AttributeValue::B(blob),
        Stored::Bool(value) => AttributeValue::Bool(value),
        Stored::Null(value) => AttributeValue::Null(value),
        Stored::L(elements) => AttributeValue::L(elements.into_iter().map(value).collect()),
        Stored::M(members) => AttributeValue::M(attributes(members)),
        Stored::Ss(texts) => AttributeValue::Ss(texts),
        Stored::Ns(numbers) => AttributeValue::Ns(numbers),
        Stored::Bs(blobs) => AttributeValue::Bs(blobs.into_iter().map(|Bytes(blob)| blob).collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dynamodb_json;

    #[test]
    fn every_type_is_read() {
        let all = json!({
            "S": {"S": "text"}, "N": {"N": "4.390"}, "B": {"B": "AQI="}, "BOOL": {"BOOL": false}, "NULL": {"NULL": true},
            "L": {"L": [{"S": ""}, {"N": "1"}]}, "M": {"M": {"a/b": {"S": "x"}}},
            "SS": {"SS": ["a", "b"]}, "NS": {"NS": ["1", "2.50"]}, "BS": {"BS": ["AQ==", "Ag=="]},
        });
        let read = stored(&all.to_string()).unwrap();
        assert_eq!(dynamodb_json::to_value(&read), all);
        assert_eq!(read, dynamodb_json::attributes(all).unwrap());
    }

    #[test]
    fn no_name_makes_an_item_unreadable() {
        for name in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
            let read = stored(&format!(r#"{{"{name}":{{"M":{{"{name}":{{"S":"1"}}}}}}}}"#)).unwrap();
            assert_eq!(read[name].as_m().unwrap()[name], AttributeValue::S("1".to_owned()));
        }
    }

    #[test]
    fn what_is_no_item_is_an_error() {
        for json in [r#"{"a":"text"}"#, r#"{"a":{"T":"x"}}"#, r#"{"a":{"B":"*"}}"#, "[]", "{"] {
            assert!(stored(json).is_err(), "{json}");
        }
    }
}
