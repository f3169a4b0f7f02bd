//! The key of a message in DynamoDB JSON, as calls send it and replies return it.

use std::fmt::{self, Display};

use message::{Key, names};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// The key attributes of a message, written as DynamoDB JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyJson(pub Key);

/// Text as an attribute value.
struct Text<T>(T);

impl Serialize for KeyJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut attributes = serializer.serialize_map(Some(2))?;
        attributes.serialize_entry(names::DATE, &Text(self.0.date))?;
        attributes.serialize_entry(names::TIME, &Text(self.0.time))?;
        attributes.end()
    }
}

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serializer.serialize_map(Some(1))?;
        value.serialize_entry("S", &format_args!("{}", self.0))?;
        value.end()
    }
}

impl Display for KeyJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// The key in attributes in DynamoDB JSON; `None` when it is not all there.
#[must_use]
pub fn key_of(attributes: &Value) -> Option<Key> {
    let text = |name| attributes.get(name)?.get("S")?.as_str();
    Some(Key {
        date: text(names::DATE)?.parse().ok()?,
        time: text(names::TIME)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let attributes = json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05.250"}});
        let key = key_of(&attributes).unwrap();
        assert_eq!(serde_json::to_value(KeyJson(key)).unwrap(), attributes);
        assert_eq!(KeyJson(key).to_string(), attributes.to_string());
    }

    #[test]
    fn what_is_no_key_is_none() {
        for attributes in [
            json!({"date": {"S": "2001-01-01"}}),
            json!({"date": {"S": "2001-01-01"}, "time": {"N": "9"}}),
            json!({"date": {"S": "01.01.2001"}, "time": {"S": "09:01:05"}}),
            json!([]),
        ] {
            assert_eq!(key_of(&attributes), None, "{attributes}");
        }
    }
}
