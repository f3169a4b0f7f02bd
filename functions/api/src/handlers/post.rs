//! `POST /message`: creates a message, or replaces the one with the same key.

use message::{Key, names};

use super::ItemBody;
use crate::body::{Body, TABLE_NAME, object};
use crate::dynamodb::{Input, Operation, condition_failed, members};
use crate::error::both;
use crate::etag::ETag;
use crate::event::Request;
use crate::item::{self, Item};
use crate::unchanged::Condition;
use crate::{Api, Error, MemberError, MemberProblem, Refused, Response, revision};

const MEMBERS: &[&str] = &["Item", TABLE_NAME];
const EXPECTED: &str = "a JSON object such as {\"Item\":{\"date\":\"2001-01-01\",\"time\":\"09:01:05\",\
                        \"location\":\"location-03\",\"local_avg\":5.55}}";

impl Api {
    pub(crate) async fn post(&self, request: &Request) -> Result<Response, Error> {
        let headers = both(request.if_match(), request.creates_only());
        let item = Body::read(request, EXPECTED).and_then(|body| self.item(body));
        let address = check_address(item.as_ref().ok().map(|item| item.key), request);
        let (((if_match, creates_only), ()), Item { key, mut attributes }) = both(both(headers, address), item)?;

        let condition = match &if_match {
            Some(tags) => {
                let written = attributes.keys().cloned().collect();
                Some(self.matching(key, tags, &written, "c").await?)
            }
            None => creates_only.then(|| Condition::existence(false, "c")),
        };
        let answer = ItemBody::new(&attributes)?;
        let tag = ETag::of(&attributes);
        revision::stamp(&mut attributes);
        let input = Input {
            item: members(&attributes),
            ..Input::default()
        };
        let input = input.on(condition.unwrap_or_default());
        match self.table.call(Operation::PutItem, &input).await {
            Ok(_) => {}
            Err(error) if condition_failed(&error) && creates_only => return Err(Error::Exists),
            Err(error) if condition_failed(&error) && if_match.is_some() => return Err(Error::Changed),
            Err(error) => return Err(Error::of_clients_call(Refused::Item, error)),
        }
        // Relative to `…/message`: the stage, or the path that a custom domain gives the API, is the client's to know.
        let time = key.time.to_string().replace(':', "%3A");
        let location = format!("message/{}?time={time}", key.date);
        let response = Response::json(201, &answer)?.with_header("Location", location);
        Ok(response.with_header("ETag", tag.to_string()))
    }

    fn item(&self, mut body: Body) -> Result<Item, Error> {
        let known = body.check(MEMBERS, &self.table.name);
        let item = body.take("Item", "an object: the message").map_err(Error::from);
        let item = item
            .and_then(|value| object(value, item::POINTER))
            .and_then(Item::check);
        Ok(both(known, item)?.1)
    }
}

/// `POST /message` needs no key beside the item's, `key`. A client that gives one in path or query as well means that one
/// too.
fn check_address(key: Option<Key>, request: &Request) -> Result<(), Error> {
    let unlike = |name| {
        Error::from(MemberError::at(
            item::POINTER,
            name,
            MemberProblem::UnlikeParameter(name),
        ))
    };
    let date = match (request.path_date(), key) {
        (Err(error), _) => Err(error.into()),
        (Ok(Some(date)), Some(key)) if date != key.date => Err(unlike(names::DATE)),
        _ => Ok(()),
    };
    let time = match (request.query_time(), key) {
        (Err(error), _) => Err(error.into()),
        (Ok(Some(time)), Some(key)) if time != key.time => Err(unlike(names::TIME)),
        _ => Ok(()),
    };
    both(date, time).map(|_| ())
}
