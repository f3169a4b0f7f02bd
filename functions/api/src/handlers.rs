//! The handlers of the five calls. Each makes a response to a request.

mod call;
mod delete;
mod get;
mod list;
mod post;
mod put;

pub use call::{Call, DeleteMessage, GetMessage, ListMessages, PostMessage, PutMessage};

use std::collections::BTreeSet;

use attributes::{Attributes, ItemKey, plain_json};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::request::fault::{ParameterError, ParameterViolation};
use crate::request::preconditions::Tags;
use crate::response::error::Error;
use crate::table::Table;
use crate::table::condition::Condition;
use crate::table::etag::ETag;
use crate::table::hidden::is_hidden;

/// The response body with one item.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ItemBody {
    item: Map<String, Value>,
}

impl ItemBody {
    fn new(attributes: &Attributes) -> Result<Self, Error> {
        let mut item = plain_json::from_attributes(attributes).map_err(Error::Unreadable)?;
        item.retain(|name, _| !is_hidden(name));
        Ok(Self { item })
    }
}

/// Makes the condition of a write under `If-Match`: the item matches one of `tags`, and has none of the attributes `touched` that
/// it does not have now. Placeholders begin with `prefix`.
async fn matching(
    table: &Table,
    key: &ItemKey,
    tags: &Tags,
    touched: &BTreeSet<String>,
    prefix: &str,
) -> Result<Condition, Error> {
    if *tags == Tags::Any {
        return Ok(Condition::existence(true, &table.schema, prefix));
    }
    if tags.are_weak() {
        return Err(Error::WeakTags);
    }
    let item = table.read(key).await?.ok_or(Error::Changed)?;
    if !tags.match_strongly(&ETag::of(&item)) {
        return Err(Error::Changed);
    }
    let condition = Condition::unchanged(&item, touched, &table.schema, prefix);
    condition.ok_or_else(|| ParameterError::header("If-Match", ParameterViolation::TooManyAttributes).into())
}

#[cfg(test)]
mod another_key_tests;
#[cfg(test)]
mod in_doubt_tests;
#[cfg(test)]
mod keyed_list_tests;
#[cfg(test)]
mod keyed_refusal_tests;
#[cfg(test)]
mod keyed_tests;
#[cfg(test)]
mod largest_tests;
#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod precondition_tests;
#[cfg(test)]
mod second_opinion_tests;
#[cfg(test)]
mod tests;
