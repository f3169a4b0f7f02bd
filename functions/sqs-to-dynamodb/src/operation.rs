//! Reads the operation that an SQS record requests.

mod batch_write;
mod body;
mod declared_item;
mod item;
mod key;
mod ordered_put;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use attributes::{Attributes, ItemKey, KeySchema, dynamodb_json, item_size};
use message::{MAX_ITEM_BYTES, Order, WriteMode};
use serde_json::Value;

use crate::failure::PermanentFailure;
use crate::record::{Record, method};
pub use batch_write::{alone, elements};
use body::Fields;
pub use item::Item;
use item::{Post, usual, usual_item};
use key::{key_in, key_of};
use ordered_put::order_of;
pub use ordered_put::{OrderedPut, Precedence};

/// The operation that a message requests.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `POST` that replaces any existing item, or `DELETE`.
    Write(Write),
    /// `POST` that depends on the existing item.
    OrderedPut(ItemKey, Box<OrderedPut>),
    /// `BATCH_WRITE`: its rows, in the order of the body.
    BatchWrite(Vec<RowWrite>),
    /// `PUT`.
    Update(ItemKey, Box<Update>),
    /// `GET`.
    Get(ItemKey),
    /// `GET_ALL`.
    Scan,
}

/// A write that `BatchWriteItem` accepts.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// The item's key.
    pub key: ItemKey,
    /// The change of the item.
    pub change: Change,
}

/// One row of a `BATCH_WRITE`: a write, or the reason why it can never be carried out.
pub type RowWrite = Result<Write, Box<PermanentFailure>>;

/// The change of an item, independent of its earlier state.
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

impl Operation {
    /// The number of rows of the message: the number of writes for `BATCH_WRITE`, 1 for any other method.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::BatchWrite(rows) => rows.len(),
            _ => 1,
        }
    }
}

/// The only table that a record may name.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its key attributes.
    pub keys: &'t KeySchema,
}

/// Reads one record for a table. `mode` applies to a `POST` that names none.
///
/// # Errors
/// [`PermanentFailure`], when the record can never be carried out.
pub fn parse(record: &Record<'_>, table: Table<'_>, mode: WriteMode) -> Result<Operation, PermanentFailure> {
    let method = method(record).ok_or(PermanentFailure::NoMethod)?;
    let body = record.body.as_deref().unwrap_or_default();
    if method == "POST" {
        let post = match usual(body, table) {
            Some(post) => post,
            None => post(fields(body, table)?, table)?,
        };
        return put_in(post.mode.unwrap_or(mode), post, record);
    }
    let parse = match method {
        "PUT" => put,
        "DELETE" => delete,
        "GET" => get,
        "GET_ALL" => get_all,
        "BATCH_WRITE" => return batch_write::read(body, table).map(Operation::BatchWrite),
        unknown => return Err(PermanentFailure::UnknownMethod(unknown.to_owned())),
    };
    parse(fields(body, table)?, table)
}

/// The number of rows of a message that [`parse`] cannot read. A `BATCH_WRITE` that names another table has as many as it has when
/// it is moved back to a writer of that table, which subtracts them from the dead rows.
#[must_use]
pub fn rows_of_unread(record: &Record<'_>) -> usize {
    match method(record) {
        Some("BATCH_WRITE") => batch_write::rows_for_any_table(record.body.as_deref().unwrap_or_default()),
        _ => 1,
    }
}

