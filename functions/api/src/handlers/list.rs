//! `GET /message`: a page of messages.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use attributes::{Attributes, KeySchema, plain_json};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::request::next_token::{List, NextToken, Partition};
use crate::request::parameters;
use crate::request::rejection::Faults;
use crate::response::error::Error;
use crate::response::{self, Response};
use crate::table::error::TableError;
use crate::table::hidden::is_hidden;
use crate::table::{Input, Operation, Output, Table, members};

/// The most bytes of the items in a page. Lambda refuses to return more than 6 MB, including the headers.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// The time after which a page ends. The last call, which may take as long as its timeout, then ends before the function's
/// timeout.
const MAX_PAGE_TIME: Duration = Duration::from_secs(3);

/// The response body. The items are JSON text already, because their size decides where the page ends.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    items: Vec<Box<RawValue>>,
    count: usize,
    /// Equal to `count`, because items are not filtered after DynamoDB has read them.
    scanned_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Reads the table, or a part of one partition key, up to the client's limit. One call of DynamoDB returns at most 1 MB, so there
/// may be several calls.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let mut faults = Faults::default();
    let schema = &table.schema;
    let list = faults.take(parameters::list(request, schema));
    let limit = faults.take(parameters::limit(request));
    let (list, limit) = faults.finish(|| list.zip(limit))?;
    let token = parameters::next_token(request, &list, &table.name, schema)?;
    let start_key = token.map(|token| token.into_start_key(schema));

    let (items, last_key) = read_page(table, &list, limit, start_key).await?;
    let next_token = match last_key {
        Some(key) => {
            let token = NextToken::after(&key, schema).ok_or_else(|| Error::NoKey(schema.clone()))?;
            Some(token.encode(&list, &table.name, schema))
        }
        None => None,
    };
    let page = Page {
        count: items.len(),
        scanned_count: items.len(),
        items,
        next_token,
    };
    response::json(StatusCode::OK, &page).map_err(Error::Unwritable)
}

/// Reads the items of a page, after `start_key`. Returns them, and the key after which the next page starts, if there may be one.
async fn read_page(
    table: &Table,
    list: &List,
    limit: i32,
    mut start_key: Option<Attributes>,
) -> Result<(Vec<Box<RawValue>>, Option<Attributes>), Error> {
    // Without a sort key, a partition key has one item.
    let is_single = list.partition.is_some() && table.schema.sort().is_none();
    let start = Instant::now();
    let mut items = ItemsOfPage::new(limit);
    loop {
        let output = read(table, list, start_key.as_ref(), items.left).await?;
        for item in output.items()? {
            if !items.add(shown(&item, list)?) {
                return Ok((items.json, start_key));
            }
            start_key = Some(item);
        }
        // The key where DynamoDB stopped reading. It may be present even if there are no items.
        start_key = output.last_evaluated_key()?.filter(|_| !is_single);
        if start_key.is_none() || items.left <= 0 || start.elapsed() > MAX_PAGE_TIME {
            return Ok((items.json, start_key));
        }
    }
}

/// The JSON text of an item, with the attributes that were asked for.
fn shown(item: &Attributes, list: &List) -> Result<Box<RawValue>, Error> {
    let mut json = plain_json::from_attributes(item).map_err(Error::Unreadable)?;
    // The key is always read, because the next page starts after it.
    let asked = |name: &str| list.fields.is_empty() || list.fields.contains(name);
    json.retain(|name, _| asked(name) && !is_hidden(name));
    to_raw_value(&json).map_err(Error::Unwritable)
}

/// The items of a page that is being read.
struct ItemsOfPage {
    json: Vec<Box<RawValue>>,
    /// The bytes of the items in the response.
    bytes: usize,
    /// The number of items that the page may still take.
    left: i32,
}

impl ItemsOfPage {
    fn new(limit: i32) -> Self {
        Self {
            json: Vec::new(),
            bytes: 0,
            left: limit,
        }
    }

    /// Adds an item, if it fits. The first one always does: an item has at most 400 KB, its escaped JSON text at most fourteen times
    /// that (numbers grow most), and Lambda returns fifteen times that. The next page starts after the last item that fits, which
    /// may be the last item of the previous call.
    fn add(&mut self, json: Box<RawValue>) -> bool {
        self.bytes += escaped_bytes(json.get());
        if self.bytes > MAX_PAGE_BYTES && !self.json.is_empty() {
            return false;
        }
        self.json.push(json);
        self.left -= 1;
        true
    }
}

/// Reads at most `limit` items of `list` after `start_key`. The read is eventually consistent: a consistent one costs twice as much.
async fn read(table: &Table, list: &List, start_key: Option<&Attributes>, limit: i32) -> Result<Output, TableError> {
    let (projection_expression, names) = projection(&list.fields, &table.schema);
    let mut input = Input {
        limit: Some(limit),
        exclusive_start_key: start_key.and_then(members),
        projection_expression,
        expression_attribute_names: names,
        ..Input::default()
    };
    let operation = match &list.partition {
        None => Operation::Scan,
        Some(partition) => {
            let names = &mut input.expression_attribute_names;
            let (condition, values) = key_condition(partition, &table.schema, names);
            input.scan_index_forward = Some(!partition.descending);
            input.key_condition_expression = Some(condition);
            input.expression_attribute_values = members(&values);
            Operation::Query
        }
    };
    table.call(operation, &input).await
}

/// Makes a `ProjectionExpression` of the fields and the key, and its `ExpressionAttributeNames`. There is no expression when
/// there are no fields: all attributes are read.
fn projection(fields: &BTreeSet<String>, schema: &KeySchema) -> (Option<String>, HashMap<String, String>) {
    if fields.is_empty() {
        return (None, HashMap::new());
    }
    let (partition, _) = schema.partition();
    let key = std::iter::once(partition).chain(schema.sort().map(|(sort, _)| sort));
    let read: BTreeSet<&str> = fields.iter().map(String::as_str).chain(key).collect();
    let names = read.into_iter().enumerate();
    let names: HashMap<_, _> = names
        .map(|(number, name)| (format!("#f{number}"), name.to_owned()))
        .collect();
    let placeholders: Vec<_> = names.keys().map(String::as_str).collect();
    (Some(placeholders.join(",")), names)
}

/// Makes the `KeyConditionExpression` for a part of a partition key's items, and its values. Adds its other placeholders to
/// `names`: key attributes may have the names of reserved words, such as `date` and `time`.
fn key_condition(
    partition: &Partition,
    schema: &KeySchema,
    names: &mut HashMap<String, String>,
) -> (String, Attributes) {
    let Partition { key, from, to, .. } = partition;
    let mut values = Attributes::from([(":partition".to_owned(), key.to_attribute())]);
    names.insert("#partition".to_owned(), schema.partition().0.to_owned());
    let range = match (from, to) {
        (None, None) => "",
        (Some(_), None) => " AND #sort >= :from",
        (None, Some(_)) => " AND #sort <= :to",
        (Some(_), Some(_)) => " AND #sort BETWEEN :from AND :to",
    };
    if let Some((sort, _)) = schema.sort().filter(|_| !range.is_empty()) {
        names.insert("#sort".to_owned(), sort.to_owned());
    }
    values.extend(from.as_ref().map(|from| (":from".to_owned(), from.first())));
    values.extend(to.as_ref().map(|to| (":to".to_owned(), to.last())));
    (format!("#partition = :partition{range}"), values)
}

/// The bytes of JSON text inside the response, where it is a JSON string again. It contains no control characters that need
/// escapes.
fn escaped_bytes(json: &str) -> usize {
    json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

#[cfg(test)]
mod tests;
