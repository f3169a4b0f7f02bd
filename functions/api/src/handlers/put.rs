//! `PUT /message/{date}?time=`: updates a message that exists.

use aws_sdk_dynamodb::Error as SdkError;
use aws_sdk_dynamodb::types::ReturnValue;

use super::key_attributes;
use crate::body::Body;
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
        let update = update.and_then(|body| Update::check(body, key.as_ref().ok().copied(), &self.table));
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
        let call = self.dynamodb.update_item().table_name(&self.table);
        let output = call
            .set_key(Some(key_attributes(key)))
            .update_expression(update.expression)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(update.names))
            // DynamoDB refuses an empty map.
            .set_expression_attribute_values(Some(update.values).filter(|values| !values.is_empty()))
            // For the tag. It costs nothing beyond the update itself.
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match output.map_err(SdkError::from) {
            Ok(output) => {
                let tag = ETag::of(&output.attributes.unwrap_or_default());
                Ok(Response::empty(204).with_header("ETag", tag.to_string()))
            }
            Err(SdkError::ConditionalCheckFailedException(_)) if if_match.is_some() => Err(Error::Changed),
            Err(SdkError::ConditionalCheckFailedException(_)) => Err(Error::NotFound),
            Err(error) => Err(Error::of_clients_call(Refused::Update, error)),
        }
    }
}
