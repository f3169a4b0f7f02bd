//! `GET /message`: a page of messages.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use attributes::{Attributes, plain_json};
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use message::names;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::request::next_token::{Day, List, NextToken};
use crate::request::parameters::{self, first_of, last_of};
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

/// Reads the table, or a part of one date, up to the limit that the client gave: one call of DynamoDB returns at most
/// 1 MB, so there may be several.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let mut faults = Faults::default();
    let list = faults.take(parameters::list(request));
    let limit = faults.take(parameters::limit(request));
    let (list, limit) = faults.finish(|| list.zip(limit))?;
    let token = parameters::next_token(request, &list, &table.name)?;
    let mut start_key = token.map(NextToken::into_start_key);

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
        start_key = output.last_evaluated_key()?;
        if start_key.is_none() || left <= 0 || start.elapsed() > MAX_PAGE_TIME {
            break;
        }
    }
    let next_token = match start_key {
        Some(key) => Some(NextToken::after(&key).ok_or(Error::NoKey)?.encode(&list, &table.name)),
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
    let (projection_expression, names) = projection(&list.fields);
    let mut input = Input {
        limit: Some(limit),
        exclusive_start_key: start_key.and_then(members),
        projection_expression,
        expression_attribute_names: names,
        ..Input::default()
    };
    let operation = match &list.day {
        None => Operation::Scan,
        Some(day) => {
            let (condition, values) = key_condition(day, &mut input.expression_attribute_names);
            input.scan_index_forward = Some(!day.descending);
            input.key_condition_expression = Some(condition);
            input.expression_attribute_values = members(&values);
            Operation::Query
        }
    };
    Ok(table.call(operation, &input).await?)
}

/// A `ProjectionExpression` of the fields and the key, and what its placeholders stand for. None when there are no
/// fields: all attributes.
fn projection(fields: &BTreeSet<String>) -> (Option<String>, HashMap<String, String>) {
    if fields.is_empty() {
        return (None, HashMap::new());
    }
    let key = [names::DATE, names::TIME];
    let read: BTreeSet<&str> = fields.iter().map(String::as_str).chain(key).collect();
    let names = read.into_iter().enumerate();
    let names: HashMap<_, _> = names
        .map(|(number, name)| (format!("#f{number}"), name.to_owned()))
        .collect();
    let placeholders: Vec<_> = names.keys().map(String::as_str).collect();
    (Some(placeholders.join(",")), names)
}

/// The `KeyConditionExpression` of a part of a date, and its values. What its other placeholders stand for is added to
/// `names`: `date` and `time` are reserved words.
fn key_condition(day: &Day, names: &mut HashMap<String, String>) -> (String, Attributes) {
    let mut values = Attributes::from([(":date".to_owned(), AttributeValue::S(day.date.to_string()))]);
    names.insert("#date".to_owned(), names::DATE.to_owned());
    let range = match (day.from, day.to) {
        (None, None) => "",
        (Some(_), None) => " AND #time >= :from",
        (None, Some(_)) => " AND #time <= :to",
        (Some(_), Some(_)) => " AND #time BETWEEN :from AND :to",
    };
    if !range.is_empty() {
        names.insert("#time".to_owned(), names::TIME.to_owned());
    }
    if let Some(from) = day.from {
        values.insert(":from".to_owned(), AttributeValue::S(first_of(from)));
    }
    if let Some(to) = day.to {
        values.insert(":to".to_owned(), AttributeValue::S(last_of(to)));
    }
    (format!("#date = :date{range}"), values)
}

/// The bytes that JSON text takes inside the response, where it is a string in JSON again. It has no control characters
/// any more that would be escaped.
fn escaped_bytes(json: &str) -> usize {
    json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

#[cfg(test)]
mod tests;
