//! `PutItem` on the condition that nothing in the table has precedence.

use backoff::Backoff;
use message::Order;
use serde::Deserialize;
use serde_json::json;

use crate::config::Config;
use crate::failure::PermanentFailure;
use crate::invocation::{Invocation, MessageIds};
use crate::operation::{OrderedPut, Precedence};
use crate::plan::{Effect, Outcome, TaskResult, Ticket};
use crate::table::call::{CallFailure, PUT_ITEM, call};

/// The item that was there.
#[derive(Debug, Deserialize)]
struct Found {
    #[serde(rename = "$order", default)]
    order: Option<Text>,
}

/// An attribute that should be text.
#[derive(Debug, Deserialize)]
struct Text {
    #[serde(rename = "S", default)]
    text: Option<String>,
}

impl Found {
    /// The order of the item; `None` when it has none.
    fn order(&self) -> Option<Order> {
        self.order.as_ref()?.text.as_ref()?.parse().ok()
    }
}

/// Puts an item unless what is there has precedence. A put that finds its own order is done: an earlier try, or an earlier
/// delivery of the message, has written it.
pub async fn put(invocation: Invocation<'_>, ticket: &Ticket, put: &OrderedPut) -> TaskResult {
    let body = request(&invocation.writer.config, put);
    let ids = MessageIds(invocation, &[ticket.row.message]);
    let mut backoff = Backoff::new(invocation.deadline);
    match call(invocation, PUT_ITEM, ids, &mut backoff, body, found).await {
        Ok(Some(replaced)) if !is_of_ingest(&replaced, put) => Ok(Effect::Replaced.into()),
        Ok(_) => Ok(Effect::Written.into()),
        Err(CallFailure::ConditionFailed(reply)) => Ok(outcome_of_refusal(&reply, put)),
        Err(failure) => {
            let key = ticket.key.clone();
            let refused = |source| PermanentFailure::ItemRefused { key, source };
            Err(failure.of_message(refused))
        }
    }
}

fn is_of_ingest(found: &Found, put: &OrderedPut) -> bool {
    let order = found.order();
    order.is_some_and(|order| order.ingest_id() == put.order.ingest_id())
}

fn outcome_of_refusal(reply: &[u8], put: &OrderedPut) -> Outcome {
    let kept = found(reply).ok().flatten().and_then(|found| found.order());
    let effect = match put.precedence {
        _ if kept == Some(put.order) => Effect::Written,
        Precedence::Higher => Effect::Outdated,
        Precedence::Existing => Effect::Existing,
    };
    Outcome { effect, kept }
}

/// The body of a call.
fn request(config: &Config, put: &OrderedPut) -> String {
    let order = put.order.as_str();
    let item = put.item.as_json();
    // An item has its key, so a member stands before the order.
    let members = item.trim_end().strip_suffix('}').unwrap_or(item);
    let attribute = Order::ATTRIBUTE;
    let condition = match put.precedence {
        Precedence::Higher => format!(
            r##""attribute_not_exists(#o) OR #o < :o","ExpressionAttributeNames":{{"#o":"{attribute}"}},"ExpressionAttributeValues":{{":o":{{"S":"{order}"}}}},"ReturnValues":"ALL_OLD""##
        ),
        Precedence::Existing => format!(
            r##""attribute_not_exists(#k)","ExpressionAttributeNames":{{"#k":{}}}"##,
            json!(config.keys.partition().0)
        ),
    };
    let table = json!(config.table);
    format!(
        r#"{{"TableName":{table},"Item":{members},"{attribute}":{{"S":"{order}"}}}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD","ConditionExpression":{condition}}}"#
    )
}

/// The item in a reply, whether it was replaced or stays; `None` when there was none.
fn found(reply: &[u8]) -> serde_json::Result<Option<Found>> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "Attributes", alias = "Item", default)]
        item: Option<Found>,
    }
    let reply: Reply = serde_json::from_slice(reply)?;
    Ok(reply.item)
}
