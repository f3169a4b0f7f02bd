//! `BATCH_WRITE`: puts and deletions as `BatchWriteItem` takes them.

use attributes::KeySchema;
use serde_json::Value;

use super::body::Fields;
use super::key::key_of;
use super::{Change, Operation, Table, Write, item_of};
use crate::failure::PermanentFailure;

/// Reads the fields of a body for `table`.
pub fn batch_write(mut fields: Fields, table: Table<'_>) -> Result<Operation, PermanentFailure> {
    let requests = fields.require("RequestItems")?;
    fields.end()?;
    let invalid = || PermanentFailure::InvalidField {
        place: "/RequestItems".to_owned(),
        expected: "an object with an array of at least one write for the table, such as \
                   {\"messages\":[{\"PutRequest\":{\"Item\":{…}}}]}",
    };
    let Value::Object(requests) = requests else {
        return Err(invalid());
    };
    let mut writes = Vec::new();
    for (name, requests) in requests {
        if name != table.name {
            return Err(PermanentFailure::WrongTable {
                place: "/RequestItems",
                found: name,
                configured: table.name.to_owned(),
            });
        }
        let Value::Array(requests) = requests else {
            return Err(invalid());
        };
        for (index, request) in requests.into_iter().enumerate() {
            // A table's name needs no escaping in a JSON Pointer.
            let place = || format!("/RequestItems/{}/{index}", table.name);
            writes.push(write_of(table.keys, request, place)?);
        }
    }
    if writes.is_empty() {
        return Err(invalid());
    }
    Ok(Operation::BatchWrite(writes))
}

fn write_of(keys: &KeySchema, request: Value, place: impl Fn() -> String) -> Result<Write, PermanentFailure> {
    let invalid = || PermanentFailure::InvalidField {
        place: place(),
        expected: "either {\"PutRequest\":{\"Item\":{…}}} or {\"DeleteRequest\":{\"Key\":{…}}}",
    };
    let (request, content) = only_member(request).ok_or_else(invalid)?;
    let (field, value) = only_member(content).ok_or_else(invalid)?;
    let below = || format!("{}/{request}/{field}", place());
    match (request.as_str(), field.as_str()) {
        ("PutRequest", "Item") => put_of(keys, value, below),
        ("DeleteRequest", "Key") => Ok(Write {
            key: key_of(keys, value, below)?,
            change: Change::Delete,
        }),
        _ => Err(invalid()),
    }
}

fn only_member(value: Value) -> Option<(String, Value)> {
    let Value::Object(members) = value else {
        return None;
    };
    let mut members = members.into_iter();
    members.next().filter(|_| members.next().is_none())
}

fn put_of(keys: &KeySchema, item: Value, place: impl Fn() -> String) -> Result<Write, PermanentFailure> {
    let (key, item) = item_of(keys, item, place)?;
    let change = Change::Put(item);
    Ok(Write { key, change })
}
