//! `GET /message/{date}?time=`: one message.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::ETAG;

use super::ItemBody;
use crate::request::parameters;
use crate::request::preconditions::{Tags, if_match, if_none_match};
use crate::request::rejection::Faults;
use crate::response::error::Error;
use crate::response::{self, Response};
use crate::table::Table;
use crate::table::etag::ETag;

/// Reads a message.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let mut faults = Faults::default();
    let address = faults.take(parameters::address(request, &table.schema));
    let if_match = faults.take(if_match(request));
    let if_none_match = faults.take(if_none_match(request));
    let (address, if_match, if_none_match) = faults.finish(|| Some((address?, if_match?, if_none_match?)))?;

    if if_match.as_ref().is_some_and(Tags::are_weak) {
        return Err(Error::WeakTags);
    }
    let item = table.read(&address.key).await?;
    let item = item.ok_or_else(|| match if_match {
        Some(_) => Error::Changed,
        None => Error::NotFound(table.schema.clone()),
    })?;
    let tag = ETag::of(&item);
    if if_match.is_some_and(|tags| !tags.match_strongly(&tag)) {
        return Err(Error::Changed);
    }
    let response = if if_none_match.is_some_and(|tags| tags.match_weakly(&tag)) {
        response::empty(StatusCode::NOT_MODIFIED)
    } else {
        response::json(StatusCode::OK, &ItemBody::new(&item)?).map_err(Error::Unwritable)?
    };
    Ok(response::with_header(response, ETAG, tag.to_string()))
}
