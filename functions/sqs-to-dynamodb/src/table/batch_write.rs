//! `BatchWriteItem`: up to 25 writes in one call. DynamoDB can hand back any number of them unprocessed, and one bad write makes
//! it refuse the whole call.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use attributes::{ItemKey, KeySchema};
use aws_smithy_types::error::ErrorMetadata;
use backoff::Backoff;
use serde::Deserialize;
use serde_json::Value;

use crate::failure::{PermanentFailure, TransientFailure};
use crate::invocation::{Invocation, MessageIds};
use crate::operation::Change;
use crate::plan::{TaskResult, Ticket};
use crate::table::call::{BATCH_WRITE_ITEM, CallFailure, call, pause_for_unprocessed};

type TicketedChange = (Ticket, Change);

/// Carries out writes of different keys, at most 25.
pub(crate) async fn write(invocation: Invocation<'_>, writes: Vec<TicketedChange>) -> Vec<(Ticket, TaskResult)> {
    let mut results = Vec::with_capacity(writes.len());
    // All calls for these writes share one backoff, so that tries do not multiply.
    let mut backoff = invocation.batch_backoff();
    let mut calls = vec![writes];
    while let Some(writes) = calls.pop() {
        let Err((mut refused, source)) = send(invocation, &mut backoff, writes, &mut results).await else {
            continue;
        };
        // DynamoDB does not say which write it refuses. The call is halved: the half without the bad write succeeds.
        if refused.len() == 1
            && let Some((ticket, _)) = refused.pop()
        {
            let key = ticket.key.clone();
            let refused = PermanentFailure::ItemRefused { key, source };
            results.push((ticket, Err(refused.into())));
            continue;
        }
        let second = refused.split_off(refused.len() / 2);
        calls.extend([second, refused]);
    }
    results
}

/// Sends writes until DynamoDB has processed each of them or a failure ends the tries. The error holds the writes of a call that
/// DynamoDB refused as a whole.
async fn send(
    invocation: Invocation<'_>,
    backoff: &mut Backoff,
    mut writes: Vec<TicketedChange>,
    results: &mut Vec<(Ticket, TaskResult)>,
) -> Result<(), (Vec<TicketedChange>, ErrorMetadata)> {
    let Invocation { writer, tally, .. } = invocation;
    let name = BATCH_WRITE_ITEM.name;
    let mut tries_before = backoff.taken();
    let failure = loop {
        let mut messages: Vec<_> = writes.iter().map(|(ticket, _)| ticket.row.message).collect();
        messages.dedup();
        let ids = MessageIds(invocation, &messages);
        let body = request(&writer.config.table, &writes);
        let read = |reply: &[u8]| unprocessed(&writer.config.keys, reply);
        let result = call(invocation, BATCH_WRITE_ITEM, &ids, backoff, body, read).await;
        let again = u64::from(backoff.taken() - tries_before);
        tries_before = backoff.taken();
        tally.resent.fetch_add(again * writes.len() as u64, Ordering::Relaxed);
        let sent = writes.len();
        let unprocessed = match result {
            Ok(unprocessed) => unprocessed,
            Err(CallFailure::Invalid(error)) => return Err((writes, error)),
            Err(CallFailure::Transient(failure)) => break failure,
            Err(CallFailure::ConditionFailed(_)) => {
                break TransientFailure::call_failed(format!("{name}: a condition failed"));
            }
        };
        let done;
        (writes, done) = writes
            .into_iter()
            .partition(|(ticket, _)| unprocessed.iter().flatten().any(|key| *key == ticket.key));
        if writes.len() != unprocessed.len() {
            let text = format!("{name}: DynamoDB handed back what was not sent to it");
            tracing::error!(message_ids = %ids, reason = text, "DynamoDB call failed");
            writes.extend(done);
            break TransientFailure::call_failed(text);
        }
        results.extend(done.into_iter().map(|(ticket, _)| {
            let asked = ticket.asked;
            (ticket, Ok(asked.into()))
        }));
        if writes.is_empty() {
            return Ok(());
        }
        if !pause_for_unprocessed(invocation, BATCH_WRITE_ITEM, &ids, (writes.len(), sent), backoff).await {
            break TransientFailure::unprocessed();
        }
    };
    let failed = writes.into_iter().map(|(ticket, _)| ticket);
    results.extend(failed.map(|ticket| (ticket, Err(failure.clone().into()))));
    Ok(())
}

/// Makes the body of a call.
#[must_use]
pub fn request(table: &str, writes: &[TicketedChange]) -> String {
    let bytes = writes.iter().map(|(_, change)| match change {
        Change::Put(item) => item.as_json().len() + 30,
        Change::Delete => 100,
    });
    let mut body = String::with_capacity(bytes.sum::<usize>() + table.len() + 30);
    body.push_str("{\"RequestItems\":{");
    body.push_str(&Value::from(table).to_string());
    body.push_str(":[");
    for (index, (ticket, change)) in writes.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        match change {
            Change::Put(item) => {
                body.push_str("{\"PutRequest\":{\"Item\":");
                body.push_str(item.as_json());
            }
            Change::Delete => {
                // Writing to a string cannot fail.
                _ = write!(body, r#"{{"DeleteRequest":{{"Key":{}"#, ticket.key);
            }
        }
        body.push_str("}}");
    }
    body.push_str("]}}");
    body
}

/// Reads the keys of the writes that a reply hands back; `None` for a write without a valid key.
fn unprocessed(keys: &KeySchema, reply: &[u8]) -> serde_json::Result<Vec<Option<ItemKey>>> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "UnprocessedItems", default)]
        tables: Option<HashMap<String, Vec<Value>>>,
    }
    let reply: Reply = serde_json::from_slice(reply)?;
    let writes = reply.tables.into_iter().flatten().flat_map(|(_, writes)| writes);
    let attributes = |write: &Value| {
        let put = write.pointer("/PutRequest/Item");
        put.or_else(|| write.pointer("/DeleteRequest/Key"))
            .and_then(|attributes| keys.key_in_json(attributes))
    };
    Ok(writes.map(|write| attributes(&write)).collect())
}
