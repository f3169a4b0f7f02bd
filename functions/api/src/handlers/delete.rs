//! `DELETE /message/{date}?time=`: deletes a message.

use std::collections::BTreeSet;

use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

use super::matching;
use crate::request::key::Address;
use crate::request::parameters;
use crate::request::preconditions::{if_match, refuse_if_none_match};
use crate::request::rejection::Faults;
use crate::response::error::Error;
use crate::response::{self, Response};
use crate::table::condition::Condition;
use crate::table::error::TableError;
use crate::table::{Input, Operation, Table};

/// Deletes a message. A message that does not exist is not an error, so that a request may be repeated; it is one under
/// `If-Match`.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let mut faults = Faults::default();
    let address = faults.take(parameters::address(request, &table.schema));
    let if_match = faults.take(if_match(request));
    faults.take(refuse_if_none_match(request));
    let (Address { key, .. }, if_match) = faults.finish(|| address.zip(if_match))?;

    let condition = match &if_match {
        Some(tags) => matching(table, &key, tags, &BTreeSet::new(), "c").await?,
        None => Condition::default(),
    };
    let input = Input {
        key: Some(key),
        ..Input::default()
    };
    match table.call(Operation::DeleteItem, &input.on(condition)).await {
        Ok(_) => response::json(StatusCode::OK, &json!({})).map_err(Error::Unwritable),
        Err(TableError::ConditionFailed(_)) if if_match.is_some() => Err(Error::Changed),
        Err(error) => Err(error.into()),
    }
}
