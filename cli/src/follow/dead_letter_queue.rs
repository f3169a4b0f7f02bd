//! Reading the whole dead-letter queue without deleting anything from it.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, MessageSystemAttributeName};
use futures::stream::{self, StreamExt};

use super::dead_letter::DeadLetter;
use super::error::FollowError;
use super::queue_depth;
use crate::aws_call::failed;
use crate::cancel::{Cancel, Interrupted};
use crate::stack::Stack;

/// The most messages that one call of SQS takes or returns.
const BATCH: i32 = 10;
/// The most dead letters that are looked at. To look at more takes minutes.
pub const MAX_DEAD_LETTERS: usize = 10_000;
/// The number of receives in a row that bring nothing new, after which a sweep ends.
const STALE_RECEIVES: u32 = 3;
/// The pause between sweeps of the queue. Other readers may release dead letters in the meantime.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(1);
/// The number of concurrent calls that make dead letters visible again.
const RELEASES_AT_ONCE: usize = 8;

/// The content of the dead-letter queue.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The dead letters.
    pub dead_letters: Vec<DeadLetter>,
    /// Whether these are all dead letters in the queue.
    pub is_complete: bool,
}

/// Looks at all dead letters, up to [`MAX_DEAD_LETTERS`], in at most `sweeps` sweeps of the queue. A later sweep finds the dead
/// letters that another reader held during an earlier one. Each sweep hides the dead letters and makes them visible again at its
/// end.
///
/// # Errors
/// When the queue cannot be read; [`FollowError::Interrupted`].
pub async fn look(stack: &Stack, sweeps: u32, cancel: &Cancel) -> Result<Looked, FollowError> {
    let mut all = HashMap::new();
    let mut count = cancel.or(queue_depth::dead(stack)).await?;
    let mut complete = false;
    for sweep_number in 1..=sweeps {
        if sweep_number > 1 {
            let pause = async {
                tokio::time::sleep(BETWEEN_SWEEPS).await;
                Ok::<_, Interrupted>(())
            };
            cancel.or(pause).await?;
        }
        let mut receipts = Vec::new();
        let swept = sweep(stack, count, &mut all, &mut receipts, cancel).await;
        release(stack, &receipts).await;
        let reached_end = swept?;
        // The count is approximate: it can show that dead letters are missing, but cannot prove that none are.
        count = cancel.or(queue_depth::dead(stack)).await?;
        complete = reached_end && all.len() as u64 >= count;
        if complete || all.len() >= MAX_DEAD_LETTERS {
            break;
        }
    }
    Ok(Looked {
        dead_letters: all.into_values().collect(),
        is_complete: complete,
    })
}

/// Receives dead letters until no new ones come, or there are [`MAX_DEAD_LETTERS`]. Returns whether it reached the end of the
/// queue.
async fn sweep(
    stack: &Stack,
    count: u64,
    all: &mut HashMap<String, DeadLetter>,
    receipts: &mut Vec<String>,
    cancel: &Cancel,
) -> Result<bool, FollowError> {
    // Long enough to receive twenty dead letters a second, which is slow.
    let hidden = i32::try_from(30 + count.min(MAX_DEAD_LETTERS as u64) / 20).unwrap_or(i32::MAX);
    let mut seen = HashSet::new();
    let mut stale = 0;
    while stale < STALE_RECEIVES {
        if seen.len() >= MAX_DEAD_LETTERS {
            return Ok(false);
        }
        // A receive is not cut short: the dead letters that it hides could not be made visible again.
        if cancel.is_cancelled() {
            return Err(Interrupted.into());
        }
        let receive = stack.sqs.receive_message().queue_url(&stack.dead_letter_queue_url);
        let receive = receive.max_number_of_messages(BATCH).visibility_timeout(hidden);
        // Without a wait time, SQS asks only some of its servers.
        let receive = receive.wait_time_seconds(1).message_attribute_names("All");
        let received = receive
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await;
        let received = received.map_err(failed("looking at the dead-letter queue (sqs:ReceiveMessage)"))?;
        let messages = received.messages.unwrap_or_default();
        if messages.is_empty() {
            break;
        }
        stale += 1;
        for message in messages {
            let dead_letter = DeadLetter::of(&message);
            receipts.extend(message.receipt_handle);
            let id = message.message_id.unwrap_or_default();
            if seen.insert(id.clone()) {
                stale = 0;
            }
            all.insert(id, dead_letter);
        }
    }
    Ok(true)
}

/// Makes hidden dead letters visible again. If a call fails, they become visible when their visibility timeout ends.
async fn release(stack: &Stack, receipts: &[String]) {
    let releases = receipts.chunks(BATCH as usize).map(|batch| async move {
        let entries = batch.iter().enumerate().map(|(index, receipt)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(index.to_string());
            entry.receipt_handle(receipt).visibility_timeout(0).build()
        });
        let Ok(entries) = entries.collect::<Result<Vec<_>, _>>() else {
            return;
        };
        let change = stack
            .sqs
            .change_message_visibility_batch()
            .queue_url(&stack.dead_letter_queue_url);
        let _ = change.set_entries(Some(entries)).send().await;
    });
    stream::iter(releases)
        .buffer_unordered(RELEASES_AT_ONCE)
        .collect::<()>()
        .await;
}
