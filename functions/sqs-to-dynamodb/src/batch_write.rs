//! `BatchWriteItem`: up to 25 writes, of which any number can come back unprocessed, and of which one bad one spoils
//! the call.
//!
//! It is the one call that is made for every message, which is why it goes by the lean client.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use aws_smithy_types::error::ErrorMetadata;
use backoff::Backoff;
use message::{Key, names};
use serde::Deserialize;
use serde_json::Value;

use crate::call::{CallError, call};
use crate::config::Writer;
use crate::execute::JobReport;
use crate::invocation::{Invocation, MessageIds};
use crate::obstacle::Obstacle;
use crate::operation::Change;
use crate::plan::{Outcome, Ticket};
use crate::problem::Problem;

const OPERATION: &str = "BatchWriteItem";
const TARGET: &str = "DynamoDB_20120810.BatchWriteItem";

type Write = (Ticket, Change);

/// Carries out writes of different keys, at most 25.
pub(crate) async fn write(invocation: Invocation<'_>, writes: Vec<Write>) -> JobReport {
    let mut report = JobReport {
        outcomes: Vec::with_capacity(writes.len()),
        retried: 0,
    };
    // One for all calls that the writes take, so that tries do not multiply.
    let mut backoff = Backoff::new(invocation.deadline);
    let mut calls = vec![writes];
    while let Some(writes) = calls.pop() {
        let Err((mut refused, source)) = send(invocation, &mut backoff, writes, &mut report).await else {
            continue;
        };
        // DynamoDB says that something is wrong, not with what. A half without the bad item goes through.
        if let [(ticket, _)] = refused[..] {
            let key = ticket.key;
            let refused = Outcome::Refused(Problem::ItemRefused { key, source });
            report.outcomes.push((ticket, refused));
            continue;
        }
        let second = refused.split_off(refused.len() / 2);
        calls.extend([second, refused]);
    }
    report
}

/// Sends writes until DynamoDB has processed each, or it is no use to go on. The error holds those that DynamoDB
/// refused as a whole.
async fn send(
    invocation: Invocation<'_>,
    backoff: &mut Backoff,
    mut writes: Vec<Write>,
    report: &mut JobReport,
) -> Result<(), (Vec<Write>, ErrorMetadata)> {
    let Writer {
        batch_write_item,
        config,
        ..
    } = invocation.writer;
    let mut tries = 0_usize;
    let obstacle = loop {
        let messages: Vec<_> = writes.iter().map(|(ticket, _)| ticket.message).collect();
        let ids = MessageIds(invocation, &messages);
        let result = call(invocation, OPERATION, &ids, backoff, || {
            report.retried += if tries == 0 { 0 } else { writes.len() };
            tries += 1;
            batch_write_item.call(TARGET, request(&config.table, &writes), unprocessed)
        });
        let unprocessed = match result.await {
            Ok(unprocessed) => unprocessed,
            Err(CallError::Invalid(error)) => return Err((writes, error)),
            Err(CallError::Failed(obstacle)) => break obstacle,
            Err(CallError::ConditionFailed) => break Obstacle::call_failed(format!("{OPERATION}: a condition failed")),
        };
        let done;
        (writes, done) = writes
            .into_iter()
            .partition(|(ticket, _)| unprocessed.contains(&Some(ticket.key)));
        if writes.len() != unprocessed.len() {
            let text = format!("{OPERATION}: DynamoDB handed back what was not sent to it");
            tracing::error!(message_ids = %ids, reason = text, "DynamoDB call failed");
            writes.extend(done);
            break Obstacle::call_failed(text);
        }
        let done = done.into_iter().map(|(ticket, _)| (ticket, Outcome::Done));
        report.outcomes.extend(done);
        if writes.is_empty() {
            return Ok(());
        }
        let handed_back = writes.len() as u64;
        invocation.tally.unprocessed.fetch_add(handed_back, Ordering::Relaxed);
        if backoff.pause().await {
            invocation.tally.dynamodb_retries.fetch_add(1, Ordering::Relaxed);
        } else {
            tracing::warn!(
                operation = OPERATION,
                message_ids = %ids,
                unprocessed = writes.len(),
                "still unprocessed after the last try that the time allows"
            );
            break Obstacle::unprocessed();
        }
    };
    let failed = writes.into_iter().map(|(ticket, _)| ticket);
    report
        .outcomes
        .extend(failed.map(|ticket| (ticket, Outcome::Failed(obstacle.clone()))));
    Ok(())
}

/// The body of a call.
#[must_use]
pub fn request(table: &str, writes: &[Write]) -> String {
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
                let Key { date, time } = ticket.key;
                body.push_str("{\"DeleteRequest\":{\"Key\":");
                // Dates and times have nothing to escape. Writing to a string cannot fail.
                _ = write!(body, r#"{{"date":{{"S":"{date}"}},"time":{{"S":"{time}"}}}}"#);
            }
        }
        body.push_str("}}");
    }
    body.push_str("]}}");
    body
}

/// The keys of the writes that a reply hands back; `None` for one in which there is none.
fn unprocessed(reply: &[u8]) -> serde_json::Result<Vec<Option<Key>>> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "UnprocessedItems", default)]
        tables: Option<HashMap<String, Vec<Value>>>,
    }
    let reply: Reply = serde_json::from_slice(reply)?;
    let writes = reply.tables.into_iter().flatten().flat_map(|(_, writes)| writes);
    Ok(writes.map(|write| key_of(&write)).collect())
}

fn key_of(write: &Value) -> Option<Key> {
    let put = write.pointer("/PutRequest/Item");
    let attributes = put.or_else(|| write.pointer("/DeleteRequest/Key"))?;
    let text = |name| attributes.get(name)?.get("S")?.as_str();
    Some(Key {
        date: text(names::DATE)?.parse().ok()?,
        time: text(names::TIME)?.parse().ok()?,
    })
}
