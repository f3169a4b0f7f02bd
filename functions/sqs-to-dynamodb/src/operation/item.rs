//! An item to put. It is sent as it was received: both sides are DynamoDB JSON.

use std::fmt::Display;
use std::str::FromStr;

use attributes::{Attributes, ItemKey, KeySchema, dynamodb_json};
use message::item_size::number_size;
use message::{Date, Key, MAX_ITEM_BYTES, Number, Order, Time, WriteMode, names};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::value::RawValue;

use super::{Table, declared_item};
use crate::scanner::Scanner;

/// The most attributes of an item on the fast path. Each name is compared with all names before it, which is slow for many names.
const MAX_ATTRIBUTES: usize = 32;

/// An item in DynamoDB JSON. Every value has been checked.
#[derive(Clone, Debug)]
pub struct Item(Box<str>);

/// Two items are equal when their attributes are, whatever their texts.
impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.attributes() == other.attributes()
    }
}

impl Item {
    /// The item with these attributes.
    #[must_use]
    pub fn of(attributes: &Attributes) -> Self {
        Self(dynamodb_json::to_value(attributes).to_string().into())
    }

    /// The item's DynamoDB JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The item's attributes.
    ///
    /// # Panics
    /// Never: the text was checked to be an item before.
    #[must_use]
    #[expect(clippy::expect_used, reason = "see above")]
    pub fn attributes(&self) -> Attributes {
        dynamodb_json::stored(&self.0).expect("DynamoDB JSON")
    }
}

/// A body of `POST` in the form that the extractor writes. An item of a message has only texts without escapes, and numbers in
/// the form in which DynamoDB stores them; an item of a table with a declared key has values of every type.
///
/// Nearly all messages have this form. They take the fast path: one pass checks the text, and the same text is sent on. Any other
/// body, right or wrong, takes the slow path, which knows every type and names each fault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostBody<'b> {
    // `null` is not a name, and not the same as a missing member.
    #[serde(rename = "TableName", borrow, default, deserialize_with = "some_text")]
    table: Option<&'b str>,
    #[serde(rename = "Item", borrow)]
    item: &'b RawValue,
    #[serde(rename = "Mode", default, deserialize_with = "some_parsed")]
    mode: Option<WriteMode>,
    #[serde(rename = "Order", default, deserialize_with = "some_parsed")]
    order: Option<Order>,
}

fn some_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de str>, D::Error> {
    <&str>::deserialize(deserializer).map(Some)
}

fn some_parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = <&str>::deserialize(deserializer)?;
    text.parse().map(Some).map_err(D::Error::custom)
}

/// The content of a body of `POST`.
#[derive(Debug)]
pub struct Post {
    /// The item's key.
    pub key: ItemKey,
    /// The item.
    pub item: Item,
    /// The mode, if the body names one.
    pub mode: Option<WriteMode>,
    /// The order, if the body has one.
    pub order: Option<Order>,
}

/// The result of the pass over a message.
#[derive(Default)]
struct Seen<'b> {
    names: Vec<&'b str>,
    date: Option<&'b str>,
    time: Option<&'b str>,
    /// The size as DynamoDB counts it.
    bytes: usize,
}

/// A value of an attribute.
#[derive(Clone, Copy)]
enum Value<'b> {
    S(&'b str),
    N(&'b str),
}

/// Reads a body of the usual form for a table; `None` for any other form.
#[must_use]
pub fn usual(body: &str, table: Table<'_>) -> Option<Post> {
    if let Some((key, item)) = only_item(body, table.name).and_then(|item| usual_item(item, table.keys)) {
        let (mode, order) = (None, None);
        return Some(Post { key, item, mode, order });
    }
    // Serde would also read a struct from an array.
    let is_object = body.trim_ascii_start().starts_with('{');
    let post: PostBody = is_object.then(|| serde_json::from_str(body).ok())??;
    if post.table.is_some_and(|name| name != table.name) {
        return None;
    }
    let (key, item) = usual_item(post.item.get(), table.keys)?;
    Some(Post {
        key,
        item,
        mode: post.mode,
        order: post.order,
    })
}

/// The item of a body that has the members `TableName` and `Item` only, as the extractor writes them; `None` for any other form.
/// The item's text may still be anything that begins and ends like an object.
fn only_item<'b>(body: &'b str, table: &str) -> Option<&'b str> {
    // A table's name needs no escaping.
    let after_name = body.strip_prefix(r#"{"TableName":""#)?.strip_prefix(table)?;
    let item = after_name.strip_prefix(r#"","Item":"#)?.strip_suffix('}')?;
    (item.starts_with('{') && item.ends_with('}')).then_some(item)
}

/// Reads an item of the usual form; `None` for any other form, and for an item that is too large.
#[must_use]
#[inline]
pub fn usual_item(item: &str, keys: &KeySchema) -> Option<(ItemKey, Item)> {
    let (key, bytes) = match keys {
        KeySchema::Messages => key_and_bytes(item)?,
        KeySchema::Declared(_) => declared_item::key_and_bytes(item, keys)?,
    };
    (bytes <= MAX_ITEM_BYTES).then(|| (key, Item(item.into())))
}

/// Reads the key of a message, and its size as DynamoDB counts it, in bytes.
fn key_and_bytes(item: &str) -> Option<(ItemKey, usize)> {
    let names = Vec::with_capacity(names::TEXTS.len() + names::NUMBERS.len() + 2);
    let (mut scanner, mut seen) = (
        Scanner::new(item),
        Seen {
            names,
            ..Seen::default()
        },
    );
    scanner.object(|item, name| seen.add(name, value(item)?))?;
    scanner.end()?;
    let key = Key {
        date: seen.date?.parse::<Date>().ok()?,
        time: seen.time?.parse::<Time>().ok()?,
    };
    Some((ItemKey::Message(key), seen.bytes))
}

/// Reads a value: an object with the type descriptor as its only member.
fn value<'b>(item: &mut Scanner<'b>) -> Option<Value<'b>> {
    let mut value = None;
    item.object(|item, descriptor| {
        let read = match descriptor {
            "S" => Value::S(item.plain_text()?),
            "N" => Value::N(item.plain_text()?),
            _ => return None,
        };
        value.replace(read).is_none().then_some(())
    })?;
    value
}

