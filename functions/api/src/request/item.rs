//! A message as clients write it: `{"date":"2001-01-01","time":"09:01:05","location":"location-03",…}`.

use attributes::{AttributeError, Attributes, item_size, plain_json};
use message::{Key, KeyError, MAX_ITEM_BYTES, names};
use serde_json::{Map, Value};

use super::fault::{MemberError, MemberViolation, pointer};
use super::limits::MAX_NAME_BYTES;
use super::rejection::{Faults, Rejection};
use crate::table::hidden::is_hidden;

/// Where the item is in the body.
pub const POINTER: &str = "/Item";

/// A valid item.
#[derive(Debug)]
pub struct Item {
    /// Its primary key.
    pub key: Key,
    /// All attributes, those of the key too.
    pub attributes: Attributes,
}

impl Item {
    /// Checks an item: it has its key, and every attribute is [valid](attributes).
    ///
    /// # Errors
    /// [`MemberError`] for each mistake.
    pub fn check(members: Map<String, Value>) -> Result<Self, Rejection> {
        let mut faults = Faults::default();
        let date = faults.take(key_part(&members, names::DATE, KeyError::Date));
        let time = faults.take(key_part(&members, names::TIME, KeyError::Time));
        let attributes = faults.take(attributes(members));
        faults.finish(|| {
            Some(Self {
                key: Key {
                    date: date?,
                    time: time?,
                },
                attributes: attributes?,
            })
        })
    }
}

/// Checks the attributes at [`POINTER`]: the documented ones have their types, and DynamoDB can hold them all in one
/// item. Other attributes are as free as in DynamoDB. (The form of a key is not checked here.)
///
/// # Errors
/// [`MemberError`] for each mistake.
pub fn attributes(members: Map<String, Value>) -> Result<Attributes, Rejection> {
    let mut faults = Faults::default();
    let mut attributes = Attributes::with_capacity(members.len());
    for (name, value) in members {
        if let Some(violation) = violation_of(&name, &value) {
            faults.add(MemberError::at(POINTER, &name, violation));
            continue;
        }
        match plain_json::to_attribute(value) {
            Ok(value) => {
                attributes.insert(name, value);
            }
            Err(errors) => add_below(&mut faults, &pointer(POINTER, &name), errors),
        }
    }
    let attributes = faults.finish(|| Some(attributes))?;
    match item_size(&attributes) {
        bytes if bytes > MAX_ITEM_BYTES => Err(too_large(POINTER, bytes).into()),
        _ => Ok(attributes),
    }
}

/// Adds the errors of the conversion of the value at `parent`.
pub fn add_below(faults: &mut Faults, parent: &str, errors: Vec<AttributeError>) {
    for error in errors {
        faults.add(MemberError::below(parent, error));
    }
}

/// The error at `pointer`, whose value is over the size of an item.
pub fn too_large(pointer: &str, bytes: usize) -> MemberError {
    let limit = MAX_ITEM_BYTES;
    MemberError::new(pointer, MemberViolation::TooLarge { bytes, limit })
}

fn key_part<T>(members: &Map<String, Value>, name: &str, expected: KeyError) -> Result<T, MemberError>
where
    T: std::str::FromStr<Err = KeyError>,
{
    let violation = match members.get(name) {
        Some(Value::String(text)) => match text.parse() {
            Ok(part) => return Ok(part),
            Err(error) => MemberViolation::Key(error),
        },
        Some(_) => MemberViolation::Key(expected),
        None => MemberViolation::Missing(match expected {
            KeyError::Date => "a date of the form YYYY-MM-DD, such as \"2019-05-28\"",
            _ => "a UTC time of day of the form HH:MM:SS, such as \"10:55:09\"",
        }),
    };
    Err(MemberError::at(POINTER, name, violation))
}

