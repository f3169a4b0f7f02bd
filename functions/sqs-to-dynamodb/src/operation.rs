//! Reads the operation that an SQS record asks for.

mod body;
mod item;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::HashMap;

use attributes::{Attributes, dynamodb_json, item_size};
use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_dynamodb::types::AttributeValue;
use message::{Date, Key, KeyError, MAX_ITEM_BYTES, Time, names};
use serde_json::Value;

use crate::failure::PermanentFailure;
use crate::record::method;
use body::Fields;
pub use item::Item;
use item::usual;

/// The operation that a message asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `POST` or `DELETE`.
    Write(Write),
    /// `BATCH_WRITE`: writes in the order of the body.
    BatchWrite(Vec<Write>),
    /// `PUT`.
    Update(Key, Box<Update>),
    /// `GET`.
    Get(Key),
    /// `GET_ALL`.
    Scan,
}

/// A write that `BatchWriteItem` takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// The item's key.
    pub key: Key,
    /// The change of the item.
    pub change: Change,
}

/// The change of an item, whatever it was before.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The item is replaced by this one, key attributes included.
    Put(Item),
    /// The item is removed.
    Delete,
}

/// The expressions of an `UpdateItem`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    /// `UpdateExpression`.
    pub update: String,
    /// `ConditionExpression`.
    pub condition: Option<String>,
    /// `ExpressionAttributeNames`.
    pub names: Option<HashMap<String, String>>,
    /// `ExpressionAttributeValues`.
    pub values: Option<Attributes>,
}

/// Reads one record. `table` is the only table that it may be for.
///
/// # Errors
/// [`PermanentFailure`], when the record asks for nothing that can ever be carried out.
pub fn parse(record: &SqsMessage, table: &str) -> Result<Operation, PermanentFailure> {
    let method = method(record).ok_or(PermanentFailure::NoMethod)?;
    let body = record.body.as_deref().unwrap_or_default();
    if method == "POST"
        && let Some((key, item)) = usual(body, table)
    {
        let change = Change::Put(item);
        return Ok(Operation::Write(Write { key, change }));
    }
    let parse = match method {
        "POST" => post,
        "PUT" => put,
        "DELETE" => delete,
        "GET" => get,
        "GET_ALL" => get_all,
        "BATCH_WRITE" => batch_write,
        unknown => return Err(PermanentFailure::UnknownMethod(unknown.to_owned())),
    };
    let mut fields = Fields::parse(body)?;
    check_table(&mut fields, table)?;
    parse(fields, table)
}

