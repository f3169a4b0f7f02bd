//! The calls to the two queues: when failed messages are delivered again, and what goes to the dead-letter queue.

pub mod dead_letter;
pub mod redelivery;

use std::error::Error;
use std::sync::atomic::Ordering;

use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use backoff::Backoff;
use call_errors::{explain, explain_for_log, may_quote};
use telemetry::contents_may_be_logged;

use crate::invocation::Invocation;

/// The most entries of a batch call to SQS.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/quotas-messages.html>
const MAX_ENTRIES: usize = 10;
/// The calls under way at once: enough to empty even a batch of nothing but bad messages within a second.
const CONCURRENCY: usize = 16;

/// Adds the tries after the first one of a call to the metrics.
fn count_retries(invocation: Invocation<'_>, backoff: &Backoff) {
    let retries = backoff.taken().into();
    invocation.tally.sqs_retries.fetch_add(retries, Ordering::Relaxed);
}

/// Why a call failed, without what may quote a message, unless contents may be logged.
fn loggable<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if contents_may_be_logged() {
        explain(error)
    } else {
        explain_for_log(error)
    }
}

/// What SQS says about an entry with this code, unless it may quote the message and contents may not be logged.
fn loggable_words<'w>(code: &str, words: &'w str) -> Option<&'w str> {
    (contents_may_be_logged() || !may_quote(code)).then_some(words)
}
