//! DynamoDB JSON: each value is an object whose one member names the value's type.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html#Programming.LowLevelAPI.DataTypeDescriptors>

mod stored;

use std::collections::HashSet;
use std::hash::Hash;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use message::Number;
use serde_json::Value;

pub use stored::stored;

use crate::{AttributeError, AttributeViolation, Attributes};

/// Reads an object of attributes: `{"date":{"S":"2001-01-01"},…}`.
///
/// # Errors
/// [`AttributeError`] with the path of the first value that is not DynamoDB JSON.
pub fn attributes(value: Value) -> Result<Attributes, AttributeError> {
    let Value::Object(members) = value else {
        return Err(AttributeError::here(AttributeViolation::NotAnObject));
    };
    members
        .into_iter()
        .map(|(name, value)| match attribute(value) {
            Ok(attribute) => Ok((name, attribute)),
            Err(error) => Err(error.below(&name)),
        })
        .collect()
}

/// Writes attributes as DynamoDB JSON, names in alphabetical order. [`attributes`] reads the same attributes back.
#[must_use]
pub fn to_value(attributes: &Attributes) -> Value {
    let mut attributes: Vec<_> = attributes.iter().collect();
    // Equal attributes give equal text, whatever the order of the map.
    attributes.sort_unstable_by_key(|(name, _)| *name);
    let members = attributes
        .into_iter()
        .map(|(name, value)| (name.clone(), value_of(value)));
    Value::Object(members.collect())
}

fn value_of(value: &AttributeValue) -> Value {
    let (descriptor, content) = match value {
        AttributeValue::S(text) => ("S", Value::from(text.as_str())),
        AttributeValue::N(number) => ("N", Value::from(number.as_str())),
        AttributeValue::B(bytes) => ("B", Value::from(BASE64_STANDARD.encode(bytes))),
        AttributeValue::Bool(value) => ("BOOL", Value::from(*value)),
        AttributeValue::L(elements) => ("L", elements.iter().map(value_of).collect()),
        AttributeValue::M(members) => ("M", to_value(members)),
        AttributeValue::Ss(texts) => ("SS", texts.iter().map(String::as_str).collect()),
        AttributeValue::Ns(numbers) => ("NS", numbers.iter().map(String::as_str).collect()),
        AttributeValue::Bs(blobs) => ("BS", blobs.iter().map(|bytes| BASE64_STANDARD.encode(bytes)).collect()),
        // Only `Null` is left: this crate reads no other type.
        _ => ("NULL", Value::from(true)),
    };
    Value::Object([(descriptor.to_owned(), content)].into_iter().collect())
}

/// Reads one value: `{"S":"text"}`.
///
/// # Errors
/// [`AttributeError`] with the path of the first value that is not DynamoDB JSON.
pub fn attribute(value: Value) -> Result<AttributeValue, AttributeError> {
    let no_descriptor = || AttributeError::here(AttributeViolation::NoDescriptor);
    let Value::Object(members) = value else {
        return Err(no_descriptor());
    };
    let mut members = members.into_iter();
    let (Some((descriptor, value)), None) = (members.next(), members.next()) else {
        return Err(no_descriptor());
    };
    content(&descriptor, value).map_err(|error| error.below(&descriptor))
}

fn content(descriptor: &str, value: Value) -> Result<AttributeValue, AttributeError> {
    Ok(match (descriptor, value) {
        ("S", Value::String(text)) => AttributeValue::S(text),
        ("N", value) => AttributeValue::N(number(value)?),
        ("B", value) => AttributeValue::B(bytes(value)?),
        ("BOOL", Value::Bool(value)) => AttributeValue::Bool(value),
        ("NULL", Value::Bool(true)) => AttributeValue::Null(true),
        ("L", value) => AttributeValue::L(elements(value, attribute)?),
        ("M", value) => AttributeValue::M(attributes(value)?),
        ("SS", value) => AttributeValue::Ss(set(value, text)?),
        ("NS", value) => AttributeValue::Ns(set(value, number)?),
        ("BS", value) => AttributeValue::Bs(set(value, bytes)?),
        ("S", _) => return Err(form("a string")),
        ("BOOL", _) => return Err(form("true or false")),
        ("NULL", _) => return Err(form("true")),
        (unknown, _) => {
            return Err(AttributeError::here(AttributeViolation::UnknownDescriptor(
                unknown.to_owned(),
            )));
        }
    })
}

fn form(expected: &'static str) -> AttributeError {
    AttributeError::here(AttributeViolation::Form(expected))
}

fn text(value: Value) -> Result<String, AttributeError> {
    if let Value::String(text) = value {
        Ok(text)
    } else {
        Err(form("a string"))
    }
}

/// The digits of a number, which is a JSON string, as DynamoDB wants it, or a JSON number.
fn number(value: Value) -> Result<String, AttributeError> {
    let text = match value {
        Value::String(text) => text,
        // `serde_json` keeps the number's text as written (feature `arbitrary_precision`).
        Value::Number(number) => number.to_string(),
        _ => return Err(form("a number, such as \"4.39\"")),
    };
    Number::parse(&text)
        .map(|number| number.to_string())
        .map_err(AttributeError::here)
}

fn bytes(value: Value) -> Result<Blob, AttributeError> {
    let expected = "base64 in a string";
    let Value::String(text) = value else {
        return Err(form(expected));
    };
    BASE64_STANDARD.decode(text).map(Blob::new).map_err(|_| form(expected))
}

