//! Handles one batch and returns a partial batch response.

#[cfg(test)]
mod another_key_tests;
#[cfg(test)]
mod books_property_tests;
#[cfg(test)]
mod books_tests;
#[cfg(test)]
mod books_time_tests;
#[cfg(test)]
mod declared_property_tests;
#[cfg(test)]
mod declared_tests;
#[cfg(test)]
mod failure_tests;
#[cfg(test)]
mod insert_tests;
#[cfg(test)]
mod mode_tests;
#[cfg(test)]
mod packed_tests;
#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod second_opinion_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Instant;

use aws_lambda_events::sqs::SqsBatchResponse;
use backoff::{Deadline, Turns};
use telemetry::trace;
use tracing::{Instrument, Span, info_span};

use crate::books;
use crate::config::Writer;
use crate::invocation::Invocation;
use crate::metrics::{self, Tally};
use crate::outcomes::{self, Outcomes};
use crate::queue::{dead_letter, redelivery};
use crate::record::{Record, trace_header};

/// The reason why a whole batch is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// A message has no id: it could not be reported as failed, and could be lost.
    #[error("/Records/{0} has no messageId; the event must come from an SQS event source mapping, or have its form")]
    NoMessageId(usize),
}

/// Handles a batch. The response names the messages to deliver again, in the order of the batch. All others are carried out, need
/// no write, or are on the dead-letter queue.
///
/// # Errors
/// [`HandleError`], before anything is done.
pub async fn handle(
    writer: &Writer,
    records: &[Record<'_>],
    deadline: Deadline,
) -> Result<SqsBatchResponse, HandleError> {
    if let Some(index) = records.iter().position(|record| !record.has_id()) {
        let error = HandleError::NoMessageId(index);
        tracing::error!(reason = %error, "nothing of the batch was handled");
        return Err(error);
    }
    let invocation = Invocation {
        writer,
        records,
        deadline,
        turns: &Turns::default(),
        tally: &Tally::default(),
    };
    let span = span(invocation);
    Ok(handle_records(invocation).instrument(span).await)
}

async fn handle_records(invocation: Invocation<'_>) -> SqsBatchResponse {
    let start = Instant::now();
    let mut outcomes = outcomes::of(invocation).await;
    let undelivered = dead_letter::send(invocation, &outcomes.dead).await;
    outcomes.leave_on_queue(undelivered);
    redelivery::schedule(invocation, &outcomes.transient).await;
    books::keep(invocation, &outcomes).await;
    report(invocation, &outcomes, start)
}

/// Writes the metrics and the log line of a batch, and makes the response.
fn report(invocation: Invocation<'_>, outcomes: &Outcomes, start: Instant) -> SqsBatchResponse {
    let Invocation {
        writer, records, tally, ..
    } = invocation;
    let written = (0..records.len()).filter(|&message| outcomes.is_done(message));
    let (retried, dead) = (outcomes.transient.len(), outcomes.dead.len());
    let (counts, dead_rows) = (outcomes.effect_counts(), outcomes.all_dead_rows());
    metrics::write(
        &writer.metrics,
        metrics::MessageCounts {
            received: records.len(),
            written: records.len() - retried - dead,
            retried,
            dead,
            dead_rows,
        },
        counts,
        tally,
        written.map(|message| &records[message]),
    );
    tracing::info!(
        count = records.len(),
        written = counts.written,
        deleted = counts.deleted,
        updated = counts.updated,
        read = counts.read,
        superseded = counts.superseded,
        outdated = counts.outdated,
        existing = counts.existing,
        replaced = counts.replaced,
        sent_again = tally.resent.load(Ordering::Relaxed),
        retried,
        dead,
        dead_rows,
        duration_ms = start.elapsed().as_secs_f64() * 1000.0,
        "batch handled"
    );
    let mut response = SqsBatchResponse::default();
    for &message in outcomes.transient.keys() {
        response.add_failure(invocation.message_id(message));
    }
    response
}

/// Makes the span of a batch. When all messages were sent in one span, it continues that span; otherwise it is linked to each of
/// the sending spans.
///
/// <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/>
fn span(invocation: Invocation<'_>) -> Span {
    let Invocation { writer, records, .. } = invocation;
    let queue = writer.config.queue.rsplit('/').next().unwrap_or_default();
    let span = info_span!(
        "process",
        otel.name = format!("process {queue}"),
        otel.kind = "consumer",
        faas.trigger = "pubsub",
        messaging.system = "aws_sqs",
        messaging.operation.type = "process",
        messaging.destination.name = queue,
        // OpenTelemetry's integers have 64 bits with a sign; wider numbers would become text.
        messaging.batch.message_count = i64::try_from(records.len()).unwrap_or(i64::MAX),
    );
    if span.is_disabled() {
        return span;
    }
    let headers: BTreeSet<_> = records.iter().filter_map(trace_header).collect();
    if let [header] = headers.iter().collect::<Vec<_>>()[..] {
        trace::continue_xray(&span, Some(header));
    } else {
        trace::continue_xray(&span, trace::of_invocation().as_deref());
        for header in headers {
            trace::link_xray(&span, header);
        }
    }
    span
}
