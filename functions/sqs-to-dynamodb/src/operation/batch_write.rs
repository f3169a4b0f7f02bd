//! `BATCH_WRITE`: puts and deletions in the form of `BatchWriteItem`. Each of them is a row.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use attributes::KeySchema;
use message::invisible::trim;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::body::Fields;
use super::key::key_of;
use super::{Change, RowWrite, Table, Write, fields, item_of, usual_item};
use crate::failure::PermanentFailure;

/// The text before and after the item of a put and the key of a deletion, in the form that the extractor writes.
const PUT: (&str, &str) = (r#"{"PutRequest":{"Item":"#, "}}");
const DELETE: (&str, &str) = (r#"{"DeleteRequest":{"Key":"#, "}}");

/// A body. Its rows stay raw JSON, so that a fault in one of them does not affect the others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<'b> {
    // `null` is not a name, and not the same as a missing member.
    #[serde(rename = "TableName", borrow, default, deserialize_with = "some_text")]
    table: Option<Cow<'b, str>>,
    #[serde(rename = "RequestItems", borrow)]
    requests: Requests<'b>,
}

/// The writes of the only table in `RequestItems`.
struct Requests<'b> {
    table: Cow<'b, str>,
    writes: Vec<&'b RawValue>,
}

/// The members of an object, as raw JSON.
type Members<'b> = HashMap<String, &'b RawValue>;

/// A text, borrowed if it has no escapes.
#[derive(Deserialize)]
struct Text<'b>(#[serde(borrow)] Cow<'b, str>);

fn some_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    Text::deserialize(deserializer).map(|Text(text)| Some(text))
}

/// Reads a body for `table`. Each wrong row has a failure of its own.
///
/// # Errors
/// [`PermanentFailure`], when the body is not a `BATCH_WRITE` for this table, or has no row.
pub fn read(body: &str, table: Table<'_>) -> Result<Vec<RowWrite>, PermanentFailure> {
    let Some(elements) = elements(body, table.name) else {
        let requests = requests(fields(body, table)?)?;
        return Err(fault_of(requests, table.name));
    };
    let is_only_row = elements.len() == 1;
    let row = |element: &&RawValue| match usual(element.get(), table.keys) {
        Some(write) => Ok(write),
        None if is_only_row => long_way(body, table).map_err(Box::new),
        None => long_way(&alone(element.get(), table.name), table).map_err(Box::new),
    };
    Ok(elements.iter().map(row).collect())
}

/// Splits a body into its rows, each as raw JSON; `None` when the body is not a `BATCH_WRITE` for the table of this name, or has
/// no row.
#[must_use]
pub fn elements<'b>(body: &'b str, table: &str) -> Option<Vec<&'b RawValue>> {
    let body = trim(body);
    // Serde would also read a struct from an array.
    let is_object = body.starts_with('{');
    let body: Body = is_object.then(|| serde_json::from_str(body).ok())??;
    let is_for_table = body.table.is_none_or(|name| name == table) && body.requests.table == table;
    let writes = body.requests.writes;
    (is_for_table && !writes.is_empty()).then_some(writes)
}

/// The number of rows of a body, whichever table they are for: the elements of the arrays in `RequestItems`; 1 when there are none.
#[must_use]
pub fn rows_for_any_table(body: &str) -> usize {
    let tables = || {
        let members: Members<'_> = serde_json::from_str(trim(body)).ok()?;
        serde_json::from_str::<Members<'_>>(members.get("RequestItems")?.get()).ok()
    };
    let rows = |writes: &&RawValue| serde_json::from_str::<Vec<IgnoredAny>>(writes.get()).map_or(0, |rows| rows.len());
    let all = tables().unwrap_or_default().values().map(rows).sum();
    usize::max(all, 1)
}

/// Makes the body of a `BATCH_WRITE` of one row.
#[must_use]
pub fn alone(element: &str, table: &str) -> String {
    format!(r#"{{"RequestItems":{{{}:[{element}]}}}}"#, Value::from(table))
}

/// Reads a row in the form that the extractor writes; `None` for any other form.
fn usual(element: &str, keys: &KeySchema) -> Option<Write> {
    let within = |(start, end): (&str, &str)| element.strip_prefix(start)?.strip_suffix(end);
    if let Some(item) = within(PUT) {
        let (key, item) = usual_item(item, keys)?;
        let change = Change::Put(item);
        return Some(Write { key, change });
    }
    let key_text = within(DELETE)?;
    let (key, _) = usual_item(key_text, keys)?;
    // The texts differ when the message's key has attributes beside the key attributes.
    (key.to_string() == key_text).then_some(Write {
        key,
        change: Change::Delete,
    })
}

/// Reads the body of one row in any form.
fn long_way(body: &str, table: Table<'_>) -> Result<Write, PermanentFailure> {
    let requests = requests(fields(body, table)?)?;
    let row = requests.get(table.name).and_then(|writes| writes.get(0));
    match row.cloned() {
        Some(row) => write_of(table, row),
        None => Err(fault_of(requests, table.name)),
    }
}

/// Takes `RequestItems` from the fields of a body.
fn requests(mut fields: Fields) -> Result<Value, PermanentFailure> {
    let requests = fields.require("RequestItems")?;
    fields.end()?;
    Ok(requests)
}

/// The fault of `RequestItems` without rows for the table of this name.
fn fault_of(requests: Value, table: &str) -> PermanentFailure {
    if let Value::Object(tables) = requests
        && let Some((found, _)) = tables.into_iter().find(|(name, _)| name != table)
    {
        return PermanentFailure::WrongTable {
            place: "/RequestItems",
            found,
            configured: table.to_owned(),
        };
    }
    PermanentFailure::InvalidField {
        place: "/RequestItems".to_owned(),
        expected: "an object with an array of at least one write for the table, such as \
                   {\"messages\":[{\"PutRequest\":{\"Item\":{…}}}]}",
    }
}

/// Reads the only row of a body.
fn write_of(table: Table<'_>, request: Value) -> Result<Write, PermanentFailure> {
    // A table's name needs no escaping in a JSON Pointer.
    let place = || format!("/RequestItems/{}/0", table.name);
    let invalid = || PermanentFailure::InvalidField {
        place: place(),
        expected: "either {\"PutRequest\":{\"Item\":{…}}} or {\"DeleteRequest\":{\"Key\":{…}}}",
    };
    let (request, content) = only_member(request).ok_or_else(invalid)?;
    let (field, value) = only_member(content).ok_or_else(invalid)?;
    let below = || format!("{}/{request}/{field}", place());
    match (request.as_str(), field.as_str()) {
        ("PutRequest", "Item") => put_of(table.keys, value, below),
        ("DeleteRequest", "Key") => Ok(Write {
            key: key_of(table.keys, value, below)?,
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

impl<'de: 'b, 'b> Deserialize<'de> for Requests<'b> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneTable;

        impl<'de> Visitor<'de> for OneTable {
            type Value = Requests<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the writes of one table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut tables: A) -> Result<Requests<'de>, A::Error> {
                let first = tables.next_entry::<Text<'de>, Vec<&'de RawValue>>()?;
                let (Text(table), writes) = first.ok_or_else(|| A::Error::custom("no table"))?;
                match tables.next_key::<Text<'de>>()? {
                    None => Ok(Requests { table, writes }),
                    Some(_) => Err(A::Error::custom("more than one table")),
                }
            }
        }

        deserializer.deserialize_map(OneTable)
    }
}