fn elements<T>(value: Value, read: impl Fn(Value) -> Result<T, AttributeError>) -> Result<Vec<T>, AttributeError> {
    let Value::Array(elements) = value else {
        return Err(form("an array"));
    };
    elements
        .into_iter()
        .enumerate()
        .map(|(index, element)| read(element).map_err(|error| error.below(&index.to_string())))
        .collect()
}

/// Reads a set. DynamoDB would refuse one that is empty or has an element twice, and its message would quote the elements.
fn set<T: Eq + Hash>(
    value: Value,
    read: impl Fn(Value) -> Result<T, AttributeError>,
) -> Result<Vec<T>, AttributeError> {
    let elements = elements(value, read)?;
    if elements.is_empty() {
        return Err(AttributeError::here(AttributeViolation::EmptySet));
    }
    let mut seen = HashSet::with_capacity(elements.len());
    match elements.iter().position(|element| !seen.insert(element)) {
        Some(index) => Err(AttributeError::here(AttributeViolation::DuplicateElement).below(&index.to_string())),
        None => Ok(elements),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_type_is_read() {
        let all = json!({
            "S": {"S": "text"}, "N": {"N": "4.390"}, "B": {"B": "AQI="}, "BOOL": {"BOOL": false}, "NULL": {"NULL": true},
            "L": {"L": [{"S": ""}, {"N": "1"}]}, "M": {"M": {"a/b": {"S": "x"}}},
            "SS": {"SS": ["a", "b"]}, "NS": {"NS": ["1", "2.50"]}, "BS": {"BS": ["AQ==", "Ag=="]},
        });
        let read = attributes(all.clone()).unwrap();
        assert_eq!(to_value(&read), all);
        assert_eq!(read["S"], AttributeValue::S("text".into()));
        assert_eq!(read["N"], AttributeValue::N("4.390".into()));
        assert_eq!(read["B"], AttributeValue::B(Blob::new([1, 2])));
        assert_eq!(read["BOOL"], AttributeValue::Bool(false));
        assert_eq!(read["NULL"], AttributeValue::Null(true));
        assert_eq!(
            read["L"],
            AttributeValue::L(vec![AttributeValue::S(String::new()), AttributeValue::N("1".into())])
        );
        assert_eq!(
            read["M"],
            AttributeValue::M([("a/b".into(), AttributeValue::S("x".into()))].into())
        );
        assert_eq!(read["SS"], AttributeValue::Ss(vec!["a".into(), "b".into()]));
        assert_eq!(read["NS"], AttributeValue::Ns(vec!["1".into(), "2.50".into()]));
        assert_eq!(read["BS"], AttributeValue::Bs(vec![Blob::new([1]), Blob::new([2])]));
    }

    #[test]
    fn a_number_without_quotation_marks_keeps_its_digits() {
        for (json, text) in [
            ("5.32", "5.32"),
            ("5.320", "5.320"),
            (
                "-0.1234567890123456789012345678901234567",
                "-0.1234567890123456789012345678901234567",
            ),
            (
                "12345678901234567890123456789012345678",
                "12345678901234567890123456789012345678",
            ),
        ] {
            let both = format!(r#"{{"a":{{"N":{json}}},"b":{{"NS":[{json},"1"]}}}}"#);
            let read = attributes(serde_json::from_str(&both).unwrap()).unwrap();
            assert_eq!(read["a"], AttributeValue::N(text.into()));
            assert_eq!(read["b"], AttributeValue::Ns(vec![text.into(), "1".into()]));
        }
        let read = |json: &str| attributes(serde_json::from_str(&format!(r#"{{"a":{{"N":{json}}}}}"#)).unwrap());
        assert_eq!(read("1e3").unwrap()["a"], AttributeValue::N("1e+3".into()));
        let error = read("1e999").unwrap_err().to_string();
        assert!(error.starts_with("/a/N: is outside DynamoDB's range"), "{error}");
    }

    #[test]
    fn errors_name_the_place_and_what_is_expected() {
        for (value, path, problem) in [
            (json!([]), "", "must be an object of attributes"),
            (json!({"a": "text"}), "/a", "must be an object with one type descriptor"),
            (json!({"a": {}}), "/a", "must be an object with one type descriptor"),
            (
                json!({"a": {"S": "x", "N": "1"}}),
                "/a",
                "must be an object with one type descriptor",
            ),
            (json!({"a": {"T": "x"}}), "/a/T", "has the unknown type descriptor `T`"),
            (json!({"a": {"S": 1}}), "/a/S", "must hold a string"),
            (json!({"a": {"N": true}}), "/a/N", "must hold a number, such as"),
            (json!({"a": {"N": "1e999"}}), "/a/N", "is outside DynamoDB's range"),
            (json!({"a": {"B": "*"}}), "/a/B", "must hold base64"),
            (json!({"a": {"BOOL": "true"}}), "/a/BOOL", "must hold true or false"),
            (json!({"a": {"NULL": false}}), "/a/NULL", "must hold true"),
            (json!({"a": {"L": {}}}), "/a/L", "must hold an array"),
            (json!({"a": {"SS": []}}), "/a/SS", "must have at least one element"),
            (
                json!({"a": {"NS": ["1", "2", "1"]}}),
                "/a/NS/2",
                "occurs twice in the set",
            ),
            (
                json!({"x/y": {"L": [{"S": ""}, {"M": {"~": {"NS": ["1", "x"]}}}]}}),
                "/x~1y/L/1/M/~0/NS/1",
                "must be a decimal",
            ),
        ] {
            let error = attributes(value.clone()).unwrap_err();
            assert_eq!(error.path, path, "{value}");
            assert!(error.problem.to_string().starts_with(problem), "{value}: {error}");
        }
    }
}
