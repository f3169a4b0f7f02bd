//! The key of an item in a request: its parts in the path, in the query string and in a body.

use std::fmt;

use attributes::{ItemKey, KeySchema};
use aws_sdk_dynamodb::types::AttributeValue;
use message::{Date, Decimal, KeyError, KeyType, MAX_PARTITION_BYTES, MAX_SORT_BYTES, Number, Time};
use serde_json::Value;

/// A part of a table's key: the name of its attribute, and the form of its values.
#[derive(Clone, Copy, Debug)]
pub struct KeyPart<'s> {
    /// The attribute's name.
    pub name: &'s str,
    /// The form of its values.
    pub form: KeyForm,
}

/// The form of the values of a part of a key. `Display` is a predicate for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// The date of a message.
    Date,
    /// The time of day of a message.
    Time,
    /// A text of at most this number of bytes.
    Text(usize),
    /// A number.
    Number,
}

/// A value of a part of a key, as text in normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    form: KeyForm,
    text: String,
}

/// The key of one item, and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The key.
    pub key: ItemKey,
    /// The partition key.
    pub partition: KeyValue,
    /// The sort key, if the table has one.
    pub sort: Option<KeyValue>,
}

impl<'s> KeyPart<'s> {
    /// The partition key of a table.
    #[must_use]
    pub fn partition(schema: &'s KeySchema) -> Self {
        let (name, key_type) = schema.partition();
        let form = match schema {
            KeySchema::Messages => KeyForm::Date,
            KeySchema::Declared(_) => KeyForm::of(key_type, MAX_PARTITION_BYTES),
        };
        Self { name, form }
    }

    /// The sort key of a table, if it has one.
    #[must_use]
    pub fn sort(schema: &'s KeySchema) -> Option<Self> {
        let (name, key_type) = schema.sort()?;
        let form = match schema {
            KeySchema::Messages => KeyForm::Time,
            KeySchema::Declared(_) => KeyForm::of(key_type, MAX_SORT_BYTES),
        };
        Some(Self { name, form })
    }
}

impl KeyForm {
    fn of(key_type: KeyType, most_bytes: usize) -> Self {
        match key_type {
            KeyType::S => Self::Text(most_bytes),
            KeyType::N => Self::Number,
        }
    }

    /// Reads a value from the path or the query string; `None` when it has the wrong form.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<KeyValue> {
        let text = match self {
            Self::Date => text.parse::<Date>().ok()?.to_string(),
            Self::Time => text.parse::<Time>().ok()?.to_string(),
            Self::Text(most) => (1..=most).contains(&text.len()).then(|| text.to_owned())?,
            Self::Number => {
                let mut canonical = String::new();
                Decimal::of(Number::parse(text).ok()?.as_str()).write(&mut canonical);
                canonical
            }
        };
        Some(KeyValue { form: self, text })
    }

    /// Reads a value from a body; `None` when it has the wrong type or form.
    #[must_use]
    pub fn parse_json(self, value: &Value) -> Option<KeyValue> {
        match (self, value) {
            (Self::Number, Value::Number(number)) => self.parse(&number.to_string()),
            (Self::Number, _) => None,
            (_, Value::String(text)) => self.parse(text),
            _ => None,
        }
    }

    /// Describes the required value in a body, as a noun phrase.
    #[must_use]
    pub fn expected_json(self) -> &'static str {
        match self {
            Self::Date => "a date of the form YYYY-MM-DD, such as \"2019-05-28\"",
            Self::Time => "a UTC time of day of the form HH:MM:SS, such as \"10:55:09\"",
            Self::Text(_) => "a string that is not empty, as a part of the key",
            Self::Number => "a number, without quotation marks, as a part of the key",
        }
    }
}

impl fmt::Display for KeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date => KeyError::Date.fmt(f),
            Self::Time => KeyError::Time.fmt(f),
            Self::Text(most) => write!(f, "must be a text of 1 to {most} bytes in UTF-8"),
            Self::Number => f.write_str("must be a number of at most 38 significant digits, such as 7 or -0.5"),
        }
    }
}

impl KeyValue {
    /// The text of the value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value in DynamoDB's form.
    #[must_use]
    pub fn to_attribute(&self) -> AttributeValue {
        self.attribute(self.text.clone())
    }

    /// The first key of a range from this value. `10:55:09.000` stands for the beginning of a second, but DynamoDB orders keys as
    /// text, and the coarser text `10:55:09` comes before it: so the range begins at the coarser text.
    #[must_use]
    pub fn first(&self) -> AttributeValue {
        self.attribute(self.first_text())
    }

    /// The last key of a range up to this value. `10:55:09` stands for a whole second with finer keys in it, whose texts come
    /// after it: so the range ends at `10:55:09.999999999`.
    #[must_use]
    pub fn last(&self) -> AttributeValue {
        self.attribute(self.last_text())
    }

    /// Whether the range from this value to `last` is empty in DynamoDB's order of keys.
    #[must_use]
    pub fn is_behind(&self, last: &Self) -> bool {
        match self.form {
            KeyForm::Number => Decimal::of(&self.text) > Decimal::of(&last.text),
            _ => self.first_text() > last.last_text(),
        }
    }

    /// The word for a value that comes after another one.
    #[must_use]
    pub fn behind(&self) -> &'static str {
        match self.form {
            KeyForm::Date | KeyForm::Time => "later",
            KeyForm::Text(_) | KeyForm::Number => "greater",
        }
    }

    fn first_text(&self) -> String {
        let mut text = self.text.as_str();
        while self.form == KeyForm::Time
            && let Some(coarser) = text.strip_suffix("000")
        {
            text = coarser.trim_end_matches('.');
        }
        text.to_owned()
    }

    fn last_text(&self) -> String {
        const FINEST: &str = "00:00:00.999999999";
        let nines = match self.form {
            KeyForm::Time => FINEST.get(self.text.len()..).unwrap_or_default(),
            _ => "",
        };
        format!("{}{nines}", self.text)
    }

    fn attribute(&self, text: String) -> AttributeValue {
        match self.form {
            KeyForm::Number => AttributeValue::N(text),
            _ => AttributeValue::S(text),
        }
    }
}

impl Address {
    /// Makes an address of these parts; `None` when they do not make a key of the table.
    #[must_use]
    pub fn of(schema: &KeySchema, partition: KeyValue, sort: Option<KeyValue>) -> Option<Self> {
        let text = sort.as_ref().map_or("", KeyValue::as_str);
        let key = schema.key_of_texts(partition.as_str(), text).ok()?;
        Some(Self { key, partition, sort })
    }

    /// The parts with their names.
    pub fn parts<'a>(&'a self, schema: &'a KeySchema) -> impl Iterator<Item = (KeyPart<'a>, &'a KeyValue)> {
        let partition = (KeyPart::partition(schema), &self.partition);
        let sort = KeyPart::sort(schema).zip(self.sort.as_ref());
        std::iter::once(partition).chain(sort)
    }
}

#[cfg(test)]
mod tests;