/// Reads the fields of a body for `table`, without `TableName`.
fn fields(body: &str, table: Table<'_>) -> Result<Fields, PermanentFailure> {
    let mut fields = Fields::parse(body)?;
    check_table(&mut fields, table.name)?;
    Ok(fields)
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

fn post(mut fields: Fields, table: Table<'_>) -> Result<Post, PermanentFailure> {
    let item = fields.require("Item")?;
    let mode = fields.take_parsed(WriteMode::MEMBER, "`replace`, `latest` or `create`")?;
    let order = fields.take_parsed(Order::MEMBER, ORDER_FORM)?;
    fields.end()?;
    let (key, item) = item_of(table.keys, item, || "/Item".to_owned())?;
    Ok(Post { key, item, mode, order })
}

/// Describes the form of [`Order`] in error texts.
const ORDER_FORM: &str = "an ingest id, `-` and the line of the row in 12 digits, such as \
                          0195d0c2-6a40-7000-8000-000000000000-000000000002; leave it out for the time of sending";

/// Makes the operation that puts an item in this mode.
fn put_in(mode: WriteMode, post: Post, record: &Record<'_>) -> Result<Operation, PermanentFailure> {
    let Post { key, item, order, .. } = post;
    let Some(precedence) = Precedence::in_mode(mode) else {
        let change = Change::Put(item);
        return Ok(Operation::Write(Write { key, change }));
    };
    // An item's JSON is never shorter than the size that DynamoDB counts, so most items need no exact count.
    if item.as_json().len() + Order::BYTES > MAX_ITEM_BYTES {
        let bytes = item_size(&item.attributes()) + Order::BYTES;
        if bytes > MAX_ITEM_BYTES {
            let place = "/Item, with its order,".to_owned();
            return Err(PermanentFailure::ItemTooLarge { place, bytes });
        }
    }
    let order = order.unwrap_or_else(|| order_of(record, now_millis));
    let put = OrderedPut {
        item,
        order,
        precedence,
    };
    Ok(Operation::OrderedPut(key, Box::new(put)))
}

fn now_millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_millis().try_into().unwrap_or(u64::MAX)
}

fn delete(mut fields: Fields, table: Table<'_>) -> Result<Operation, PermanentFailure> {
    let key = fields.require("Key")?;
    fields.end()?;
    Ok(Operation::Write(Write {
        key: key_of(table.keys, key, || "/Key".to_owned())?,
        change: Change::Delete,
    }))
}

fn get(mut fields: Fields, table: Table<'_>) -> Result<Operation, PermanentFailure> {
    let key = fields.require("Key")?;
    fields.end()?;
    Ok(Operation::Get(key_of(table.keys, key, || "/Key".to_owned())?))
}

fn get_all(fields: Fields, _: Table<'_>) -> Result<Operation, PermanentFailure> {
    fields.end()?;
    Ok(Operation::Scan)
}

fn put(mut fields: Fields, table: Table<'_>) -> Result<Operation, PermanentFailure> {
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
    Ok(Operation::Update(
        key_of(table.keys, key, || "/Key".to_owned())?,
        Box::new(update),
    ))
}

fn names_of(value: Value) -> Result<HashMap<String, String>, PermanentFailure> {
    let names = serde_json::from_value(value).map_err(|_| PermanentFailure::InvalidField {
        place: "/ExpressionAttributeNames".to_owned(),
        expected: "an object of attribute names, such as {\"#l\":\"location\"}",
    })?;
    match of_order(&names) {
        None => Ok(names),
        Some(name) => Err(PermanentFailure::PlaceholderOfOrder(name.to_owned())),
    }
}

/// Finds a placeholder of the hidden attribute `$order`.
fn of_order(names: &HashMap<String, String>) -> Option<&str> {
    let mut names = names.iter();
    names.find_map(|(name, attribute)| (attribute == Order::ATTRIBUTE).then_some(name.as_str()))
}

fn item_of(keys: &KeySchema, item: Value, place: impl Fn() -> String) -> Result<(ItemKey, Item), PermanentFailure> {
    let item =
        dynamodb_json::attributes(item).map_err(|source| PermanentFailure::ItemValue { place: place(), source })?;
    let key = key_in(keys, &item, &place)?;
    if item.contains_key(Order::ATTRIBUTE) {
        return Err(PermanentFailure::InvalidField {
            place: format!("{}/{}", place(), Order::ATTRIBUTE),
            expected: "left out: it is hidden, and the order of a message stands in /Order",
        });
    }
    match item_size(&item) {
        bytes if bytes > MAX_ITEM_BYTES => Err(PermanentFailure::ItemTooLarge { place: place(), bytes }),
        _ => Ok((key, Item::of(&item))),
    }
}
