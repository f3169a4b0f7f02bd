//! Sends messages that fail permanently to the dead-letter queue.

mod entry;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::time::SystemTime;

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use backoff::Backoff;
use error_chain::ErrorChain;
use futures::stream::{self, StreamExt};

use crate::config::Writer;
use crate::failure::PermanentFailure;
use crate::invocation::Invocation;
use crate::queue::{CONCURRENCY, MAX_ENTRIES, count_retries, deadline, message_id};
use crate::record::{ingest_id, method, receives};
use entry::entry;

/// The most bytes of a message, and of all messages of a call together.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/quotas-messages.html>
const MAX_BYTES: usize = 1024 * 1024;

/// A message and why it fails.
type DeadLetter<'f> = (usize, &'f PermanentFailure);

/// The dead letters of one call.
#[derive(Default)]
struct Call<'f> {
    entries: Vec<SendMessageBatchRequestEntry>,
    dead_letters: Vec<DeadLetter<'f>>,
    bytes: usize,
}

/// Sends messages, each with its reason, and logs each. Returns those that could not be sent.
pub async fn send(invocation: Invocation<'_>, failures: &BTreeMap<usize, PermanentFailure>) -> Vec<usize> {
    let (calls, mut unsent) = calls(invocation, failures);
    let mut results = stream::iter(calls)
        .map(|call| send_call(invocation, call))
        .buffer_unordered(CONCURRENCY);
    while let Some(failed) = results.next().await {
        unsent.extend(failed);
    }
    unsent
}

/// Divides messages into calls; beside them, those that no call can take.
fn calls<'f>(
    invocation: Invocation<'_>,
    failures: &'f BTreeMap<usize, PermanentFailure>,
) -> (Vec<Call<'f>>, Vec<usize>) {
    let (mut calls, mut unsent) = (Vec::new(), Vec::new());
    let mut call = Call::default();
    for (&message, failure) in failures {
        let entry = entry(message, &invocation.records[message], failure, SystemTime::now());
        if !entry.dropped.is_empty() {
            tracing::warn!(
                message_id = invocation.message_id(message),
                dropped = entry.dropped.join(","),
                "a message has ten attributes at most: some make room for the reason"
            );
        }
        if entry.bytes > MAX_BYTES {
            tracing::error!(
                message_id = invocation.message_id(message),
                bytes = entry.bytes,
                code = failure.code(),
                reason = failure.for_log(),
                "with its reason the message is too large for the dead-letter queue; it goes there without, after the \
                 queue's last delivery"
            );
            unsent.push(message);
            continue;
        }
        if call.entries.len() == MAX_ENTRIES || call.bytes + entry.bytes > MAX_BYTES {
            calls.push(std::mem::take(&mut call));
        }
        call.entries.push(entry.request);
        call.dead_letters.push((message, failure));
        call.bytes += entry.bytes;
    }
    if !call.entries.is_empty() {
        calls.push(call);
    }
    (calls, unsent)
}

/// Sends one call, and again what of it is not taken, as the retry policy says. Returns the messages that could not be
/// sent.
async fn send_call(invocation: Invocation<'_>, call: Call<'_>) -> Vec<usize> {
    let Call {
        mut entries,
        mut dead_letters,
        ..
    } = call;
    let Writer { sqs, config, .. } = invocation.writer;
    let mut backoff = Backoff::new(deadline(invocation));
    loop {
        let request = || {
            let request = sqs.send_message_batch().queue_url(&config.dead_letter_queue);
            request.set_entries(Some(entries.clone())).send()
        };
        let reply = match backoff.retry(request).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::error!(
                    count = dead_letters.len(),
                    reason = %ErrorChain(&error),
                    "the dead-letter queue cannot be written to"
                );
                break;
            }
        };
        let taken: HashSet<_> = reply.successful.iter().map(|entry| entry.id.as_str()).collect();
        entries.retain(|entry| !taken.contains(entry.id.as_str()));
        let sent;
        (sent, dead_letters) = dead_letters
            .into_iter()
            .partition(|(message, _)| taken.contains(message.to_string().as_str()));
        log_sent(invocation, &sent);
        // What SQS finds wrong with an entry stays wrong.
        let again = reply.failed.iter().all(|failed| !failed.sender_fault);
        if dead_letters.is_empty() || !again || !backoff.pause().await {
            for failed in &reply.failed {
                tracing::error!(
                    message_id = message_id(invocation, failed),
                    code = failed.code,
                    reason = failed.message,
                    "the dead-letter queue does not take the message"
                );
            }
            break;
        }
    }
    count_retries(invocation, &backoff);
    dead_letters.into_iter().map(|(message, _)| message).collect()
}

fn log_sent(invocation: Invocation<'_>, sent: &Vec<DeadLetter<'_>>) {
    for &(message, failure) in sent {
        let record = &invocation.records[message];
        tracing::warn!(
            message_id = invocation.message_id(message),
            ingest_id = ingest_id(record),
            method = method(record),
            receive_count = receives(record),
            code = failure.code(),
            reason = failure.for_log(),
            "message given up"
        );
    }
}
