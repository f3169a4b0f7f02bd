//! What becomes of the rows of a declared file.

use message::{KeyAttribute, KeyType, MAX_PARTITION_BYTES, Number, TableKey};
use schema::Resource;
use serde_json::Value;

use super::rows::{Kept, Outcome, Read};
use crate::table::TABLE;

/// The fields that are stored under their own names just as they stand in the file, of a resource that puts items.
pub(super) struct Simple {
    texts: Vec<String>,
    numbers: Vec<String>,
}

impl Simple {
    pub fn of(resource: &Resource) -> Self {
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        let descriptor: Value = serde_json::from_str(resource.json()).unwrap_or_default();
        let fields = descriptor["schema"]["fields"].as_array();
        for field in fields.into_iter().flatten().filter_map(Value::as_object) {
            let is_plain = field
                .keys()
                .all(|name| matches!(name.as_str(), "name" | "type" | "constraints" | "title"));
            let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
            let is_overridden = descriptor["dynamodb:item"].get(name).is_some();
            match field.get("type").and_then(Value::as_str) {
                _ if !is_plain || is_overridden => {}
                Some("string") => texts.push(name.to_owned()),
                Some("number") => numbers.push(name.to_owned()),
                _ => {}
            }
        }
        Self { texts, numbers }
    }
}

/// Every row but the header is the body of a message, with the key that it says and the cells that stand in it, or is
/// rejected with a reason that names its columns.
pub(super) fn check(read: &Read, resource: &Resource, key: &TableKey, simple: &Simple) {
    let header = read.rows.first().filter(|row| row.outcome == Outcome::Header);
    assert!(header.is_some() || resource.dialect().header_row.is_none() || read.rows.is_empty());
    for row in &read.rows {
        match &row.outcome {
            Outcome::Header => {}
            Outcome::Rejected { columns, reason } => {
                assert!(reason.len() > 10, "no reason: {reason}");
                for column in columns {
                    assert!(reason.contains(column.as_str()), "{column} is not in: {reason}");
                }
            }
            Outcome::Message { body, partition, sort } => {
                let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{body}: {error}"));
                assert_eq!(body["TableName"], TABLE);
                // An update has its values under names of their own.
                let item = if body["Item"].is_object() {
                    &body["Item"]
                } else {
                    &body["Key"]
                };
                let attributes = item.as_object().unwrap_or_else(|| panic!("no item in {body}"));
                for (name, value) in attributes {
                    assert!(is_attribute_value(value), "{name} in {body}");
                }
                check_key(item, &key.partition, partition);
                if let Some(attribute) = &key.sort {
                    check_key(item, attribute, sort);
                }
                if let (Some(header), true) = (header, body["Item"].is_object()) {
                    check_cells(item, header, row, simple);
                }
            }
        }
    }
}

fn check_key(item: &Value, attribute: &KeyAttribute, text: &str) {
    let found = &item[&attribute.name];
    let key_type = match attribute.key_type {
        KeyType::S => "S",
        KeyType::N => "N",
    };
    assert_eq!(found[key_type], text, "{} of {item}", attribute.name);
    assert!(
        !text.is_empty() && text.len() <= MAX_PARTITION_BYTES,
        "{} bytes",
        text.len()
    );
}

/// The cells of simple fields are what stands in the item.
fn check_cells(item: &Value, header: &Kept, row: &Kept, simple: &Simple) {
    let (Some(names), Some(cells)) = (&header.cells, &row.cells) else {
        return;
    };
    let cell_of = |name: &String| {
        let mut columns = names.iter().zip(cells).filter(|(found, _)| found.0 == name.as_bytes());
        let cell = columns.next().and_then(|(_, cell)| std::str::from_utf8(&cell.0).ok());
        cell.filter(|_| columns.next().is_none())
    };
    for name in &simple.texts {
        if let (Some(found), Some(cell)) = (item[name]["S"].as_str(), cell_of(name)) {
            assert_eq!(found, cell, "{name} of {row:?}");
        }
    }
    for name in &simple.numbers {
        if let (Some(found), Some(cell)) = (item[name]["N"].as_str(), cell_of(name)) {
            let expected = message::invisible::trim(cell);
            let forms = [found, expected].map(|number| Number::parse(number).map(|number| number.normal_form()).ok());
            assert!(
                forms[0].is_some() && forms[0] == forms[1],
                "{name} is {found} in {row:?}"
            );
        }
    }
}

/// Whether a value is one that DynamoDB takes.
fn is_attribute_value(value: &Value) -> bool {
    let Some((descriptor, value)) = value
        .as_object()
        .filter(|members| members.len() == 1)
        .and_then(|members| members.iter().next())
    else {
        return false;
    };
    let all = |check: fn(&Value) -> bool| value.as_array().is_some_and(|values| values.iter().all(check));
    let is_number = |value: &Value| value.as_str().is_some_and(|text| Number::parse(text).is_ok());
    match descriptor.as_str() {
        "S" | "B" => value.is_string(),
        "N" => is_number(value),
        "BOOL" => value.is_boolean(),
        "NULL" => *value == Value::Bool(true),
        "SS" => all(Value::is_string),
        "NS" => all(is_number),
        "L" => all(is_attribute_value),
        "M" => value
            .as_object()
            .is_some_and(|members| members.values().all(is_attribute_value)),
        _ => false,
    }
}
