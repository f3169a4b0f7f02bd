//! `PUT /message/{date}?time=`: updates a message that exists.

use crate::body::Body;
use crate::dynamodb::{Input, Operation, condition_failed, key_of};
use crate::error::both;
use crate::etag::ETag;
use crate::event::Request;
use crate::unchanged::Condition;
use crate::update::{self, Update};
use crate::{Api, Error, Refused, Response};

impl Api {
    pub(crate) async fn put(&self, request: &Request) -> Result<Response, Error> {
        let key = request.key();
        let update = Body::read(request, update::EXPECTED);
        let update = update.and_then(|body| Update::check(body, key.as_ref().ok().copied(), &self.table.name));
        let headers = both(request.if_match(), request.refuse_if_none_match());
        let ((key, (if_match, ())), mut update) = both(both(key, headers), update)?;

        let prefix = update.free_prefix();
        let touched = update.touched.clone();
        update.stamp(&prefix);
        let condition = match &if_match {
            Some(tags) => self.matching(key, tags, &touched, &prefix).await?,
            None => Condition::existence(true, &prefix),
        };
        let condition = update.on(condition);
        let input = Input {
            key: Some(key_of(key)),
            update_expression: Some(update.expression),
            // For the tag. It costs nothing beyond the update itself.
            return_values: Some("ALL_NEW"),
            ..Input::default()
        };
        match self.table.call(Operation::UpdateItem, &input.on(condition)).await {
            Ok(output) => {
                let tag = ETag::of(&output.updated()?);
                Ok(Response::empty(204).with_header("ETag", tag.to_string()))
            }
            Err(error) if condition_failed(&error) && if_match.is_some() => Err(Error::Changed),
            Err(error) if condition_failed(&error) => Err(Error::NotFound),
            Err(error) => Err(Error::of_clients_call(Refused::Update, error)),
        }
    }
}
