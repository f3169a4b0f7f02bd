//! `GET /message/{date}?time=`: one message.

use super::ItemBody;
use crate::error::both;
use crate::etag::ETag;
use crate::event::Request;
use crate::{Api, Error, Response};

impl Api {
    pub(crate) async fn get(&self, request: &Request) -> Result<Response, Error> {
        let (key, (if_match, if_none_match)) = both(request.key(), both(request.if_match(), request.if_none_match()))?;
        let item = self.table.read(key).await?;
        let item = item.ok_or(if if_match.is_some() {
            Error::Changed
        } else {
            Error::NotFound
        })?;
        let tag = ETag::of(&item);
        if if_match.is_some_and(|tags| !tags.match_strongly(&tag)) {
            return Err(Error::Changed);
        }
        let response = if if_none_match.is_some_and(|tags| tags.match_weakly(&tag)) {
            Response::empty(304)
        } else {
            Response::json(200, &ItemBody::new(&item)?)?
        };
        Ok(response.with_header("ETag", tag.to_string()))
    }
}
