//! The calls for one item each, and the scan.

use std::fmt::Write;

use attributes::{Attributes, ItemKey, dynamodb_json};
use backoff::Backoff;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use telemetry::contents_may_be_logged;

use crate::failure::{PermanentFailure, TransientFailure};
use crate::invocation::{Invocation, MessageIds};
use crate::operation::Update;
use crate::plan::{TaskResult, Ticket};
use crate::table::call::{CallFailure, GET_ITEM, SCAN, UPDATE_ITEM, call};

/// `UpdateItem`.
pub async fn update(invocation: Invocation<'_>, ticket: &Ticket, update: &Update) -> TaskResult {
    let body = update_request(&invocation.writer.config.table, &ticket.key, update);
    let ids = MessageIds(invocation, &[ticket.row.message]);
    let mut backoff = Backoff::new(invocation.deadline);
    call(invocation, UPDATE_ITEM, ids, &mut backoff, body, |_| {
        Ok(ticket.asked.into())
    })
    .await
    .map_err(|failure| failure.of_message(PermanentFailure::UpdateRefused))
}

fn update_request(table: &str, key: &ItemKey, update: &Update) -> String {
    let optional = [
        ("ConditionExpression", update.condition.as_ref().map(|text| json!(text))),
        (
            "ExpressionAttributeNames",
            update.names.as_ref().map(|names| json!(names)),
        ),
        (
            "ExpressionAttributeValues",
            update.values.as_ref().map(dynamodb_json::to_value),
        ),
    ];
    let mut body = format!(
        r#"{{"TableName":{},"Key":{},"UpdateExpression":{},"ReturnValues":"NONE""#,
        json!(table),
        key,
        json!(update.update)
    );
    for (name, value) in optional {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            _ = write!(body, r#","{name}":{value}"#);
        }
    }
    body.push('}');
    body
}

/// `GetItem`. What it reads goes to the log, the attributes themselves only where contents may be logged. The read is strongly
/// consistent, so that it sees what earlier messages wrote.
pub async fn get(invocation: Invocation<'_>, ticket: &Ticket) -> TaskResult {
    let body = format!(
        r#"{{"TableName":{},"Key":{},"ConsistentRead":true}}"#,
        json!(invocation.writer.config.table),
        ticket.key
    );
    let ids = MessageIds(invocation, &[ticket.row.message]);
    let mut backoff = Backoff::new(invocation.deadline);
    let item = call(invocation, GET_ITEM, ids, &mut backoff, body, item_of)
        .await
        .map_err(|failure| failure.of_message(PermanentFailure::KeyRefused))?;
    let key = contents_may_be_logged().then_some(&ticket.key);
    let (message_key, declared_key) = match key {
        Some(ItemKey::Message(key)) => (Some(key), None),
        declared => (None, declared),
    };
    tracing::info!(
        message_id = invocation.message_id(ticket.row.message),
        date = message_key.map(|key| display(key.date)),
        time = message_key.map(|key| display(key.time)),
        key = declared_key.map(display),
        found = item.is_some(),
        attributes = item.as_ref().map_or(0, Attributes::len),
        "item read"
    );
    if contents_may_be_logged()
        && let Some(item) = &item
    {
        tracing::debug!(message_id = invocation.message_id(ticket.row.message), ?item, "item");
    }
    Ok(ticket.asked.into())
}

/// The item in a reply of `GetItem`; `None` when there is none.
fn item_of(reply: &[u8]) -> serde_json::Result<Option<Attributes>> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "Item", default)]
        item: Option<Box<RawValue>>,
    }
    let reply: Reply = serde_json::from_slice(reply)?;
    reply.item.map(|item| dynamodb_json::stored(item.get())).transpose()
}

/// A page of a scan that counts.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Page {
    count: i64,
    /// The item behind which the next page begins.
    last_evaluated_key: Option<Map<String, Value>>,
}

/// `Scan`, all pages. Only the count is fetched, and goes to the log. The read is strongly consistent, so that it counts
/// what earlier messages wrote. `messages` are those that ask for it: one scan serves them all.
///
/// # Errors
/// What kept it from reaching the end before the deadline. A refusal is none of the messages' doing, which say nothing
/// but "scan", so that it may pass.
pub async fn scan(invocation: Invocation<'_>, messages: &[usize]) -> Result<(), TransientFailure> {
    let ids = MessageIds(invocation, messages);
    let mut request = json!({
        "TableName": invocation.writer.config.table,
        "Select": "COUNT",
        "ConsistentRead": true,
    });
    let (mut count, mut pages) = (0_i64, 0_u64);
    loop {
        let mut backoff = Backoff::new(invocation.deadline);
        let read = |reply: &[u8]| serde_json::from_slice::<Page>(reply);
        let page = match call(invocation, SCAN, ids, &mut backoff, request.to_string(), read).await {
            Ok(page) => page,
            Err(CallFailure::Transient(failure)) => return Err(failure),
            Err(CallFailure::Invalid(error)) => {
                let text = error.message().unwrap_or("it does not say why");
                tracing::error!(message_ids = %ids, reason = text, "DynamoDB refuses the scan");
                return Err(TransientFailure::call_failed(format!(
                    "Scan: DynamoDB refuses it: {text}"
                )));
            }
            Err(CallFailure::ConditionFailed(_)) => {
                return Err(TransientFailure::call_failed("Scan: a condition failed".to_owned()));
            }
        };
        count += page.count;
        pages += 1;
        match page.last_evaluated_key.filter(|key| !key.is_empty()) {
            Some(key) => request["ExclusiveStartKey"] = Value::Object(key),
            None => break,
        }
    }
    tracing::info!(message_ids = %ids, count, pages, "items counted");
    Ok(())
}
