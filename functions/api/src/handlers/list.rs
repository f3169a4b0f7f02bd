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

/// A page ends before its text takes more bytes: Lambda refuses to return more than 6 MB, headers and all.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// A page ends after this time, so that the last call, which may take as long as its timeout, ends within the
/// function's.
const MAX_PAGE_TIME: Duration = Duration::from_secs(3);

/// The answer. Its items are text already, because their size decides where the page ends.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    items: Vec<Box<RawValue>>,
    count: usize,
    /// Equal to `count`: nothing is filtered out after DynamoDB read it.
    scanned_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Reads the table, or a part of one partition key, up to the limit that the client gave: one call of DynamoDB returns at most
/// 1 MB, so there may be several.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let mut faults = Faults::default();
    let schema = &table.schema;
    let list = faults.take(parameters::list(request, schema));
    let limit = faults.take(parameters::limit(request));
    let (list, limit) = faults.finish(|| list.zip(limit))?;
    let token = parameters::next_token(request, &list, &table.name, schema)?;
    let mut start_key = token.map(|token| token.into_start_key(schema));

    // Without a sort key, a partition key is that of one item.
    let is_single = list.partition.is_some() && schema.sort().is_none();
    let start = Instant::now();
    let mut items = Vec::new();
    let mut bytes = 0;
    let mut left = limit;
    'page: loop {
        let output = read(table, &list, start_key.as_ref(), left).await?;
        for item in output.items()? {
            let mut json = plain_json::from_attributes(&item).map_err(Error::Unreadable)?;
            // The key is always read, to go on behind it.
            let asked = |name: &str| list.fields.is_empty() || list.fields.contains(name);
            json.retain(|name, _| asked(name) && !is_hidden(name));
            let json = to_raw_value(&json).map_err(Error::Unwritable)?;
            bytes += escaped_bytes(json.get());
            // The first item always fits: an item has at most 400 KB, and no value takes ten times that here. The page
            // goes on after the last that did, which may be the last of the batch before.
            if bytes > MAX_PAGE_BYTES && !items.is_empty() {
                break 'page;
            }
            items.push(json);
            left -= 1;
            start_key = Some(item);
        }
        // The key of the last item, and there without items too.
        start_key = output.last_evaluated_key()?.filter(|_| !is_single);
        if start_key.is_none() || left <= 0 || start.elapsed() > MAX_PAGE_TIME {
            break;
        }
    }
    let next_token = match start_key {
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

/// At most `limit` items of `list` behind `start_key`.
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
    Ok(table.call(operation, &input).await?)
}

/// A `ProjectionExpression` of the fields and the key, and what its placeholders stand for. None when there are no
/// fields: all attributes.
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

/// The `KeyConditionExpression` of a part of a partition key's items, and its values. What its other placeholders stand for is
/// added to `names`: key attributes may be called as reserved words are, such as `date` and `time`.
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

/// The bytes that JSON text takes inside the response, where it is a string in JSON again. It has no control characters
/// any more that would be escaped.
fn escaped_bytes(json: &str) -> usize {
    json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

#[cfg(test)]
mod tests;
