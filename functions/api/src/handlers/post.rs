//! `POST /message`: creates a message, or replaces the one with the same key.

use attributes::{Attributes, item_size};
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{ETAG, LOCATION};
use message::{Key, MAX_ITEM_BYTES, Order, names};

use super::{ItemBody, matching};
use crate::request::body::{Body, TABLE_NAME, object};
use crate::request::fault::{MemberError, MemberViolation};
use crate::request::item::{self, Item};
use crate::request::parameters;
use crate::request::preconditions::{creates_only, if_match};
use crate::request::rejection::{Faults, Rejection};
use crate::response::error::{Error, Refused};
use crate::response::{self, Response};
use crate::table::condition::Condition;
use crate::table::etag::ETag;
use crate::table::{Input, Operation, Table, condition_failed, members, revision};

const MEMBERS: &[&str] = &["Item", TABLE_NAME];
const EXPECTED: &str = "a JSON object such as {\"Item\":{\"date\":\"2001-01-01\",\"time\":\"09:01:05\",\
                        \"location\":\"location-03\",\"local_avg\":5.55}}";

/// Creates or replaces a message.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let item = Body::read(request, EXPECTED).and_then(|body| item_of(body, &table.name));
    let mut faults = Faults::default();
    let if_match = faults.take(if_match(request));
    let creates_only = faults.take(creates_only(request));
    faults.take(check_address(item.as_ref().ok().map(|item| item.key), request));
    let item = faults.take(item);
    let (if_match, creates_only, item) = faults.finish(|| Some((if_match?, creates_only?, item?)))?;
    let Item { key, mut attributes } = item;

    let order = table.order();
    let condition = match &if_match {
        Some(tags) => {
            let stamped = order.map(|_| Order::ATTRIBUTE.to_owned());
            let written = attributes.keys().cloned().chain(stamped).collect();
            Some(matching(table, key, tags, &written, "c").await?)
        }
        None => creates_only.then(|| Condition::existence(false, "c")),
    };
    let answer = ItemBody::new(&attributes)?;
    let tag = ETag::of(&attributes);
    revision::stamp(&mut attributes);
    attributes.extend(order.map(|order| (Order::ATTRIBUTE.to_owned(), AttributeValue::S(order.to_string()))));
    check_size(&attributes)?;
    let input = Input {
        item: members(&attributes),
        ..Input::default()
    };
    let input = input.on(condition.unwrap_or_default());
    match table.call(Operation::PutItem, &input).await {
        Ok(_) => {}
        Err(error) if condition_failed(&error) && creates_only => return Err(Error::Exists),
        Err(error) if condition_failed(&error) && if_match.is_some() => return Err(Error::Changed),
        Err(error) => return Err(Error::of_clients_call(Refused::Item, error)),
    }
    // Relative to `…/message`: the stage, or the path that a custom domain gives the API, is the client's to know.
    let time = key.time.to_string().replace(':', "%3A");
    let location = format!("message/{}?time={time}", key.date);
    let response = response::json(StatusCode::CREATED, &answer).map_err(Error::Unwritable)?;
    let response = response::with_header(response, LOCATION, location);
    Ok(response::with_header(response, ETAG, tag.to_string()))
}

/// Refuses an item that is over the size of one with what it is stamped with.
fn check_size(attributes: &Attributes) -> Result<(), Rejection> {
    match item_size(attributes) {
        bytes if bytes > MAX_ITEM_BYTES => Err(item::too_large(item::POINTER, bytes).into()),
        _ => Ok(()),
    }
}

fn item_of(mut body: Body, table: &str) -> Result<Item, Rejection> {
    let mut faults = Faults::default();
    faults.take(body.check(MEMBERS, table));
    let item = body.take("Item", "an object: the message");
    let members = faults.take(item.and_then(|value| object(value, item::POINTER)));
    let item = members.and_then(|members| faults.take(Item::check(members)));
    faults.finish(|| item)
}

/// `POST /message` needs no key beside the item's, `key`. A client that gives one in path or query as well means that one
/// too.
fn check_address(key: Option<Key>, request: &Request) -> Result<(), Rejection> {
    let unlike = |name| MemberError::at(item::POINTER, name, MemberViolation::UnlikeParameter(name));
    let mut faults = Faults::default();
    let date = faults.take(parameters::path_date(request)).flatten();
    if date.zip(key).is_some_and(|(date, key)| date != key.date) {
        faults.add(unlike(names::DATE));
    }
    let time = faults.take(parameters::query_time(request)).flatten();
    if time.zip(key).is_some_and(|(time, key)| time != key.time) {
        faults.add(unlike(names::TIME));
    }
    faults.finish(|| Some(()))
}