fn violation_of(name: &str, value: &Value) -> Option<MemberViolation> {
    if [names::DATE, names::TIME].contains(&name) {
        return None;
    }
    if is_hidden(name) {
        return Some(MemberViolation::Reserved);
    }
    if name.is_empty() {
        return Some(MemberViolation::Form("named: an attribute's name is not empty"));
    }
    if name.len() > MAX_NAME_BYTES {
        return Some(MemberViolation::Form("named with at most 64 KB"));
    }
    if names::TEXTS.contains(&name) && !value.is_string() {
        return Some(MemberViolation::Form("a string"));
    }
    if names::NUMBERS.contains(&name) && !value.is_number() {
        return Some(MemberViolation::Form("a number, without quotation marks"));
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(more: &str) -> Result<Item, Rejection> {
        let text = format!(r#"{{"date":"2001-01-01","time":"09:01:05"{more}}}"#);
        Item::check(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn documented_and_other_attributes_are_taken() {
        let item = check(
            r#","location":"l","local_avg":5.550,"remote_avg":-1E-7,"note":{"a":[1,null,""]},"ok":false,"none":null"#,
        )
        .unwrap();
        assert_eq!(item.key.date.to_string(), "2001-01-01");
        assert_eq!(item.attributes["local_avg"].as_n().unwrap(), "5.550");
        assert_eq!(item.attributes.len(), 8);
        let empty = check(r#","location":"","note":" ""#).unwrap();
        assert_eq!(
            empty.attributes["location"].as_s().unwrap(),
            "",
            "as DynamoDB stores it"
        );
    }

    #[test]
    fn a_wrong_attribute_is_named_with_its_form() {
        for (more, message) in [
            (r#","location":1"#, "`/Item/location` must be a string"),
            (r#","source":null"#, "`/Item/source` must be a string"),
            (
                r#","local_avg":"5.55""#,
                "`/Item/local_avg` must be a number, without quotation marks",
            ),
            (r#","":1"#, "`/Item/` must be named: an attribute's name is not empty"),
            (
                r#","a/b":[1,1e999]"#,
                "`/Item/a~1b/1` is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude",
            ),
            (
                r#","remote_avg":1.00000000000000000000000000000000000001"#,
                "`/Item/remote_avg` has 39 significant digits; DynamoDB keeps 38",
            ),
        ] {
            assert_eq!(check(more).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn the_key_must_be_there_and_well_formed() {
        let time = "a UTC time of day of the form HH:MM:SS, such as";
        for (item, message) in [
            (
                json!({"time": "09:01:05"}),
                "`/Item/date` is missing; it must be a date of the form YYYY-MM-DD, such as \"2019-05-28\"".to_owned(),
            ),
            (
                json!({"date": "01/01/2001", "time": "09:01:05"}),
                "`/Item/date` must be a date of the form YYYY-MM-DD, such as 2019-05-28".to_owned(),
            ),
            (
                json!({"date": "2001-01-01"}),
                format!("`/Item/time` is missing; it must be {time} \"10:55:09\""),
            ),
            (
                json!({"date": "2001-01-01", "time": 90105}),
                format!("`/Item/time` must be {time} 10:55:09 or, to the millisecond, 10:55:09.385"),
            ),
            (
                json!({"date": "2001-01-01", "time": ""}),
                format!("`/Item/time` must be {time} 10:55:09 or, to the millisecond, 10:55:09.385"),
            ),
        ] {
            let Value::Object(members) = item else {
                panic!("an object")
            };
            assert_eq!(Item::check(members).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn an_item_may_have_400_kb() {
        let key = "date2001-01-01time09:01:05note".len();
        let note = |length: usize| check(&format!(r#","note":"{}""#, "x".repeat(length)));
        assert!(note(400 * 1024 - key).is_ok());
        assert_eq!(
            note(400 * 1024 - key + 1).unwrap_err().to_string(),
            "`/Item` has 409601 bytes as DynamoDB counts them; the most are 409600"
        );
        let name = check(&format!(r#","{}":1"#, "x".repeat(65 * 1024))).unwrap_err();
        assert!(name.to_string().ends_with("` must be named with at most 64 KB"));
    }
}
