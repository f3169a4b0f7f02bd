//! `POST /message`: creates a message, or replaces the one with the same key.

use std::borrow::Cow;

use attributes::{Attributes, KeySchema, item_size};
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{ETAG, LOCATION};
use message::{MAX_ITEM_BYTES, Order};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{ItemBody, matching};
use crate::request::body::{Body, TABLE_NAME, object};
use crate::request::fault::{MemberError, MemberViolation};
use crate::request::item::{self, Item};
use crate::request::key::{Address, KeyForm, KeyPart};
use crate::request::parameters;
use crate::request::preconditions::{creates_only, if_match};
use crate::request::rejection::{Faults, Rejection};
use crate::response::error::{Error, Refused};
use crate::response::{self, Response};
use crate::table::condition::Condition;
use crate::table::error::TableError;
use crate::table::etag::ETag;
use crate::table::{Input, Operation, Table, members, revision};

const MEMBERS: &[&str] = &["Item", TABLE_NAME];
/// Describes the body for a table of messages, in error messages.
const EXPECTED: &str = "a JSON object such as {\"Item\":{\"date\":\"2001-01-01\",\"time\":\"09:01:05\",\
                        \"location\":\"location-03\",\"local_avg\":5.55}}";

/// The characters to percent-encode: all but the unreserved ones of a URL.
///
/// <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Creates or replaces a message.
pub async fn handle(table: &Table, request: &Request) -> Result<Response, Error> {
    let schema = &table.schema;
    let item = Body::read(request, expected(schema)).and_then(|body| item_of(body, table));
    let mut faults = Faults::default();
    let if_match = faults.take(if_match(request));
    let creates_only = faults.take(creates_only(request));
    faults.take(check_address(
        item.as_ref().ok().map(|item| &item.address),
        request,
        schema,
    ));
    let item = faults.take(item);
    let (if_match, creates_only, item) = faults.finish(|| Some((if_match?, creates_only?, item?)))?;
    let Item {
        address,
        mut attributes,
    } = item;

    let order = table.order();
    let condition = match &if_match {
        Some(tags) => {
            let stamped = order.map(|_| Order::ATTRIBUTE.to_owned());
            let written = attributes.keys().cloned().chain(stamped).collect();
            Some(matching(table, &address.key, tags, &written, "c").await?)
        }
        None => creates_only.then(|| Condition::existence(false, schema, "c")),
    };
    let answer = ItemBody::new(&attributes)?;
    let tag = ETag::of(&attributes);
    revision::stamp(&mut attributes, schema);
    attributes.extend(order.map(|order| (Order::ATTRIBUTE.to_owned(), AttributeValue::S(order.to_string()))));
    check_size(&attributes)?;
    let input = Input {
        item: members(&attributes),
        ..Input::default()
    };
    let input = input.on(condition.unwrap_or_default());
    match table.call(Operation::PutItem, &input).await {
        Ok(_) => {}
        Err(TableError::ConditionFailed(_)) if creates_only => return Err(Error::Exists(schema.clone())),
        Err(TableError::ConditionFailed(_)) if if_match.is_some() => return Err(Error::Changed),
        Err(error) => return Err(Error::of_clients_call(Refused::Item, error)),
    }
    let response = response::json(StatusCode::CREATED, &answer).map_err(Error::Unwritable)?;
    let response = response::with_header(response, LOCATION, location(&address, schema));
    Ok(response::with_header(response, ETAG, tag.to_string()))
}

/// Describes the body for this table, in error messages.
fn expected(schema: &KeySchema) -> Cow<'static, str> {
    let KeySchema::Declared(_) = schema else {
        return EXPECTED.into();
    };
    let parts = [Some(KeyPart::partition(schema)), KeyPart::sort(schema)];
    let parts = parts.iter().flatten();
    let examples = parts.map(|part| match part.form {
        KeyForm::Number => format!("{}:7", Value::from(part.name)),
        _ => format!("{}:\"text\"", Value::from(part.name)),
    });
    let examples: Vec<_> = examples.collect();
    format!(
        "a JSON object such as {{\"Item\":{{{},\"size\":5.55}}}}",
        examples.join(",")
    )
    .into()
}

/// The address of an item, relative to `…/message`. Only the client knows what precedes that: the stage, or the base path of a
/// custom domain.
fn location(address: &Address, schema: &KeySchema) -> String {
    let encoded = |text| utf8_percent_encode(text, RESERVED);
    let path = format!("message/{}", encoded(address.partition.as_str()));
    match KeyPart::sort(schema).zip(address.sort.as_ref()) {
        Some((part, sort)) => format!("{path}?{}={}", encoded(part.name), encoded(sort.as_str())),
        None => path,
    }
}

/// Refuses an item that, with its revision and order, is larger than DynamoDB allows.
fn check_size(attributes: &Attributes) -> Result<(), Rejection> {
    match item_size(attributes) {
        bytes if bytes > MAX_ITEM_BYTES => Err(item::too_large(item::POINTER, bytes).into()),
        _ => Ok(()),
    }
}

fn item_of(mut body: Body, table: &Table) -> Result<Item, Rejection> {
    let mut faults = Faults::default();
    faults.take(body.check(MEMBERS, &table.name));
    let item = body.take("Item", "an object: the message");
    let members = faults.take(item.and_then(|value| object(value, item::POINTER)));
    let item = members.and_then(|members| faults.take(Item::check(members, &table.schema)));
    faults.finish(|| item)
}

/// Checks that a key in the path or query, which `POST /message` does not need, is the key of the item, `address`.
fn check_address(address: Option<&Address>, request: &Request, schema: &KeySchema) -> Result<(), Rejection> {
    let mut faults = Faults::default();
    let given = [
        faults.take(parameters::path_key(request, schema)).flatten(),
        faults.take(parameters::query_sort_key(request, schema)).flatten(),
    ];
    let parts = address.into_iter().flat_map(|address| address.parts(schema));
    for (given, (part, value)) in given.iter().zip(parts) {
        if given.as_ref().is_some_and(|given| given != value) {
            let violation = MemberViolation::UnlikeParameter(part.name.to_owned());
            faults.add(MemberError::at(item::POINTER, part.name, violation));
        }
    }
    faults.finish(|| Some(()))
}