fn check_table(fields: &mut Fields, table: &str) -> Result<(), PermanentFailure> {
    match fields.take_text("TableName")? {
        Some(found) if found != table => Err(PermanentFailure::WrongTable {
            place: "/TableName",
            found,
            configured: table.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn post(mut fields: Fields, _: &str) -> Result<Operation, PermanentFailure> {
    let item = fields.require("Item")?;
    fields.end()?;
    Ok(Operation::Write(put_of(item, || "/Item".to_owned())?))
}

fn delete(mut fields: Fields, _: &str) -> Result<Operation, PermanentFailure> {
    let key = fields.require("Key")?;
    fields.end()?;
    Ok(Operation::Write(Write {
        key: key_of(key, || "/Key".to_owned())?,
        change: Change::Delete,
    }))
}

fn get(mut fields: Fields, _: &str) -> Result<Operation, PermanentFailure> {
    let key = fields.require("Key")?;
    fields.end()?;
    Ok(Operation::Get(key_of(key, || "/Key".to_owned())?))
}

fn get_all(fields: Fields, _: &str) -> Result<Operation, PermanentFailure> {
    fields.end()?;
    Ok(Operation::Scan)
}

fn put(mut fields: Fields, _: &str) -> Result<Operation, PermanentFailure> {
    let key = fields.require("Key")?;
    let update = fields.require_text("UpdateExpression")?;
    let condition = fields.take_text("ConditionExpression")?;
    let names = fields.take("ExpressionAttributeNames").map(names_of).transpose()?;
    let values = fields
        .take("ExpressionAttributeValues")
        .map(dynamodb_json::attributes)
        .transpose()
        .map_err(|source| PermanentFailure::ExpressionValue {
            place: "/ExpressionAttributeValues",
            source,
        })?;
    fields.end()?;
    let update = Update {
        update,
        condition,
        names,
        values,
    };
    Ok(Operation::Update(key_of(key, || "/Key".to_owned())?, Box::new(update)))
}

fn names_of(value: Value) -> Result<HashMap<String, String>, PermanentFailure> {
    serde_json::from_value(value).map_err(|_| PermanentFailure::InvalidField {
        place: "/ExpressionAttributeNames".to_owned(),
        expected: "an object of attribute names, such as {\"#l\":\"location\"}",
    })
}

fn batch_write(mut fields: Fields, table: &str) -> Result<Operation, PermanentFailure> {
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
        if name != table {
            return Err(PermanentFailure::WrongTable {
                place: "/RequestItems",
                found: name,
                configured: table.to_owned(),
            });
        }
        let Value::Array(requests) = requests else {
            return Err(invalid());
        };
        for (index, request) in requests.into_iter().enumerate() {
            // A table's name needs no escaping in a JSON Pointer.
            writes.push(write_of(request, || format!("/RequestItems/{table}/{index}"))?);
        }
    }
    if writes.is_empty() {
        return Err(invalid());
    }
    Ok(Operation::BatchWrite(writes))
}

fn write_of(request: Value, place: impl Fn() -> String) -> Result<Write, PermanentFailure> {
    let invalid = || PermanentFailure::InvalidField {
        place: place(),
        expected: "either {\"PutRequest\":{\"Item\":{…}}} or {\"DeleteRequest\":{\"Key\":{…}}}",
    };
    let (request, content) = only_member(request).ok_or_else(invalid)?;
    let (field, value) = only_member(content).ok_or_else(invalid)?;
    let below = || format!("{}/{request}/{field}", place());
    match (request.as_str(), field.as_str()) {
        ("PutRequest", "Item") => put_of(value, below),
        ("DeleteRequest", "Key") => Ok(Write {
            key: key_of(value, below)?,
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

fn put_of(item: Value, place: impl Fn() -> String) -> Result<Write, PermanentFailure> {
    let item =
        dynamodb_json::attributes(item).map_err(|source| PermanentFailure::ItemValue { place: place(), source })?;
    let key = key_in(&item, &place)?;
    match item_size(&item) {
        bytes if bytes > MAX_ITEM_BYTES => Err(PermanentFailure::ItemTooLarge { place: place(), bytes }),
        _ => Ok(Write {
            key,
            change: Change::Put(Item::of(&item)),
        }),
    }
}

fn key_of(key: Value, place: impl Fn() -> String) -> Result<Key, PermanentFailure> {
    let attributes =
        dynamodb_json::attributes(key).map_err(|source| PermanentFailure::KeyValue { place: place(), source })?;
    let key = key_in(&attributes, &place)?;
    let extra = attributes
        .into_keys()
        .find(|name| name != names::DATE && name != names::TIME);
    extra.map_or(Ok(key), |attribute| {
        Err(PermanentFailure::ExtraKey {
            place: place(),
            attribute,
        })
    })
}

/// The key among the attributes of an item or a key.
fn key_in(attributes: &Attributes, place: impl Fn() -> String) -> Result<Key, PermanentFailure> {
    let text = |attribute| match attributes.get(attribute) {
        Some(AttributeValue::S(text)) => Ok(text),
        Some(_) => Err(PermanentFailure::KeyType {
            place: place(),
            attribute,
        }),
        None => Err(PermanentFailure::MissingKey {
            place: place(),
            attribute,
        }),
    };
    let form = |attribute| {
        let place = &place;
        move |source: KeyError| PermanentFailure::KeyForm {
            place: place(),
            attribute,
            source,
        }
    };
    Ok(Key {
        date: text(names::DATE)?.parse::<Date>().map_err(form(names::DATE))?,
        time: text(names::TIME)?.parse::<Time>().map_err(form(names::TIME))?,
    })
}
