//! Keys in DynamoDB JSON, as calls send them and replies return them.

use std::fmt;

use message::{Key, names};
use serde_json::Value;

/// Writes the key attributes as DynamoDB JSON. Dates and times have nothing to escape.
pub struct KeyJson(pub Key);

impl fmt::Display for KeyJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { date, time } = self.0;
        let [date_name, time_name] = [names::DATE, names::TIME];
        write!(
            f,
            r#"{{"{date_name}":{{"S":"{date}"}},"{time_name}":{{"S":"{time}"}}}}"#
        )
    }
}

/// The key in attributes in DynamoDB JSON; `None` when it is not all there.
pub fn key_of(attributes: &Value) -> Option<Key> {
    let text = |name| attributes.get(name)?.get("S")?.as_str();
    Some(Key {
        date: text(names::DATE)?.parse().ok()?,
        time: text(names::TIME)?.parse().ok()?,
    })
}
