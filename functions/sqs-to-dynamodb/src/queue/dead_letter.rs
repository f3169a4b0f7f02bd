//! Sends permanent failures to the dead-letter queue: whole messages as they were received, and single rows of a `BATCH_WRITE`.

mod entry;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use backoff::{Backoff, FailedEntry, Reply};
use futures::stream::{self, StreamExt};

use crate::config::Writer;
use crate::failure::{DeadPart, PermanentFailure};
use crate::invocation::Invocation;
use crate::operation::{alone, elements};
use crate::queue::{CONCURRENCY, MAX_ENTRIES, count_retries, loggable, loggable_words};
use crate::record::{known_method, loggable_ingest_id, receives};
use entry::{MAX_BYTES, entry};

/// A dead letter: a message for the dead-letter queue.
#[derive(Clone, Copy, Debug)]
struct DeadLetter<'f> {
    /// The message that it comes from.
    message: usize,
    /// The row of that message; `None` for the whole message.
    row: Option<usize>,
    failure: &'f PermanentFailure,
}

/// The dead letters of one call.
#[derive(Default)]
struct Call<'f> {
    /// The dead letters, each with its entry, by the entry's id.
    dead_letters: BTreeMap<usize, (DeadLetter<'f>, SendMessageBatchRequestEntry)>,
    bytes: usize,
}

/// Dead letters, divided into calls.
#[derive(Default)]
struct Calls<'f> {
    /// The number of dead letters so far.
    count: usize,
    full: Vec<Call<'f>>,
    last: Call<'f>,
    /// The messages of dead letters that no call can take.
    unsent: Vec<usize>,
}

/// Sends dead letters, each with its reason, and logs each. Returns the messages of the dead letters that could not be sent. Such
/// a message stays on the queue as a whole; rows of it that were sent are sent again after its next delivery.
pub async fn send(invocation: Invocation<'_>, dead: &BTreeMap<usize, DeadPart>) -> BTreeSet<usize> {
    let (calls, unsent) = calls(invocation, dead);
    let mut unsent: BTreeSet<_> = unsent.into_iter().collect();
    let mut results = stream::iter(calls)
        .map(|call| send_call(invocation, call))
        .buffer_unordered(CONCURRENCY);
    while let Some(failed) = results.next().await {
        unsent.extend(failed);
    }
    unsent
}

/// Divides dead letters into calls. Also returns the messages of the dead letters that no call can take.
fn calls<'f>(invocation: Invocation<'_>, dead: &'f BTreeMap<usize, DeadPart>) -> (Vec<Call<'f>>, Vec<usize>) {
    let mut calls = Calls::default();
    for (&message, part) in dead {
        let record = &invocation.records[message];
        match part {
            DeadPart::Whole(failure) => {
                let row = None;
                let dead_letter = DeadLetter { message, row, failure };
                calls.add(invocation, dead_letter, record.body.as_deref().unwrap_or_default());
            }
            DeadPart::Rows(rows) => {
                let table = &invocation.writer.config.table;
                let elements = record.body.as_deref().and_then(|body| elements(body, table));
                let elements = elements.unwrap_or_default();
                for (&row, failure) in rows {
                    let dead_letter = DeadLetter {
                        message,
                        row: Some(row),
                        failure,
                    };
                    match elements.get(row) {
                        Some(element) => calls.add(invocation, dead_letter, &alone(element.get(), table)),
                        None => calls.unsent.push(message),
                    }
                }
            }
        }
    }
    if !calls.last.dead_letters.is_empty() {
        calls.full.push(calls.last);
    }
    (calls.full, calls.unsent)
}

impl<'f> Calls<'f> {
    fn add(&mut self, invocation: Invocation<'_>, dead_letter: DeadLetter<'f>, body: &str) {
        let DeadLetter { message, row, failure } = dead_letter;
        let Self {
            count,
            full,
            last,
            unsent,
        } = self;
        let id = *count;
        *count += 1;
        let entry = entry(id, &invocation.records[message], body, failure, SystemTime::now());
        if entry.dropped > 0 {
            tracing::warn!(
                message_id = invocation.message_id(message),
                row,
                dropped = entry.dropped,
                "the dead letter has no room for some attributes"
            );
        }
        if entry.bytes > MAX_BYTES {
            tracing::error!(
                message_id = invocation.message_id(message),
                row,
                bytes = entry.bytes,
                code = failure.code(),
                reason = failure.for_log(),
                "with its reason code the message is too large for the dead-letter queue; SQS moves it there without a \
                 reason after the last delivery"
            );
            unsent.push(message);
            return;
        }
        if last.dead_letters.len() == MAX_ENTRIES || last.bytes + entry.bytes > MAX_BYTES {
            full.push(std::mem::take(last));
        }
        last.dead_letters.insert(id, (dead_letter, entry.request));
        last.bytes += entry.bytes;
    }
}

/// Sends the dead letters of one call, and retries those that are not taken by the retry policy. Returns the messages of the dead
/// letters that could not be sent.
async fn send_call(invocation: Invocation<'_>, Call { dead_letters, .. }: Call<'_>) -> Vec<usize> {
    let Writer { sqs, config, .. } = invocation.writer;
    let mut backoff = Backoff::new(invocation.queue_end());
    let send = |ids: &[usize]| {
        let entries = ids.iter().map(|&id| dead_letters[&id].1.clone()).collect();
        let request = sqs.send_message_batch().queue_url(&config.dead_letter_queue);
        let request = request.set_entries(Some(entries));
        async { request.send().await.map(reply_of) }
    };
    let outcome = backoff
        .retry_entries(dead_letters.keys().copied().collect(), send)
        .await;
    count_retries(invocation, &backoff);
    for id in outcome.taken {
        log_dead_letter(invocation, dead_letters[&id].0);
    }
    for refused in &outcome.refused {
        log_not_taken(invocation, dead_letters[&refused.id].0, refused);
    }
    if let Some(error) = outcome.error {
        tracing::error!(
            count = outcome.unsent.len(),
            reason = loggable(&error),
            "the dead-letter queue cannot be written to"
        );
    } else {
        for unsent in &outcome.unsent {
            log_not_taken(invocation, dead_letters[&unsent.id].0, unsent);
        }
    }
    let not_taken = outcome.refused.into_iter().chain(outcome.unsent);
    not_taken.map(|entry| dead_letters[&entry.id].0.message).collect()
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

fn log_dead_letter(invocation: Invocation<'_>, DeadLetter { message, row, failure }: DeadLetter<'_>) {
    let record = &invocation.records[message];
    tracing::warn!(
        message_id = invocation.message_id(message),
        row,
        ingest_id = loggable_ingest_id(record).map(tracing::field::display),
        method = known_method(record),
        receive_count = receives(record),
        code = failure.code(),
        reason = failure.for_log(),
        "message given up"
    );
}

fn log_not_taken(invocation: Invocation<'_>, dead_letter: DeadLetter<'_>, entry: &FailedEntry) {
    tracing::error!(
        message_id = invocation.message_id(dead_letter.message),
        row = dead_letter.row,
        code = entry.code,
        reason = loggable_words(&entry.code, &entry.message),
        "the dead-letter queue does not take the message"
    );
}
