//! `BatchWriteItem`: up to 25 writes, of which any number can come back unprocessed, and of which one bad one spoils
//! the call.

use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use backoff::Backoff;
use message::Key;

use crate::call::{CallError, call};
use crate::execute::{Invocation, JobReport, MessageIds};
use crate::operation::{Change, key_attributes, key_in};
use crate::plan::{Outcome, Ticket};
use crate::problem::Problem;

const OPERATION: &str = "BatchWriteItem";

/// Carries out writes of different keys, at most 25.
pub async fn write(invocation: Invocation<'_>, writes: Vec<(Ticket, Change)>) -> JobReport {
    let mut report = JobReport {
        outcomes: Vec::with_capacity(writes.len()),
        retried: 0,
    };
    let mut calls = vec![unzip(writes)];
    while let Some((tickets, requests)) = calls.pop() {
        let Err((refused, error)) = send(invocation, tickets, requests, &mut report).await else {
            continue;
        };
        // DynamoDB says that something is wrong, not with what. A half without the bad item goes through.
        if let [ticket] = refused[..] {
            let key = ticket.key;
            let refused = Outcome::Refused(Problem::ItemRefused { key, source: error });
            report.outcomes.push((ticket, refused));
            continue;
        }
        let (first, second) = refused.split_at(refused.len() / 2);
        for half in [second, first] {
            let again = half.iter().map(|&ticket| (ticket, invocation.write_again(ticket)));
            calls.push(unzip(again));
        }
    }
    report
}

/// Sends requests until DynamoDB has processed each, or it is no use to go on. The error holds those that DynamoDB
/// refused as a whole.
async fn send(
    invocation: Invocation<'_>,
    mut tickets: Vec<Ticket>,
    mut requests: Vec<WriteRequest>,
    report: &mut JobReport,
) -> Result<(), (Vec<Ticket>, ErrorMetadata)> {
    let table = &invocation.writer.config.table;
    let mut backoff = Backoff::new(invocation.deadline);
    loop {
        let request = invocation
            .writer
            .dynamodb
            .batch_write_item()
            .request_items(table, requests);
        let ids = MessageIds(invocation, &tickets);
        let output = match call(OPERATION, &ids, invocation.deadline, request.send()).await {
            Ok(output) => output,
            Err(CallError::Invalid(error)) => return Err((tickets, error)),
            Err(CallError::ConditionFailed | CallError::Transient) => break,
        };
        requests = output
            .unprocessed_items
            .into_iter()
            .flatten()
            .flat_map(|(_, requests)| requests)
            .collect();
        let keys: Vec<_> = requests.iter().filter_map(key_of).collect();
        let (left, done): (Vec<_>, Vec<_>) = tickets.iter().partition(|ticket| keys.contains(&ticket.key));
        if left.len() != requests.len() {
            tracing::error!(operation = OPERATION, message_ids = %ids, "DynamoDB handed back what was not sent to it");
            break;
        }
        report
            .outcomes
            .extend(done.into_iter().map(|ticket| (ticket, Outcome::Done)));
        tickets = left;
        if tickets.is_empty() {
            return Ok(());
        }
        if !backoff.pause().await {
            tracing::warn!(
                operation = OPERATION,
                message_ids = %MessageIds(invocation, &tickets),
                "still unprocessed after the last try that the time allows"
            );
            break;
        }
        report.retried += tickets.len();
    }
    report
        .outcomes
        .extend(tickets.into_iter().map(|ticket| (ticket, Outcome::Failed)));
    Ok(())
}

fn unzip(writes: impl IntoIterator<Item = (Ticket, Change)>) -> (Vec<Ticket>, Vec<WriteRequest>) {
    writes
        .into_iter()
        .map(|(ticket, change)| (ticket, request(ticket.key, change)))
        .unzip()
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
