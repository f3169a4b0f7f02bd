//! The key of a message in DynamoDB JSON.

use std::fmt::{self, Display};

use message::{Key, names};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The key attributes of a message, written as DynamoDB JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageKey(pub Key);

/// Text as an attribute value.
struct Text<T>(T);

impl Serialize for MessageKey {
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

impl Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
