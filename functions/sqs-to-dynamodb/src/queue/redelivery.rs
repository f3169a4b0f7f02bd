//! Sets the pause before failed messages are delivered again.
//!
//! By default a failed message is delivered again when the queue's visibility timeout ends. The timeout is six times the
//! function's own timeout: minutes, even if the cause is over in a second. So the writer shortens it, to seconds at first.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;
use backoff::{Backoff, Deadline};
use futures::stream::{self, StreamExt};

use crate::config::Writer;
use crate::failure::TransientFailure;
use crate::invocation::Invocation;
use crate::queue::{CONCURRENCY, MAX_ENTRIES, count_retries, loggable, loggable_words};
use crate::record::{Record, known_method, loggable_ingest_id, receives};

/// The upper bound of the pause after the first delivery. It doubles with each further delivery.
const FIRST: Duration = Duration::from_secs(10);
/// The longest pause.
const LONGEST: Duration = Duration::from_mins(15);
/// The most time for shortening the timeouts. A message whose timeout stays as it is only comes later.
const PATIENCE: Duration = Duration::from_secs(3);

/// The pause before the next delivery of messages that failed together: `receives` is the highest number of their deliveries,
/// `random` a number from 0 to 1. The pause is between half of its upper bound and the bound ("equal jitter"). So all deliveries
/// of a message span at least half of the sum of the bounds.
///
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
fn pause(receives: u32, random: f64) -> Duration {
    let doubled = 2_u32.saturating_pow(receives.saturating_sub(1));
    let bound = FIRST.saturating_mul(doubled).min(LONGEST);
    bound.mul_f64(0.5 + random / 2.0)
}

/// Logs the failed messages, and sets when they are delivered again: all at once, so that messages of one key have a chance to
/// keep their order. A call that fails is only logged; its messages are delivered again after the queue's own timeout.
pub async fn schedule(invocation: Invocation<'_>, failures: &BTreeMap<usize, TransientFailure>) {
    let records = invocation.records;
    for (&message, failure) in failures {
        log_failure(&records[message], failure);
    }
    let Some(most) = failures.keys().map(|&message| receives(&records[message])).max() else {
        return;
    };
    let pause = pause(most, fastrand::f64()).as_secs();
    let entries: Vec<_> = failures
        .keys()
        .filter_map(|&message| entry(message, &records[message], pause))
        .collect();
    tracing::info!(
        count = entries.len(),
        receive_count = most,
        pause_s = pause,
        "the queue delivers the failed messages again after this pause"
    );
    let end = invocation.queue_end().min(Deadline::after(PATIENCE));
    stream::iter(entries.chunks(MAX_ENTRIES))
        .for_each_concurrent(CONCURRENCY, |entries| set_visibility(invocation, entries, end))
        .await;
}

fn log_failure(record: &Record<'_>, failure: &TransientFailure) {
    tracing::warn!(
        message_id = record.message_id.as_deref(),
        ingest_id = loggable_ingest_id(record).map(tracing::field::display),
        method = known_method(record),
        receive_count = receives(record),
        code = failure.code(),
        reason = failure.for_log(),
        "the queue delivers the message again"
    );
}

fn entry(message: usize, record: &Record<'_>, pause: u64) -> Option<ChangeMessageVisibilityBatchRequestEntry> {
    ChangeMessageVisibilityBatchRequestEntry::builder()
        .id(message.to_string())
        .receipt_handle(record.receipt_handle.as_deref()?)
        .visibility_timeout(pause.try_into().ok()?)
        .build()
        .ok()
}

async fn set_visibility(
    invocation: Invocation<'_>,
    entries: &[ChangeMessageVisibilityBatchRequestEntry],
    end: Deadline,
) {
    let Writer { sqs, config, .. } = invocation.writer;
    let request = || {
        let request = sqs.change_message_visibility_batch().queue_url(&config.queue);
        request.set_entries(Some(entries.to_vec())).send()
    };
    let mut backoff = Backoff::new(end);
    let result = backoff.retry(request).await;
    count_retries(invocation, &backoff);
    match result {
        Ok(reply) => {
            for failed in reply.failed {
                tracing::warn!(
                    message_id = failed.id.parse().map_or("", |message| invocation.message_id(message)),
                    code = failed.code,
                    reason = failed
                        .message
                        .as_deref()
                        .and_then(|words| loggable_words(&failed.code, words)),
                    "the pause cannot be set: the queue delivers the message again after its visibility timeout"
                );
            }
        }
        Err(error) => tracing::warn!(
            count = entries.len(),
            reason = loggable(&error),
            "the pause cannot be set: the queue delivers the failed messages again after its visibility timeout"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        let longest = |receives| pause(receives, 1.0).as_secs();
        let seconds: Vec<_> = (0..=9).map(longest).collect();
        assert_eq!(seconds, [10, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(longest(u32::MAX), 900);
        assert_eq!(pause(1, 0.0).as_secs(), 5);
        assert_eq!(pause(14, 0.0).as_secs(), 450);
    }

    /// Compares `WRITING_STALLED_AFTER` with the template's numbers: the time that all deliveries of a message can take, answered
    /// or not.
    #[test]
    fn a_message_that_is_on_its_way_stalls_no_ingest() {
        let template = include_str!("../../../../template.yaml");
        let (_, mapping) = template.split_once("VisibilityTimeoutByWindow:\n").unwrap();
        let (mapping, _) = mapping.split_once("\n  # ").unwrap();
        let seconds = mapping.split("Seconds: ").skip(1);
        let seconds = seconds.map(|rest| rest.split_once(' ').unwrap().0.parse().unwrap());
        let visibility = Duration::from_secs(seconds.max().unwrap());
        let writer = Duration::from_mins(1);
        let window = visibility.checked_sub(6 * writer).unwrap();
        let pauses: Duration = (1..15).map(|receives| pause(receives, 1.0)).sum();
        for span in [pauses + 15 * (window + writer), 15 * visibility] {
            assert!(span < ledger::WRITING_STALLED_AFTER, "{span:?}");
        }
    }

    /// Checks the documentation's promise against the template's numbers.
    #[test]
    fn an_outage_of_an_hour_is_outlived() {
        let template = include_str!("../../../../template.yaml");
        let (_, rest) = template.split_once("maxReceiveCount: ").unwrap();
        let count: u32 = rest.split_whitespace().next().unwrap().parse().unwrap();
        assert!(template.contains(&format!("MAX_RECEIVE_COUNT: \"{count}\"")));
        let least: Duration = (1..count).map(|receives| pause(receives, 0.0)).sum();
        assert!(least > Duration::from_hours(1), "{least:?}");
    }
}
