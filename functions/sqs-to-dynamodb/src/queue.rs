//! The calls to the two queues: they set when failed messages are delivered again, and send dead letters.

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
/// The most concurrent calls: enough to send even a batch of only bad messages to the dead-letter queue within a second.
const CONCURRENCY: usize = 16;

/// Adds the retries of a call to the metrics.
fn count_retries(invocation: Invocation<'_>, backoff: &Backoff) {
    let retries = backoff.taken().into();
    invocation.tally.sqs_retries.fetch_add(retries, Ordering::Relaxed);
}

/// The reason why a call failed. Unless contents may be logged, it leaves out everything that may quote a message.
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

/// SQS's message about an entry with this code; `None` when it may quote the message and contents may not be logged.
fn loggable_words<'w>(code: &str, words: &'w str) -> Option<&'w str> {
    (contents_may_be_logged() || !may_quote(code)).then_some(words)
}
