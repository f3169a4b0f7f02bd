//! An item to be put. It is sent as it came: DynamoDB JSON in, DynamoDB JSON out.

use std::fmt::Display;
use std::str::FromStr;

use attributes::{Attributes, ItemKey, KeySchema, dynamodb_json, number_size};
use message::{Date, Key, MAX_ITEM_BYTES, Number, Order, Time, WriteMode, names};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Table, declared_item};

/// The most attributes of an item that is checked by one look. Each name is compared with those before it, which takes long
/// for many names.
const MOST_ATTRIBUTES: usize = 32;

/// An item in DynamoDB JSON. Every value in it has been checked.
#[derive(Clone, Debug)]
pub struct Item(Box<str>);

/// Two texts with the same attributes are the same item.
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

    /// Its DynamoDB JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// Its attributes.
    ///
    /// # Panics
    /// Never: what it holds was found to be an item before.
    #[must_use]
    #[expect(clippy::expect_used, reason = "see above")]
    pub fn attributes(&self) -> Attributes {
        dynamodb_json::stored(&self.0).expect("DynamoDB JSON")
    }
}

/// A body of `POST` as the extractor writes it: of a message, texts without escapes and numbers only, each as DynamoDB will
/// keep it; of a declared item, values of every type.
///
/// Nearly all messages are of this kind. They are checked by one look at the text; it is not taken apart and put together
/// again. Whatever is of another kind, or wrong, is left to the way that knows every type and names what is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostBody<'b> {
    // `null` is no name, and not the same as none.
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
    /// The mode, where the body names one.
    pub mode: Option<WriteMode>,
    /// The order, where the body has one.
    pub order: Option<Order>,
}

/// The findings of one look at a message.
#[derive(Default)]
struct Seen<'b> {
    date: Option<&'b str>,
    time: Option<&'b str>,
    /// As DynamoDB counts.
    bytes: usize,
}

/// The only member of a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
enum Value<'b> {
    S(&'b str),
    N(&'b str),
}

/// Reads a body of the usual kind for a table; `None` when it is of another.
#[must_use]
pub fn usual(body: &str, table: Table<'_>) -> Option<Post> {
    // An array would do for a structure, too.
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

/// Reads an item of the usual kind; `None` when it is of another, or too large.
#[must_use]
#[inline]
pub fn usual_item(item: &str, keys: &KeySchema) -> Option<(ItemKey, Item)> {
    let (key, bytes) = match keys {
        KeySchema::Messages => key_and_bytes(item)?,
        KeySchema::Declared(_) => declared_item::key_and_bytes(item, keys)?,
    };
    (bytes <= MAX_ITEM_BYTES).then(|| (key, Item(item.into())))
}

/// The key of a message, and its bytes as DynamoDB counts.
fn key_and_bytes(item: &str) -> Option<(ItemKey, usize)> {
    let seen: Seen = serde_json::from_str(item).ok()?;
    let key = Key {
        date: seen.date?.parse::<Date>().ok()?,
        time: seen.time?.parse::<Time>().ok()?,
    };
    Some((ItemKey::Message(key), seen.bytes))
}

impl<'de> Deserialize<'de> for Seen<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Seen<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Seen<'de>, A::Error> {
        let mut seen = Seen::default();
        let mut known: Vec<&str> = Vec::with_capacity(names::TEXTS.len() + names::NUMBERS.len() + 2);
        while let Some(name) = members.next_key()? {
            // A member that stands twice would be lost unnoticed.
            if known.len() == MOST_ATTRIBUTES || known.contains(&name) {
                return Err(A::Error::custom("too many names, or one that stands twice"));
            }
            if name == Order::ATTRIBUTE {
                return Err(A::Error::custom("the name of a hidden attribute"));
            }
            known.push(name);
            seen.bytes += name.len();
            match members.next_value()? {
                Value::S(text) => {
                    seen.bytes += text.len();
                    match name {
                        names::DATE => seen.date = Some(text),
                        names::TIME => seen.time = Some(text),
                        _ => {}
                    }
                }
                Value::N(text) => {
                    let number = Number::parse(text).map_err(A::Error::custom)?;
                    if number.as_str() != text {
                        return Err(A::Error::custom("the number is kept in another form"));
                    }
                    seen.bytes += number_size(text);
                }
            }
        }
        Ok(seen)
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
        let many: Vec<_> = (0..MOST_ATTRIBUTES)
            .map(|name| format!(r#""{name}":{{"S":""}}"#))
            .collect();
        assert!(!is_usual(&format!(r#"{{"Item":{{{ITEM},{}}}}}"#, many.join(","))));
        let fewer = many[2..].join(",");
        assert!(is_usual(&format!(r#"{{"Item":{{{ITEM},{fewer}}}}}"#)));
    }

    proptest! {
        /// What is found usual, the long way finds the same in.
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