impl<'b> Seen<'b> {
    /// Adds an attribute; `None` for one that an item of the usual form does not have.
    fn add(&mut self, name: &'b str, value: Value<'b>) -> Option<()> {
        // A parser silently keeps one of two members with the same name, and a value would be lost.
        let is_usual = self.names.len() < MAX_ATTRIBUTES && !self.names.contains(&name) && name != Order::ATTRIBUTE;
        is_usual.then(|| self.names.push(name))?;
        self.bytes += name.len();
        match value {
            Value::S(text) => {
                self.bytes += text.len();
                match name {
                    names::DATE => self.date = Some(text),
                    names::TIME => self.time = Some(text),
                    _ => {}
                }
            }
            Value::N(text) => {
                let is_stored_alike = Number::parse(text).is_ok_and(|number| number.as_str() == text);
                is_stored_alike.then_some(())?;
                self.bytes += number_size(text);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::operation::tests::{MESSAGES, parse_the_long_way};

    const ITEM: &str = r#""date":{"S":"2001-01-01"},"time":{"S":"09:01:05"}"#;

    fn is_usual(body: &str) -> bool {
        usual(body, MESSAGES).is_some()
    }

    #[test]
    fn what_the_extractor_writes_is_usual() {
        let body = format!(
            r#"{{"TableName":"messages","Item":{{{ITEM},"location":{{"S":"é"}},"local_avg":{{"N":"5.50"}}}}}}"#
        );
        let Post { key, item, .. } = usual(&body, MESSAGES).unwrap();
        assert_eq!(key.in_words(), "date 2001-01-01, time 09:01:05");
        assert_eq!(item.as_json(), &body[body.find("{\"date").unwrap()..body.len() - 1]);
    }

    #[test]
    fn everything_else_goes_the_long_way() {
        assert!(is_usual(&format!(r#"{{"Item":{{{ITEM}}}}}"#)));
        for item in [
            r#""date":{"S":"2001-01-01"}"#.to_owned(),
            r#""date":{"S":"2001-13-01"},"time":{"S":"09:01:05"}"#.to_owned(),
            format!(r#"{ITEM},"time":{{"S":"09:01:05"}}"#),
            format!(r#"{ITEM},"a":{{"S":"\""}}"#),
            format!(r#"{ITEM},"a":{{"S":"x","N":"1"}}"#),
            format!(r#"{ITEM},"a":{{"N":"+1"}}"#),
            format!(r#"{ITEM},"a":{{"N":"x"}}"#),
            format!(r#"{ITEM},"a":{{"BOOL":true}}"#),
            format!(r#"{ITEM},"a":{{}}"#),
            format!(r#"{ITEM},"a":{{"S":"{}"}}"#, "x".repeat(MAX_ITEM_BYTES)),
        ] {
            assert!(!is_usual(&format!(r#"{{"Item":{{{item}}}}}"#)), "{item:.200}");
        }
        for body in [
            format!(r#"{{"TableName":"other","Item":{{{ITEM}}}}}"#),
            format!(r#"{{"Item":{{{ITEM}}},"Extra":1}}"#),
            format!(r#"{{"Item":{{{ITEM}}},"Item":{{{ITEM}}}}}"#),
            format!(r#"{{"Item":{{{ITEM}}}}} x"#),
            format!(r#"{{"TableName":null,"Item":{{{ITEM}}}}}"#),
            format!(r#"["messages",{{{ITEM}}}]"#),
            r#"{"Item":["2001-01-01","09:01:05"]}"#.to_owned(),
        ] {
            assert!(!is_usual(&body), "{body}");
        }
    }

    #[test]
    fn an_item_of_many_attributes_goes_the_long_way_at_once() {
        let many: Vec<_> = (0..MAX_ATTRIBUTES)
            .map(|name| format!(r#""{name}":{{"S":""}}"#))
            .collect();
        assert!(!is_usual(&format!(r#"{{"Item":{{{ITEM},{}}}}}"#, many.join(","))));
        let fewer = many[2..].join(",");
        assert!(is_usual(&format!(r#"{{"Item":{{{ITEM},{fewer}}}}}"#)));
    }

    proptest! {
        /// The slow path reads the same from every item that the fast path accepts.
        #[test]
        fn both_ways_come_to_the_same(
            texts in proptest::collection::btree_map("[a-zé]{1,4}", "[ -~é]{0,8}", 0..4),
            numbers in proptest::collection::btree_map("[A-Z]{1,3}", "[-+]?[0-9]{1,3}([.][0-9]{0,2})?(e[0-9])?", 0..4),
        ) {
            let mut item = json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}});
            for (name, text) in &texts {
                item[name] = json!({ "S": text });
            }
            for (name, number) in &numbers {
                item[name] = json!({ "N": number });
            }
            let body = json!({ "Item": item }).to_string();
            if let Some(Post { key, item, .. }) = usual(&body, MESSAGES) {
                let long = parse_the_long_way(&body, MESSAGES).unwrap();
                prop_assert_eq!((key, item.attributes()), (long.key, long.item.attributes()));
            }
        }
    }
}
