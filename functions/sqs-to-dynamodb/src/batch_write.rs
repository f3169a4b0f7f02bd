//! `BatchWriteItem`: up to 25 writes, of which any number can come back unprocessed, and of which one bad one spoils
//! the call.

use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use backoff::Backoff;
use message::Key;

use crate::call::{CallError, call};
use crate::config::Writer;
use crate::execute::{Invocation, JobReport, MessageIds};
use crate::obstacle::Obstacle;
use crate::operation::{Change, key_attributes, key_in};
use crate::plan::{Outcome, Ticket};
use crate::problem::Problem;

const OPERATION: &str = "BatchWriteItem";

/// A write, and how DynamoDB is asked for it.
type Write = (Ticket, WriteRequest);

/// Carries out writes of different keys, at most 25.
pub async fn write(invocation: Invocation<'_>, writes: Vec<(Ticket, Change)>) -> JobReport {
    let mut report = JobReport {
        outcomes: Vec::with_capacity(writes.len()),
        retried: 0,
    };
    // One for all calls that the writes take, so that tries do not multiply.
    let mut backoff = Backoff::new(invocation.deadline);
    let writes = writes.into_iter();
    let mut calls: Vec<Vec<Write>> = vec![
        writes
            .map(|(ticket, change)| (ticket, request(ticket.key, change)))
            .collect(),
    ];
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
    let Writer { dynamodb, config, .. } = invocation.writer;
    let mut tries = 0_usize;
    let obstacle = loop {
        let tickets: Vec<_> = writes.iter().map(|&(ticket, _)| ticket).collect();
        let ids = MessageIds(invocation, &tickets);
        let result = call(OPERATION, &ids, backoff, || {
            report.retried += if tries == 0 { 0 } else { writes.len() };
            tries += 1;
            let requests = writes.iter().map(|(_, request)| request.clone()).collect();
            dynamodb
                .batch_write_item()
                .request_items(&config.table, requests)
                .send()
        });
        let output = match result.await {
            Ok(output) => output,
            Err(CallError::Invalid(error)) => return Err((writes, error)),
            Err(CallError::Failed(obstacle)) => break obstacle,
            Err(CallError::ConditionFailed) => break Obstacle::call_failed(format!("{OPERATION}: a condition failed")),
        };
        let unprocessed = output.unprocessed_items.into_iter().flatten();
        let unprocessed: Vec<_> = unprocessed.flat_map(|(_, requests)| requests).collect();
        let keys: Vec<_> = unprocessed.iter().filter_map(key_of).collect();
        let done;
        (writes, done) = writes.into_iter().partition(|(ticket, _)| keys.contains(&ticket.key));
        if writes.len() != unprocessed.len() {
            let text = format!("{OPERATION}: DynamoDB handed back what was not sent to it");
            tracing::error!(message_ids = %ids, text);
            writes.extend(done);
            break Obstacle::call_failed(text);
        }
        let done = done.into_iter().map(|(ticket, _)| (ticket, Outcome::Done));
        report.outcomes.extend(done);
        if writes.is_empty() {
            return Ok(());
        }
        if !backoff.pause().await {
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

#[expect(
    clippy::expect_used,
    reason = "building fails only when the item or key is not set, and each is set here"
)]
fn request(key: Key, change: Change) -> WriteRequest {
    let builder = WriteRequest::builder();
    match change {
        Change::Put(item) => {
            let request = PutRequest::builder().set_item(Some(item)).build();
            builder.put_request(request.expect("the item is set"))
        }
        Change::Delete => {
            let request = DeleteRequest::builder().set_key(Some(key_attributes(key))).build();
            builder.delete_request(request.expect("the key is set"))
        }
    }
    .build()
}

/// The key of what a request writes.
pub fn key_of(request: &WriteRequest) -> Option<Key> {
    let attributes = match (&request.put_request, &request.delete_request) {
        (Some(put), _) => &put.item,
        (_, Some(delete)) => &delete.key,
        _ => return None,
    };
    key_in(attributes, String::new).ok()
}
