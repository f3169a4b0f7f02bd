//! The fast path for an item of a table with a declared key: checks the item in one pass over its text. An item that fails a
//! check takes the slow path, which names the fault.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use attributes::{ItemKey, KeySchema};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use message::item_size::{CONTAINER, ELEMENT, number_size};
use message::{KeyType, Number, Order};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The number of attributes for which memory is reserved at first.
const USUAL_ATTRIBUTES: usize = 16;

/// Reads the key of an item, and its size as DynamoDB counts it, in bytes; `None` when the item must take the slow path.
pub fn key_and_bytes(item: &str, keys: &KeySchema) -> Option<(ItemKey, usize)> {
    let mut deserializer = serde_json::Deserializer::from_str(item);
    let seen = Look(keys).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    let sort = match keys.sort() {
        Some(_) => seen.sort?,
        None => Text::default(),
    };
    let key = keys.key_of_texts(&seen.partition?.0, &sort.0).ok()?;
    Some((key, seen.bytes))
}

/// A text, borrowed if it has no escapes.
#[derive(Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Text<'b>(#[serde(borrow)] Cow<'b, str>);

/// A number in the form in which DynamoDB stores it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Digits<'b>(&'b str);

/// The length of a base64 value, decoded, in bytes.
struct Binary(usize);

/// The value `true`; `false` is an error.
struct True;

/// The size of a list, in bytes.
struct Elements(usize);

/// The size of a map, in bytes.
struct Members(usize);

/// A value: an object with the type descriptor as its only member.
#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE", deny_unknown_fields)]
enum Value<'b> {
    #[serde(borrow)]
    S(Text<'b>),
    #[serde(borrow)]
    N(Digits<'b>),
    B(Binary),
    #[expect(dead_code, reason = "only its form counts")]
    Bool(bool),
    Null(True),
    L(Elements),
    M(Members),
    #[serde(borrow)]
    Ss(Vec<Text<'b>>),
    #[serde(borrow)]
    Ns(Vec<Digits<'b>>),
}

impl Value<'_> {
    /// The size of the value in bytes; `None` for an invalid set.
    fn bytes(&mut self) -> Option<usize> {
        match self {
            Self::S(text) => Some(text.0.len()),
            Self::N(digits) => Some(number_size(digits.0)),
            Self::B(Binary(bytes)) | Self::L(Elements(bytes)) | Self::M(Members(bytes)) => Some(*bytes),
            Self::Bool(_) | Self::Null(True) => Some(1),
            Self::Ss(texts) => is_set(texts).then(|| texts.iter().map(|text| text.0.len()).sum()),
            Self::Ns(numbers) => is_set(numbers).then(|| numbers.iter().map(|digits| number_size(digits.0)).sum()),
        }
    }
}

/// Whether the elements make a set: at least one, and no two equal. Sorts them.
fn is_set<T: Ord>(elements: &mut [T]) -> bool {
    !elements.is_empty() && is_distinct(elements)
}

/// Whether no two elements are equal. Sorts them.
fn is_distinct<T: Ord>(elements: &mut [T]) -> bool {
    elements.sort_unstable();
    elements.is_sorted_by(|one, next| one < next)
}

/// The result of the pass over an item.
#[derive(Default)]
struct Seen<'b> {
    partition: Option<Text<'b>>,
    sort: Option<Text<'b>>,
    bytes: usize,
}

/// The pass over the attributes of an item.
struct Look<'k>(&'k KeySchema);

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = Seen<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = Seen<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Seen<'de>, A::Error> {
        let (partition, sort) = (self.0.partition(), self.0.sort());
        let mut seen = Seen::default();
        let mut names = Vec::with_capacity(USUAL_ATTRIBUTES);
        while let Some((name, mut value)) = object.next_entry::<Text, Value>()? {
            if name.0 == Order::ATTRIBUTE {
                return Err(A::Error::custom("the name of a hidden attribute"));
            }
            seen.bytes += name.0.len() + value.bytes().ok_or_else(|| A::Error::custom("no set"))?;
            if name.0 == partition.0 {
                seen.partition = text_of(value, partition.1);
            } else if sort.is_some_and(|(sort, _)| name.0 == sort) {
                seen.sort = text_of(value, sort.map_or(KeyType::S, |(_, sort_type)| sort_type));
            }
            names.push(name);
        }
        if is_distinct(&mut names) {
            Ok(seen)
        } else {
            Err(A::Error::custom("a name stands twice"))
        }
    }
}

/// The text of a value, if it has this type.
fn text_of(value: Value<'_>, key_type: KeyType) -> Option<Text<'_>> {
    match (key_type, value) {
        (KeyType::S, Value::S(text)) => Some(text),
        (KeyType::N, Value::N(Digits(digits))) => Some(Text(Cow::Borrowed(digits))),
        _ => None,
    }
}

impl<'de: 'b, 'b> Deserialize<'de> for Digits<'b> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let number = Number::parse(text).map_err(D::Error::custom)?;
        if number.as_str() == text {
            Ok(Self(text))
        } else {
            Err(D::Error::custom("the number is kept in another form"))
        }
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let bytes = BASE64_STANDARD.decode(text).map_err(D::Error::custom)?;
        Ok(Self(bytes.len()))
    }
}

impl<'de> Deserialize<'de> for True {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let is_true = bool::deserialize(deserializer)?;
        is_true.then_some(Self).ok_or_else(|| D::Error::custom("not true"))
    }
}

impl<'de> Deserialize<'de> for Elements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sum;

        impl<'de> Visitor<'de> for Sum {
            type Value = Elements;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of values")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Elements, A::Error> {
                let mut bytes = CONTAINER;
                while let Some(mut value) = array.next_element::<Value>()? {
                    bytes += ELEMENT + value.bytes().ok_or_else(|| A::Error::custom("no set"))?;
                }
                Ok(Elements(bytes))
            }
        }

        deserializer.deserialize_seq(Sum)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sum;

        impl<'de> Visitor<'de> for Sum {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members, A::Error> {
                let mut bytes = CONTAINER;
                let mut names: Vec<Text> = Vec::new();
                while let Some((name, mut value)) = object.next_entry::<Text, Value>()? {
                    bytes += ELEMENT + name.0.len() + value.bytes().ok_or_else(|| A::Error::custom("no set"))?;
                    names.push(name);
                }
                if is_distinct(&mut names) {
                    Ok(Members(bytes))
                } else {
                    Err(A::Error::custom("a name stands twice"))
                }
            }
        }

        deserializer.deserialize_map(Sum)
    }
}
