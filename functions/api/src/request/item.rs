//! A message in the form that clients write: `{"date":"2001-01-01","time":"09:01:05","location":"location-03",…}`.

use attributes::{AttributeError, Attributes, KeySchema, item_size, plain_json};
use message::{MAX_ITEM_BYTES, names};
use serde_json::{Map, Value};

use super::fault::{MemberError, MemberViolation, pointer};
use super::key::{Address, KeyPart, KeyValue};
use super::limits::MAX_NAME_BYTES;
use super::rejection::{Faults, Rejection};
use crate::table::hidden::is_hidden;

/// The place of the item in the body: a JSON Pointer.
pub const POINTER: &str = "/Item";

/// A valid item.
#[derive(Debug)]
pub struct Item {
    /// Its primary key.
    pub address: Address,
    /// All attributes, including the key.
    pub attributes: Attributes,
}

impl Item {
    /// Checks an item: it has its key, and every attribute is [valid](attributes). A number in the key is brought into normal
    /// form.
    ///
    /// # Errors
    /// [`MemberError`] for each fault.
    pub fn check(members: Map<String, Value>, schema: &KeySchema) -> Result<Self, Rejection> {
        let mut faults = Faults::default();
        let partition = faults.take(key_value(&members, KeyPart::partition(schema)));
        let sort = match KeyPart::sort(schema) {
            Some(part) => faults.take(key_value(&members, part)).map(Some),
            None => Some(None),
        };
        let attributes = faults.take(attributes(members, schema));
        let (address, mut attributes) = faults.finish(|| Address::of(schema, partition?, sort?).zip(attributes))?;
        let key = address.parts(schema);
        attributes.extend(key.map(|(part, value)| (part.name.to_owned(), value.to_attribute())));
        Ok(Self { address, attributes })
    }
}

/// Checks the attributes at [`POINTER`]: the documented ones have their types, and all together fit into one item of DynamoDB.
/// Other attributes may have any value that DynamoDB can store. The form of a key is not checked here.
///
/// # Errors
/// [`MemberError`] for each fault.
pub fn attributes(members: Map<String, Value>, schema: &KeySchema) -> Result<Attributes, Rejection> {
    let mut faults = Faults::default();
    let mut attributes = Attributes::with_capacity(members.len());
    for (name, value) in members {
        if let Some(violation) = violation_of(&name, &value, schema) {
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

/// Adds the conversion errors of the value at `parent`.
pub fn add_below(faults: &mut Faults, parent: &str, errors: Vec<AttributeError>) {
    for error in errors {
        faults.add(MemberError::below(parent, error));
    }
}

/// Makes the error of a value at `pointer` that is larger than an item may be.
pub fn too_large(pointer: &str, bytes: usize) -> MemberError {
    let limit = MAX_ITEM_BYTES;
    MemberError::new(pointer, MemberViolation::TooLarge { bytes, limit })
}

fn key_value(members: &Map<String, Value>, part: KeyPart<'_>) -> Result<KeyValue, MemberError> {
    let violation = match members.get(part.name).map(|value| part.form.parse_json(value)) {
        Some(Some(value)) => return Ok(value),
        Some(None) => MemberViolation::Key(part.form),
        None => MemberViolation::Missing(part.form.expected_json()),
    };
    Err(MemberError::at(POINTER, part.name, violation))
}

fn violation_of(name: &str, value: &Value, schema: &KeySchema) -> Option<MemberViolation> {
    if schema.has(name) {
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
    if *schema != KeySchema::Messages {
        return None;
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
        Item::check(serde_json::from_str(&text).unwrap(), &KeySchema::Messages)
    }

    #[test]
    fn documented_and_other_attributes_are_taken() {
        let item = check(
            r#","location":"l","local_avg":5.550,"remote_avg":-1E-7,"note":{"a":[1,null,""]},"ok":false,"none":null"#,
        )
        .unwrap();
        assert_eq!(item.address.partition.as_str(), "2001-01-01");
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
            assert_eq!(
                Item::check(members, &KeySchema::Messages).unwrap_err().to_string(),
                message
            );
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
