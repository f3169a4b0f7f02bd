//! The dead-letter queue: all that is in it, without taking anything off it.

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

/// SQS's most messages of a call.
const BATCH: i32 = 10;
/// Dead letters that are looked at, at most; a look at more takes minutes.
pub const MOST: usize = 10_000;
/// Receives that bring nothing new before the end is believed to be reached.
const STALE_RECEIVES: u32 = 3;
/// Between sweeps of the queue while dead letters are missing: somebody else may be looking at those.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(1);
/// Batches of dead letters that are shown again at once.
const RELEASES_AT_ONCE: usize = 8;

/// What is in the dead-letter queue.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The dead letters.
    pub dead_letters: Vec<DeadLetter>,
    /// Whether these are all of them.
    pub is_complete: bool,
}

/// Looks at all dead letters, up to [`MOST`], in so many sweeps of the queue at most: those that somebody else looks at
/// are found later. They are hidden meanwhile, and visible again at the end.
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
        // The count is approximate: it says that some are missing, but not that there are none.
        count = cancel.or(queue_depth::dead(stack)).await?;
        complete = reached_end && all.len() as u64 >= count;
        if complete || all.len() >= MOST {
            break;
        }
    }
    Ok(Looked {
        dead_letters: all.into_values().collect(),
        is_complete: complete,
    })
}

/// Receives dead letters until there are no more of them; whether it came so far.
async fn sweep(
    stack: &Stack,
    count: u64,
    all: &mut HashMap<String, DeadLetter>,
    receipts: &mut Vec<String>,
    cancel: &Cancel,
) -> Result<bool, FollowError> {
    // At twenty a second, which is slow.
    let hidden = i32::try_from(30 + count.min(MOST as u64) / 20).unwrap_or(i32::MAX);
    let mut seen = HashSet::new();
    let mut stale = 0;
    while stale < STALE_RECEIVES {
        if seen.len() >= MOST {
            return Ok(false);
        }
        // Not in the midst of a call: what it hid could not be shown again.
        if cancel.is_cancelled() {
            return Err(Interrupted.into());
        }
        let receive = stack.sqs.receive_message().queue_url(&stack.dead_letter_queue_url);
        let receive = receive.max_number_of_messages(BATCH).visibility_timeout(hidden);
        // Without waiting, SQS asks only some of its servers.
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

/// Shows hidden dead letters again. What cannot be shown now shows up when its time is over.
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
