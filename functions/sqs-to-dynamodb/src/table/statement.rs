//! Makes the `INSERT` statement of an item. Pure.

use std::fmt;

use message::Order;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::operation::OrderedPut;

/// The most characters of a statement.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementRequest.html>
const MAX_STATEMENT: usize = 8192;
/// The number of attributes of a documented item, for which memory is reserved at first.
const USUAL_ATTRIBUTES: usize = 8;

/// Makes the statement that inserts an item with its order, and its parameters, in the form of a call: `{"Statement":"INSERT INTO
/// \"messages\" VALUE {'date':?,…}","Parameters":[{"S":"2001-01-01"},…]}`. `None` when no statement can hold the item: its
/// attribute names are too long together, or have characters that need escapes.
#[must_use]
pub fn insert(table: &str, put: &OrderedPut) -> Option<String> {
    let item = put.item.as_json();
    let Members(members) = serde_json::from_str(item).ok()?;
    let mut text = String::with_capacity(item.len() + table.len() + 200);
    text.push_str(r#"{"Statement":"INSERT INTO \""#);
    text.push_str(table);
    text.push_str(r#"\" VALUE {"#);
    for (name, _) in &members {
        if !name.bytes().all(needs_no_escape) {
            return None;
        }
        text.push('\'');
        text.push_str(name);
        text.push_str("':?,");
    }
    text.push('\'');
    text.push_str(Order::ATTRIBUTE);
    text.push_str("':?}");
    if text.len() > MAX_STATEMENT {
        return None;
    }
    text.push_str(r#"","Parameters":["#);
    for (_, value) in &members {
        text.push_str(value.get());
        text.push(',');
    }
    text.push_str(r#"{"S":""#);
    text.push_str(put.order.as_str());
    text.push_str(r#""}]}"#);
    Some(text)
}

/// Whether a character has the same form in a name, in a literal of a statement, and in a JSON string.
fn needs_no_escape(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'"' | b'\\')
}

/// The members of an item, each value as raw JSON.
struct Members<'i>(Vec<(&'i str, &'i RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::with_capacity(USUAL_ATTRIBUTES);
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::operation::{Item, Precedence};
    use crate::testing::attributes_of;

    fn insert_of(item: Value) -> Option<Value> {
        let put = OrderedPut {
            item: Item::of(&attributes_of(item)),
            order: Order::at_millis(1),
            precedence: Precedence::Higher,
        };
        insert("messages", &put).map(|statement| serde_json::from_str(&statement).unwrap())
    }

    #[test]
    fn values_are_parameters_and_the_order_is_the_last() {
        let statement = insert_of(json!({"a'b": {"S": "x"}}));
        assert_eq!(statement, None, "an apostrophe would end the literal");
        let statement = insert_of(json!({"local avg": {"L": [{"N": "1.50"}, {"S": "\"'?"}]}})).unwrap();
        let expected = json!({
            "Statement": "INSERT INTO \"messages\" VALUE {'local avg':?,'$order':?}",
            "Parameters": [
                {"L": [{"N": "1.50"}, {"S": "\"'?"}]},
                {"S": "00000000-0001-7000-8000-000000000000-000000000000"},
            ],
        });
        assert_eq!(statement, expected);
    }

    #[test]
    fn what_no_statement_can_hold_is_left() {
        for name in ["é", "a\"b", "a\\b", "a\nb", &"x".repeat(8192)] {
            assert_eq!(insert_of(json!({ name: {"S": "x"} })), None, "{name:.20}");
        }
        assert!(insert_of(json!({ "x".repeat(8000): {"S": "x".repeat(10_000)} })).is_some());
    }
}
