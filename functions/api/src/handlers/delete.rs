//! `DELETE /message/{date}?time=`: deletes a message.

use std::collections::BTreeSet;

use serde_json::json;

use crate::dynamodb::{Input, Operation, condition_failed, key_of};
use crate::error::both;
use crate::event::Request;
use crate::unchanged::Condition;
use crate::{Api, Error, Response};

impl Api {
    /// Deleting what is not there is no error, so that a request may be repeated; unless the client demands that it is.
    pub(crate) async fn delete(&self, request: &Request) -> Result<Response, Error> {
        let headers = both(request.if_match(), request.refuse_if_none_match());
        let (key, (if_match, ())) = both(request.key(), headers)?;
        let condition = match &if_match {
            Some(tags) => self.matching(key, tags, &BTreeSet::new(), "c").await?,
            None => Condition::default(),
        };
        let input = Input {
            key: Some(key_of(key)),
            ..Input::default()
        };
        match self.table.call(Operation::DeleteItem, &input.on(condition)).await {
            Ok(_) => Response::json(200, &json!({})),
            Err(error) if condition_failed(&error) && if_match.is_some() => Err(Error::Changed),
            Err(error) => Err(error.into()),
        }
    }
}
