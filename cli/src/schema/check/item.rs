//! The effect of a row's message on the table, in lines for people.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The body of a row's message, with the fields that are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Body {
    item: Members,
    key: Members,
    expression_attribute_names: Members,
    expression_attribute_values: Members,
}

/// The members of a JSON object in their order, with each value as it stands.
#[derive(Debug, Default)]
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl Members {
    fn get(&self, name: &str) -> Option<&RawValue> {
        let found = self.0.iter().find(|(member, _)| member == name);
        found.map(|(_, value)| &**value)
    }

    /// The members as lines of JSON, each behind the text `before`.
    fn lines<'m>(&'m self, before: &'m str) -> impl Iterator<Item = String> + 'm {
        let members = self.0.iter();
        members.map(move |(name, value)| format!("{before}{}: {value}", serde_json::Value::from(name.as_str())))
    }
}

/// The effect of a message: a line for each attribute, in DynamoDB JSON. The body is given escaped, as in a JSON string.
#[must_use]
pub fn lines(escaped_body: &str) -> Vec<String> {
    let body = serde_json::from_str::<String>(&format!("\"{escaped_body}\""));
    let body = body.and_then(|body| serde_json::from_str::<Body>(&body));
    // The converter writes no bodies that do not parse.
    let Body {
        item,
        key,
        expression_attribute_names: names,
        expression_attribute_values: values,
    } = body.unwrap_or_default();
    let changes = names
        .0
        .iter()
        .map(|(placeholder, name)| match values.get(&placeholder.replace('#', ":")) {
            Some(value) => format!("set {name}: {value}"),
            None => format!("remove {name}"),
        });
    item.lines("").chain(key.lines("key ")).chain(changes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(body: &str) -> Vec<String> {
        let string = serde_json::Value::from(body).to_string();
        lines(&string[1..string.len() - 1])
    }

    #[test]
    fn attributes_stay_in_their_order() {
        let put = r#"{"TableName":"t","Mode":"latest","Order":"x","Item":{"sk":{"S":"a\"b"},"n":{"N":"1.50"},"m":{"M":{"k":{"NULL":true}}}}}"#;
        assert_eq!(
            lines_of(put),
            [
                r#""sk": {"S":"a\"b"}"#,
                r#""n": {"N":"1.50"}"#,
                r#""m": {"M":{"k":{"NULL":true}}}"#
            ]
        );
        assert_eq!(
            lines_of(r#"{"TableName":"t","Key":{"pk":{"S":"a"}}}"#),
            [r#"key "pk": {"S":"a"}"#]
        );
    }

    #[test]
    fn an_update_shows_what_it_sets_and_removes() {
        let update = r##"{"TableName":"t","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET #0=:0 REMOVE #1","ExpressionAttributeNames":{"#0":"n","#1":"m"},"ExpressionAttributeValues":{":0":{"N":"1"}}}"##;
        assert_eq!(
            lines_of(update),
            [r#"key "pk": {"S":"a"}"#, r#"set "n": {"N":"1"}"#, r#"remove "m""#]
        );
    }
}
