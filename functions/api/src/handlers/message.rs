//! The calls for one message: get, post, put, delete.

use attributes::{Attributes, plain_json};
use aws_sdk_dynamodb::Error as SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use message::{Key, names};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::body::{Body, TABLE_NAME, object};
use crate::event::Request;
use crate::item::{self, Item};
use crate::update::{self, Update};
use crate::{Api, Error, MemberError, MemberProblem, Refused, Response};

const POST_MEMBERS: &[&str] = &["Item", TABLE_NAME];
const POST_EXPECTED: &str = "a JSON object such as {\"Item\":{\"date\":\"2001-01-01\",\"time\":\"09:01:05\",\
                             \"location\":\"location-03\",\"local_avg\":5.55}}";

/// The answer with one item.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ItemBody {
    item: Map<String, Value>,
}

impl ItemBody {
    fn new(attributes: &Attributes) -> Result<Self, Error> {
        let item = plain_json::from_attributes(attributes).map_err(Error::Unreadable)?;
        Ok(Self { item })
    }
}

impl Api {
    pub(crate) async fn get(&self, request: &Request) -> Result<Response, Error> {
        let call = self.dynamodb.get_item().table_name(&self.table);
        // Consistent: a client finds what it has just written.
        let call = call.set_key(Some(attributes(request.key()?))).consistent_read(true);
        let output = call.send().await.map_err(SdkError::from)?;
        let item = output.item.ok_or(Error::NotFound)?;
        Response::json(200, &ItemBody::new(&item)?)
    }

    pub(crate) async fn post(&self, request: &Request) -> Result<Response, Error> {
        let mut body = Body::read(request, POST_EXPECTED)?;
        body.check(POST_MEMBERS, &self.table)?;
        let members = object(body.take("Item", "an object: the message")?, item::POINTER)?;
        let Item { key, attributes } = Item::check(members)?;
        check_like_parameters(key, request)?;

        let answer = ItemBody::new(&attributes)?;
        let call = self.dynamodb.put_item().table_name(&self.table);
        let output = call.set_item(Some(attributes)).send().await;
        output.map_err(|error| Error::of_clients_call(Refused::Item, error.into()))?;

        // Relative to `…/message`: the stage, or the path that a custom domain gives the API, is the client's to know.
        let time = key.time.to_string().replace(':', "%3A");
        let location = format!("message/{}?time={time}", key.date);
        Ok(Response::json(201, &answer)?.with_header("Location", location))
    }

    pub(crate) async fn put(&self, request: &Request) -> Result<Response, Error> {
        let key = request.key()?;
        let mut update = Update::check(Body::read(request, update::EXPECTED)?, &self.table)?;
        let condition = update.require_existing();
        let call = self.dynamodb.update_item().table_name(&self.table);
        let output = call
            .set_key(Some(attributes(key)))
            .update_expression(update.expression)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(update.names))
            // DynamoDB refuses an empty map.
            .set_expression_attribute_values(Some(update.values).filter(|values| !values.is_empty()))
            .send()
            .await;
        match output.map_err(SdkError::from) {
            Ok(_) => Ok(Response::empty(204)),
            Err(SdkError::ConditionalCheckFailedException(_)) => Err(Error::NotFound),
            Err(error) => Err(Error::of_clients_call(Refused::Update, error)),
        }
    }

    /// Deleting what is not there is no error, so that a request may be repeated.
    pub(crate) async fn delete(&self, request: &Request) -> Result<Response, Error> {
        let call = self.dynamodb.delete_item().table_name(&self.table);
        let call = call.set_key(Some(attributes(request.key()?)));
        call.send().await.map_err(SdkError::from)?;
        Response::json(200, &json!({}))
    }
}

/// The key as DynamoDB takes it.
fn attributes(key: Key) -> Attributes {
    Attributes::from([
        (names::DATE.to_owned(), AttributeValue::S(key.date.to_string())),
        (names::TIME.to_owned(), AttributeValue::S(key.time.to_string())),
    ])
}

/// `POST /message` needs no key beside the item's. A client that gives one in path or query as well means that one too.
fn check_like_parameters(key: Key, request: &Request) -> Result<(), Error> {
    let unlike = |name| MemberError::at(item::POINTER, name, MemberProblem::UnlikeParameter(name));
    if request.path_date()?.is_some_and(|date| date != key.date) {
        return Err(unlike(names::DATE).into());
    }
    if request.query_time()?.is_some_and(|time| time != key.time) {
        return Err(unlike(names::TIME).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
