//! Plain JSON: values as a client of the API writes and reads them.
//!
//! JSON has fewer types than DynamoDB. From DynamoDB, binary values become base64 text and sets become arrays. To DynamoDB,
//! text stays text and arrays become lists.

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use message::Number;
use serde_json::{Map, Value};

use crate::{AttributeError, Attributes};

/// Turns the members of a JSON object into attributes.
///
/// # Errors
/// [`AttributeError`] with its path for each number that DynamoDB cannot hold.
pub fn to_attributes(members: Map<String, Value>) -> Result<Attributes, Vec<AttributeError>> {
    all(members.into_iter().map(|(name, value)| match to_attribute(value) {
        Ok(attribute) => Ok((name, attribute)),
        Err(errors) => Err(below(errors, &name)),
    }))
}

/// Turns a JSON value into an attribute value.
///
/// # Errors
/// [`AttributeError`] with its path for each number that DynamoDB cannot hold.
pub fn to_attribute(value: Value) -> Result<AttributeValue, Vec<AttributeError>> {
    Ok(match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(value) => AttributeValue::Bool(value),
        Value::Number(number) => {
            let number = number.to_string();
            let number = Number::parse(&number).map_err(|error| vec![AttributeError::here(error)])?;
            AttributeValue::N(number.to_string())
        }
        Value::String(text) => AttributeValue::S(text),
        Value::Array(elements) => {
            let elements = elements.into_iter().enumerate();
            AttributeValue::L(all(elements.map(|(index, element)| {
                to_attribute(element).map_err(|errors| below(errors, &index.to_string()))
            }))?)
        }
        Value::Object(members) => AttributeValue::M(to_attributes(members)?),
    })
}

/// The most errors that are collected. A body can have some hundred thousand; nobody reads that many.
const MAX_ERRORS: usize = 100;

