//! `PUT /message/{date}?time=`: updates a message that exists.

use attributes::ItemKey;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::ETAG;
use message::Order;

use super::matching;
use crate::request::body::Body;
use crate::request::key::Address;
use crate::request::parameters;
use crate::request::preconditions::{Tags, if_match, refuse_if_none_match};
use crate::request::rejection::Faults;
use crate::request::update::{self, Update, Updated};
use crate::response::error::{Error, Refused};
use crate::response::{self, Response};
use crate::table::condition::Condition;
use crate::table::error::TableError;
use crate::table::etag::ETag;
use crate::table::{Input, Operation, Table};

/// Updates a message.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let mut faults = Faults::default();
    let address = faults.take(parameters::address(request, &table.schema));
    let if_match = faults.take(if_match(request));
    faults.take(refuse_if_none_match(request));
    let body = faults.take(Body::read(request, update::EXPECTED));
    let order = table.order();
    let updated = Updated {
        name: &table.name,
        schema: &table.schema,
        ordered: order.is_some(),
    };
    let update = body.and_then(|body| faults.take(Update::check(body, address.as_ref(), &updated)));
    let (Address { key, .. }, if_match, mut update) = faults.finish(|| Some((address?, if_match?, update?)))?;

    if update.expression.is_empty() {
        return unchanged(table, &key, if_match.as_ref()).await;
    }
    let prefix = update.free_prefix();
    let mut touched = update.touched.clone();
    touched.extend(order.map(|_| Order::ATTRIBUTE.to_owned()));
    update.stamp(&prefix, order);
    let condition = match &if_match {
        Some(tags) => matching(table, &key, tags, &touched, &prefix).await?,
        None => Condition::existence(true, &table.schema, &prefix),
    };
    let condition = update.on(condition);
    let input = Input {
        key: Some(key),
        update_expression: Some(update.expression),
        // For the entity tag. It costs nothing in addition to the update.
        return_values: Some("ALL_NEW"),
        ..Input::default()
    };
    match table.call(Operation::UpdateItem, &input.on(condition)).await {
        Ok(output) => {
            let tag = ETag::of(&output.updated()?);
            let response = response::empty(StatusCode::NO_CONTENT);
            Ok(response::with_header(response, ETAG, tag.to_string()))
        }
        Err(TableError::ConditionFailed(_)) if if_match.is_some() => Err(Error::Changed),
        Err(TableError::ConditionFailed(_)) => Err(Error::NotFound(table.schema.clone())),
        Err(error) => Err(Error::of_clients_call(Refused::Update(table.schema.clone()), error)),
    }
}

/// Answers an update that changes nothing, such as one that names key attributes only.
async fn unchanged(table: &Table, key: &ItemKey, if_match: Option<&Tags>) -> Result<Response, Error> {
    let missing = || {
        if if_match.is_some() {
            Error::Changed
        } else {
            Error::NotFound(table.schema.clone())
        }
    };
    let tag = ETag::of(&table.read(key).await?.ok_or_else(missing)?);
    match if_match {
        Some(tags) if tags.are_weak() => Err(Error::WeakTags),
        Some(tags) if !tags.match_strongly(&tag) => Err(Error::Changed),
        _ => Ok(response::with_header(
            response::empty(StatusCode::NO_CONTENT),
            ETAG,
            tag.to_string(),
        )),
    }
}
