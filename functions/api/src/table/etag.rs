//! The entity tag of a message: a strong validator, equal exactly when the content is equal.
//!
//! <https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3>

use std::fmt;

use attributes::Attributes;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use message::Number;
use sha2::{Digest, Sha256};

use super::hidden::is_hidden;

/// Length of the digest in the tag, in bytes: long enough that two contents never share one.
const DIGEST_BYTES: usize = 16;

/// An entity tag, with its quotation marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// The tag of an item with these attributes. Numbers count by their value, so that an item has the same tag as sent and as
    /// stored by DynamoDB. Sets count without an order, which DynamoDB does not keep either.
    #[must_use]
    pub fn of(item: &Attributes) -> Self {
        let mut digest = Digester(Sha256::new());
        digest.map(item.iter().filter(|(name, _)| !is_hidden(name)));
        let digest = digest.0.finalize();
        Self(format!(
            "\"{}\"",
            BASE64_URL_SAFE_NO_PAD.encode(&digest[..DIGEST_BYTES])
        ))
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Computes the digest of an item. Every value begins with its type, and every text, list and map with its length, so that no two
/// contents give the same input.
struct Digester(Sha256);

impl Digester {
    fn begin(&mut self, kind: &str, length: usize) {
        self.0.update(kind);
        // No length of an item exceeds 64 bits.
        self.0.update(u64::try_from(length).unwrap_or(u64::MAX).to_le_bytes());
    }

    fn bytes(&mut self, kind: &str, bytes: &[u8]) {
        self.begin(kind, bytes.len());
        self.0.update(bytes);
    }

    fn map<'m>(&mut self, members: impl Iterator<Item = (&'m String, &'m AttributeValue)>) {
        let mut members: Vec<_> = members.collect();
        members.sort_unstable_by_key(|(name, _)| *name);
        self.begin("M", members.len());
        for (name, value) in members {
            self.bytes("K", name.as_bytes());
            self.value(value);
        }
    }

    fn set(&mut self, kind: &str, mut elements: Vec<Vec<u8>>) {
        elements.sort_unstable();
        self.begin(kind, elements.len());
        for element in elements {
            self.bytes("E", &element);
        }
    }

    fn value(&mut self, value: &AttributeValue) {
        match value {
            AttributeValue::S(text) => self.bytes("S", text.as_bytes()),
            AttributeValue::N(number) => self.bytes("N", normal_form(number).as_bytes()),
            AttributeValue::B(bytes) => self.bytes("B", bytes.as_ref()),
            AttributeValue::Bool(value) => self.bytes("BOOL", &[u8::from(*value)]),
            AttributeValue::L(elements) => {
                self.begin("L", elements.len());
                for element in elements {
                    self.value(element);
                }
            }
            AttributeValue::M(members) => self.map(members.iter()),
            AttributeValue::Ss(texts) => self.set("SS", texts.iter().map(|text| text.clone().into_bytes()).collect()),
            AttributeValue::Ns(numbers) => self.set(
                "NS",
                numbers.iter().map(|number| normal_form(number).into_bytes()).collect(),
            ),
            AttributeValue::Bs(blobs) => self.set("BS", blobs.iter().map(|blob| blob.as_ref().to_vec()).collect()),
            // Null has one value. A value of an unknown type has no JSON form, so its tag is never sent.
            _ => self.bytes("NULL", &[]),
        }
    }
}

/// The normal form of a number. DynamoDB returns only valid numbers.
fn normal_form(number: &str) -> String {
    Number::parse(number).map_or_else(|_| number.to_owned(), |number| number.normal_form())
}

#[cfg(test)]
mod tests {
    use attributes::{dynamodb_json, plain_json};
    use serde_json::{Value, json};

    use super::*;

    fn of(json: &str) -> String {
        let Value::Object(members) = serde_json::from_str(json).unwrap() else {
            panic!("an object")
        };
        ETag::of(&plain_json::to_attributes(members).unwrap()).to_string()
    }

    #[test]
    fn a_tag_is_short_quoted_and_stays_as_it_is() {
        // Clients store tags: with another form, all their copies would look changed.
        assert_eq!(
            of(r#"{"date":"2001-01-01","time":"09:01:05","local_avg":5.60}"#),
            "\"O0RwVz0cpi-gZdzfuX_oLg\""
        );
    }

    #[test]
    fn equal_contents_have_one_tag() {
        for (one, other) in [
            (r#"{"a":1.10,"b":"x"}"#, r#"{"b":"x","a":11e-1}"#),
            (
                r#"{"a":{"x":[0,null],"y":true}}"#,
                r#"{"a":{"y":true,"x":[-0.0,null]}}"#,
            ),
        ] {
            assert_eq!(of(one), of(other), "{one}");
        }
        let set = |elements: Value| ETag::of(&dynamodb_json::attributes(json!({"a": {"NS": elements}})).unwrap());
        assert_eq!(set(json!(["1.0", "2"])), set(json!(["2", "1"])));
    }

    #[test]
    fn other_contents_have_other_tags() {
        let contents = [
            "{}",
            r#"{"a":"1"}"#,
            r#"{"a":1}"#,
            r#"{"a":-1}"#,
            r#"{"a":10}"#,
            r#"{"a":true}"#,
            r#"{"a":null}"#,
            r#"{"a":[]}"#,
            r#"{"a":[1]}"#,
            r#"{"a":[[1]]}"#,
            r#"{"a":{}}"#,
            r#"{"a":"1","b":""}"#,
            r#"{"a":"1b"}"#,
            r#"{"a1":""}"#,
            r#"{"a":["x","y"]}"#,
            r#"{"a":["y","x"]}"#,
            r#"{"a":["xy"]}"#,
        ];
        let mut tags: Vec<_> = contents.iter().map(|json| of(json)).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), contents.len());
    }
}