/// All values, or all errors up to [`MAX_ERRORS`].
fn all<T, C: FromIterator<T>>(
    results: impl Iterator<Item = Result<T, Vec<AttributeError>>>,
) -> Result<C, Vec<AttributeError>> {
    let mut errors = Vec::new();
    let mut note = |found: Vec<AttributeError>| errors.extend(found.into_iter().take(MAX_ERRORS - errors.len()));
    let values = results.filter_map(|result| result.map_err(&mut note).ok());
    let values = values.collect();
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

fn below(errors: Vec<AttributeError>, name: &str) -> Vec<AttributeError> {
    errors.into_iter().map(|error| error.below(name)).collect()
}

/// Turns attributes into a JSON object, names in alphabetical order.
///
/// # Errors
/// [`AttributeError`] for a malformed number, which DynamoDB never returns, or for an attribute type that this version does
/// not know; then the crate needs an update.
pub fn from_attributes(attributes: &Attributes) -> Result<Map<String, Value>, AttributeError> {
    let mut attributes: Vec<_> = attributes.iter().collect();
    // The order of `Map` is no help: it depends on a feature of `serde_json` that any dependency may switch on.
    attributes.sort_unstable_by_key(|(name, _)| *name);
    attributes
        .into_iter()
        .map(|(name, value)| match from_attribute(value) {
            Ok(value) => Ok((name.clone(), value)),
            Err(error) => Err(error.below(name)),
        })
        .collect()
}

/// Turns an attribute value into JSON.
///
/// # Errors
/// As for [`from_attributes`].
pub fn from_attribute(value: &AttributeValue) -> Result<Value, AttributeError> {
    Ok(match value {
        AttributeValue::S(text) => Value::from(text.as_str()),
        AttributeValue::N(text) => number(text, MAX_WRITTEN_OUT)?,
        AttributeValue::B(bytes) => Value::from(BASE64_STANDARD.encode(bytes)),
        AttributeValue::Bool(value) => Value::Bool(*value),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::L(elements) => elements.iter().map(from_attribute).collect::<Result<_, _>>()?,
        AttributeValue::M(members) => Value::Object(from_attributes(members)?),
        AttributeValue::Ss(texts) => texts.iter().map(String::as_str).collect(),
        AttributeValue::Ns(numbers) => numbers
            .iter()
            .map(|text| number(text, MAX_WRITTEN_OUT_IN_SET))
            .collect::<Result<_, _>>()?,
        AttributeValue::Bs(blobs) => blobs.iter().map(|bytes| BASE64_STANDARD.encode(bytes)).collect(),
        unknown => {
            let name = format!("{unknown:?}")
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            return Err(AttributeError::here(crate::AttributeViolation::UnknownDescriptor(name)));
        }
    })
}

/// The most bytes of a number that is always returned as DynamoDB writes it: DynamoDB's 38 digits, a sign and a point.
const MAX_WRITTEN_OUT: usize = 40;

/// The same for an element of a set, which takes a byte less than one of a list.
const MAX_WRITTEN_OUT_IN_SET: usize = 20;

/// The number as DynamoDB writes it: `serde_json` keeps its text (feature `arbitrary_precision`). A number longer than
/// `max_written_out` gets an exponent if that makes it less than half as long. DynamoDB stores `1e47` in two bytes and writes it
/// out with 48, and the list of an item may hold 136,000 of them. With these limits an element's text is at most fourteen times as
/// long as the element in the table.
fn number(text: &str, max_written_out: usize) -> Result<Value, AttributeError> {
    let number = Number::parse(text).map_err(AttributeError::here)?;
    let written_out = number.as_str();
    let short = (written_out.len() > max_written_out)
        .then(|| number.normal_form())
        .filter(|normal_form| normal_form.len() * 2 < written_out.len());
    short
        .as_deref()
        .unwrap_or(written_out)
        .parse()
        .map(Value::Number)
        .map_err(|_| AttributeError::here(message::NumberError::Form))
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;
    use serde_json::json;

    use super::*;
    use message::item_size::number_size;

    #[test]
    fn plain_values_survive_both_ways() {
        let text = r#"{"a":"text","b":1.10,"c":12345678901234567890123456789012345678,"d":-1.5E-7,"e":[true,null,{"x":"é\u0000"}]}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        let AttributeValue::M(attributes) = to_attribute(value).unwrap() else {
            panic!("an object is a map")
        };
        assert_eq!(attributes["b"], AttributeValue::N("1.10".into()));
        let back = Value::Object(from_attributes(&attributes).unwrap()).to_string();
        assert_eq!(back.to_lowercase(), text.to_lowercase(), "digit for digit");
    }

    #[test]
    fn types_that_json_lacks_become_text_and_arrays() {
        let read = |value| from_attribute(&value).unwrap();
        assert_eq!(read(AttributeValue::B(Blob::new([1, 2]))), json!("AQI="));
        assert_eq!(read(AttributeValue::Ss(vec!["a".into()])), json!(["a"]));
        assert_eq!(read(AttributeValue::Ns(vec!["1.50".into()])).to_string(), "[1.50]");
        assert_eq!(read(AttributeValue::Bs(vec![Blob::new([1])])), json!(["AQ=="]));
    }

    #[test]
    fn a_number_with_many_zeros_gets_an_exponent() {
        for (stored, answered) in [
            (format!("1{}", "0".repeat(125)), "1e+125"),
            (format!("-0.{}5", "0".repeat(129)), "-5e-130"),
            (format!("1{}", "0".repeat(47)), "1e+47"),
            (format!("1{}", "0".repeat(40)), "1e+40"),
            (format!("0.{}12", "0".repeat(37)), "12e-39"),
        ] {
            assert_eq!(number(&stored, MAX_WRITTEN_OUT).unwrap().to_string(), answered);
        }
    }

    #[test]
    fn a_number_stays_as_it_is_written_if_an_exponent_makes_it_hardly_shorter() {
        for stored in [
            "1000000",
            "0.000001",
            "18446744073709551615",
            "-10000000000000000000000000000000000000",
            "0.00000000000000000000000000000000000001",
            "12345678901234567890123000000000000000000",
            "99999999999999999999999999999999999999",
            "12345678901234567890.123456789012345678",
            "-0.00012345678901234567890123456789012345678",
        ] {
            assert_eq!(number(stored, MAX_WRITTEN_OUT).unwrap().to_string(), stored);
        }
    }

    #[test]
    fn an_element_takes_at_most_fourteen_times_its_bytes_in_the_table() {
        for digits in 1..=38 {
            let nines = "9".repeat(digits);
            for zeros in 0..=126 - digits {
                let zeros = "0".repeat(zeros);
                for stored in [format!("-{nines}{zeros}"), format!("-0.{zeros}{nines}")] {
                    let bytes = number_size(&stored);
                    for (most, bytes) in [(MAX_WRITTEN_OUT, bytes + 1), (MAX_WRITTEN_OUT_IN_SET, bytes)] {
                        let text = format!("{},", number(&stored, most).unwrap());
                        assert!(text.len() <= 14 * bytes, "{stored}: {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn errors_are_bounded_in_number_and_size() {
        let name = "ä/".repeat(100_000);
        let bad = "[1e999,".repeat(50) + "1e999" + &"]".repeat(50);
        let text = format!(r#"{{"{name}":[{}{bad}]}}"#, "1e999,".repeat(1000));
        let errors = to_attribute(serde_json::from_str(&text).unwrap()).unwrap_err();
        assert_eq!(errors.len(), 100);
        assert!(
            errors.iter().all(|error| error.path.len() < 1000),
            "{}",
            errors[0].path.len()
        );
        assert!(
            errors[0].path.starts_with("/ä~1ä~1") && errors[0].path.contains("…/0"),
            "{}",
            errors[0].path
        );
    }

    #[test]
    fn numbers_that_dynamodb_cannot_hold_are_named() {
        let value: Value = serde_json::from_str(r#"{"a":[1,{"b":1e999}],"c":-1e-131}"#).unwrap();
        let errors = to_attribute(value).unwrap_err();
        let mut texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
        texts.sort_unstable();
        let range = "is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude";
        assert_eq!(texts, [format!("/a/1/b: {range}"), format!("/c: {range}")]);
    }
}
