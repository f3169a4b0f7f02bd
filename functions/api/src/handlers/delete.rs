//! `DELETE /message/{date}?time=`: deletes a message.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Error as SdkError;
use serde_json::json;

use super::key_attributes;
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
        let (condition, names, values) = condition.into_parts();
        let call = self.dynamodb.delete_item().table_name(&self.table);
        let output = call
            .set_key(Some(key_attributes(key)))
            .set_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .send()
            .await;
        match output.map_err(SdkError::from) {
            Ok(_) => Response::json(200, &json!({})),
            Err(SdkError::ConditionalCheckFailedException(_)) if if_match.is_some() => Err(Error::Changed),
            Err(error) => Err(error.into()),
        }
    }
}
