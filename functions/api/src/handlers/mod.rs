//! The five calls, each from a checked request to a response.

mod delete;
mod get;
mod list;
mod post;
mod put;

use std::collections::BTreeSet;

use attributes::{Attributes, plain_json};
use message::Key;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::etag::ETag;
use crate::preconditions::Tags;
use crate::unchanged::Condition;
use crate::{Api, Error, ParameterError, ParameterProblem, revision};

/// The answer with one item.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ItemBody {
    item: Map<String, Value>,
}

impl ItemBody {
    fn new(attributes: &Attributes) -> Result<Self, Error> {
        let mut item = plain_json::from_attributes(attributes).map_err(Error::Unreadable)?;
        item.remove(revision::NAME);
        Ok(Self { item })
    }
}

impl Api {
    /// The condition on which a write under `If-Match` may happen, with placeholders that begin with `prefix`: that the
    /// item is one of `tags`, and has none of the attributes `touched` that it does not have now.
    async fn matching(
        &self,
        key: Key,
        tags: &Tags,
        touched: &BTreeSet<String>,
        prefix: &str,
    ) -> Result<Condition, Error> {
        if *tags == Tags::Any {
            return Ok(Condition::existence(true, prefix));
        }
        let item = self.table.read(key).await?.ok_or(Error::Changed)?;
        if !tags.match_strongly(&ETag::of(&item)) {
            return Err(Error::Changed);
        }
        let condition = Condition::unchanged(&item, touched, prefix);
        condition.ok_or_else(|| ParameterError::header("If-Match", ParameterProblem::TooManyAttributes).into())
    }
}

#[cfg(test)]
mod precondition_tests;
#[cfg(test)]
mod tests;
