//! Sends messages that fail permanently to the dead-letter queue.

mod entry;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use backoff::{Backoff, FailedEntry, Reply};
use futures::stream::{self, StreamExt};

use crate::config::Writer;
use crate::failure::PermanentFailure;
use crate::invocation::Invocation;
use crate::queue::{CONCURRENCY, MAX_ENTRIES, count_retries, loggable, loggable_words};
use crate::record::{known_method, loggable_ingest_id, receives};
use entry::{MAX_BYTES, entry};

/// One call.
#[derive(Default)]
struct Call {
    /// What is sent of each message.
    entries: BTreeMap<usize, SendMessageBatchRequestEntry>,
    bytes: usize,
}

/// Sends messages, each with its reason, and logs each. Returns those that could not be sent.
pub async fn send(invocation: Invocation<'_>, failures: &BTreeMap<usize, PermanentFailure>) -> Vec<usize> {
    let (calls, mut unsent) = calls(invocation, failures);
    let mut results = stream::iter(calls)
        .map(|call| send_call(invocation, failures, call))
        .buffer_unordered(CONCURRENCY);
    while let Some(failed) = results.next().await {
        unsent.extend(failed);
    }
    unsent
}

/// Divides messages into calls; beside them, those that no call can take.
fn calls(invocation: Invocation<'_>, failures: &BTreeMap<usize, PermanentFailure>) -> (Vec<Call>, Vec<usize>) {
    let (mut calls, mut unsent) = (Vec::new(), Vec::new());
    let mut call = Call::default();
    for (&message, failure) in failures {
        let entry = entry(message, &invocation.records[message], failure, SystemTime::now());
        if entry.dropped > 0 {
            tracing::warn!(
                message_id = invocation.message_id(message),
                dropped = entry.dropped,
                "the dead letter has no room for some attributes"
            );
        }
        if entry.bytes > MAX_BYTES {
            tracing::error!(
                message_id = invocation.message_id(message),
                bytes = entry.bytes,
                code = failure.code(),
                reason = failure.for_log(),
                "with the code of its reason the message is too large for the dead-letter queue; it goes there without, \
                 after the queue's last delivery"
            );
            unsent.push(message);
            continue;
        }
        if call.entries.len() == MAX_ENTRIES || call.bytes + entry.bytes > MAX_BYTES {
            calls.push(std::mem::take(&mut call));
        }
        call.entries.insert(message, entry.request);
        call.bytes += entry.bytes;
    }
    if !call.entries.is_empty() {
        calls.push(call);
    }
    (calls, unsent)
}

/// Sends one call, and again what of it is not taken, as the retry policy says. Returns the messages that could not be
/// sent.
async fn send_call(
    invocation: Invocation<'_>,
    failures: &BTreeMap<usize, PermanentFailure>,
    Call { entries, .. }: Call,
) -> Vec<usize> {
    let Writer { sqs, config, .. } = invocation.writer;
    let mut backoff = Backoff::new(invocation.end());
    let messages = entries.keys().copied().collect();
    let send = |messages: &[usize]| {
        let entries = messages.iter().map(|message| entries[message].clone()).collect();
        let request = sqs.send_message_batch().queue_url(&config.dead_letter_queue);
        let request = request.set_entries(Some(entries));
        async { request.send().await.map(reply_of) }
    };
    let outcome = backoff.retry_entries(messages, send).await;
    count_retries(invocation, &backoff);
    for message in outcome.taken {
        log_dead_letter(invocation, message, &failures[&message]);
    }
    for refused in &outcome.refused {
        log_not_taken(invocation, refused);
    }
    if let Some(error) = outcome.error {
        tracing::error!(
            count = outcome.unsent.len(),
            reason = loggable(&error),
            "the dead-letter queue cannot be written to"
        );
    } else {
        for unsent in &outcome.unsent {
            log_not_taken(invocation, unsent);
        }
    }
    let not_taken = outcome.refused.into_iter().chain(outcome.unsent);
    not_taken.map(|entry| entry.id).collect()
}

fn reply_of(output: SendMessageBatchOutput) -> Reply {
    let taken = output.successful.iter().filter_map(|entry| entry.id.parse().ok());
    let failed = output.failed.into_iter().filter_map(|entry| {
        Some(FailedEntry {
            id: entry.id.parse().ok()?,
            code: entry.code,
            message: entry.message.unwrap_or_default(),
            permanent: entry.sender_fault,
        })
    });
    Reply {
        taken: taken.collect(),
        failed: failed.collect(),
    }
}

fn log_dead_letter(invocation: Invocation<'_>, message: usize, failure: &PermanentFailure) {
    let record = &invocation.records[message];
    tracing::warn!(
        message_id = invocation.message_id(message),
        ingest_id = loggable_ingest_id(record).map(tracing::field::display),
        method = known_method(record),
        receive_count = receives(record),
        code = failure.code(),
        reason = failure.for_log(),
        "message given up"
    );
}

fn log_not_taken(invocation: Invocation<'_>, entry: &FailedEntry) {
    tracing::error!(
        message_id = invocation.message_id(entry.id),
        code = entry.code,
        reason = loggable_words(&entry.code, &entry.message),
        "the dead-letter queue does not take the message"
    );
}
