//! Sends messages that are not carried out to the dead-letter queue.

mod entry;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use backoff::Backoff;
use error_chain::ErrorChain;
use futures::stream::{self, StreamExt};

use crate::config::Writer;
use crate::invocation::Invocation;
use crate::problem::Problem;
use crate::record::{ingest_id, method, receives};
use entry::entry;

/// The most entries of a `SendMessageBatch` call.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/quotas-messages.html>
const BATCH: usize = 10;
/// The most bytes of a message, and of all messages of a call together (same source).
const MAX_BYTES: usize = 1024 * 1024;
/// The calls under way at once: enough to empty even a batch of nothing but bad messages within a second.
const CONCURRENCY: usize = 16;
/// Time past the deadline that is left for calls to the queues, half of the margin that the deadline keeps: what
/// DynamoDB refused in the last moment need not come back for that.
pub const GRACE: Duration = Duration::from_secs(1);

/// Messages of one call, each with its reason.
#[derive(Default)]
struct Call {
    entries: Vec<SendMessageBatchRequestEntry>,
    letters: Vec<(usize, Problem)>,
    bytes: usize,
}

/// Sends messages, each with its reason, and logs each. Returns the indices of those that could not be sent: they must
/// come back.
pub async fn send(invocation: Invocation<'_>, letters: Vec<(usize, Problem)>) -> Vec<usize> {
    let (calls, mut unsent) = calls(invocation, letters);
    let mut replies = stream::iter(calls)
        .map(|call| send_call(invocation, call))
        .buffer_unordered(CONCURRENCY);
    while let Some(failed) = replies.next().await {
        unsent.extend(failed);
    }
    unsent
}

/// Divides messages into calls; beside them, those that no call can take.
fn calls(invocation: Invocation<'_>, letters: Vec<(usize, Problem)>) -> (Vec<Call>, Vec<usize>) {
    let (mut calls, mut unsent) = (Vec::new(), Vec::new());
    let mut call = Call::default();
    for (message, problem) in letters {
        let entry = entry(message, &invocation.records[message], &problem, SystemTime::now());
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
                code = problem.code(),
                reason = problem.for_log(),
                "with its reason the message is too large for the dead-letter queue; it goes there without, after the \
                 queue's last delivery"
            );
            unsent.push(message);
            continue;
        }
        if call.entries.len() == BATCH || call.bytes + entry.bytes > MAX_BYTES {
            calls.push(std::mem::take(&mut call));
        }
        call.entries.push(entry.request);
        call.letters.push((message, problem));
        call.bytes += entry.bytes;
    }
    if !call.entries.is_empty() {
        calls.push(call);
    }
    (calls, unsent)
}

/// Sends one call, and again what of it is not taken, as the retry policy says.
async fn send_call(invocation: Invocation<'_>, call: Call) -> Vec<usize> {
    let Call {
        mut entries,
        mut letters,
        ..
    } = call;
    let Writer { sqs, config, .. } = invocation.writer;
    let mut backoff = Backoff::new(invocation.deadline.plus(GRACE));
    loop {
        let request = || {
            let request = sqs.send_message_batch().queue_url(&config.dead_letter_queue);
            request.set_entries(Some(entries.clone())).send()
        };
        let reply = match backoff.retry(request).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::error!(
                    count = letters.len(),
                    reason = %ErrorChain(&error),
                    "the dead-letter queue cannot be written to"
                );
                break;
            }
        };
        let taken: HashSet<_> = reply.successful.iter().map(|entry| entry.id.as_str()).collect();
        entries.retain(|entry| !taken.contains(entry.id.as_str()));
        let dead;
        (dead, letters) = letters
            .into_iter()
            .partition(|(message, _)| taken.contains(message.to_string().as_str()));
        for (message, problem) in &dead {
            let record = &invocation.records[*message];
            tracing::warn!(
                message_id = invocation.message_id(*message),
                ingest_id = ingest_id(record),
                method = method(record),
                receive_count = receives(record),
                code = problem.code(),
                reason = problem.for_log(),
                "message given up"
            );
        }
        // What SQS finds wrong with an entry stays wrong.
        let again = reply.failed.iter().all(|failed| !failed.sender_fault);
        if letters.is_empty() || !again || !backoff.pause().await {
            for failed in &reply.failed {
                tracing::error!(
                    message_id = failed.id.parse().map_or("", |message| invocation.message_id(message)),
                    code = failed.code,
                    reason = failed.message,
                    "the dead-letter queue does not take the message"
                );
            }
            break;
        }
    }
    invocation
        .tally
        .sqs_retries
        .fetch_add(backoff.taken().into(), Ordering::Relaxed);
    letters.into_iter().map(|(message, _)| message).collect()
}
