//! The calls to the two queues: when failed messages are delivered again, and what goes to the dead-letter queue. The id of
//! an entry of a call is the message's index in the batch.

pub mod dead_letter;
pub mod redelivery;

use std::sync::atomic::Ordering;
use std::time::Duration;

use backoff::{Backoff, Deadline};

use crate::invocation::Invocation;

/// The most entries of a batch call to SQS.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/quotas-messages.html>
const MAX_ENTRIES: usize = 10;
/// The calls under way at once: enough to empty even a batch of nothing but bad messages within a second.
const CONCURRENCY: usize = 16;
/// Time past the deadline that is left for calls to the queues, half of the margin that the deadline keeps: a message
/// that DynamoDB refused in the last moment need not be delivered again for that.
const GRACE: Duration = Duration::from_secs(1);

/// The time by which calls to the queues end.
fn deadline(invocation: Invocation<'_>) -> Deadline {
    invocation.deadline.plus(GRACE)
}

/// Adds the tries after the first one of a call to the metrics.
fn count_retries(invocation: Invocation<'_>, backoff: &Backoff) {
    let retries = backoff.taken().into();
    invocation.tally.sqs_retries.fetch_add(retries, Ordering::Relaxed);
}
