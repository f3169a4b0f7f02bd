//! One invocation: a batch in, a partial batch response out.

#[cfg(test)]
mod failure_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Instant;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use backoff::Deadline;
use telemetry::trace;
use tracing::{Instrument, Span, info_span};

use crate::come_back;
use crate::config::Writer;
use crate::dead_letter;
use crate::invocation::Invocation;
use crate::metrics::{self, Tally};
use crate::obstacle::Obstacle;
use crate::operation;
use crate::plan::{Fate, Plan};
use crate::problem::Problem;
use crate::record;
use crate::single;

/// Why nothing of a batch was handled.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// A message without an id could not be reported as failed, and so could be lost.
    #[error("/Records/{0} has no messageId; the event must come from an SQS event source mapping, or have its form")]
    NoMessageId(usize),
}

/// Handles a batch. The messages that are to be delivered again are in the response, in the order of the batch; all
/// others are carried out, superseded by a later one of the batch, or on the dead-letter queue.
///
/// # Errors
/// [`HandleError`], before anything is done.
pub async fn handle(writer: &Writer, event: SqsEvent, deadline: Deadline) -> Result<SqsBatchResponse, HandleError> {
    let records = event.records;
    let has_id = |record: &SqsMessage| record.message_id.as_deref().is_some_and(|id| !id.is_empty());
    if let Some(index) = records.iter().position(|record| !has_id(record)) {
        let error = HandleError::NoMessageId(index);
        tracing::error!(reason = %error, "nothing of the batch was handled");
        return Err(error);
    }
    let span = span(writer, &records);
    Ok(handle_records(writer, &records, deadline).instrument(span).await)
}

async fn handle_records(writer: &Writer, records: &[SqsMessage], deadline: Deadline) -> SqsBatchResponse {
    let start = Instant::now();
    let tally = Tally::default();
    let invocation = Invocation {
        writer,
        records,
        deadline,
        tally: &tally,
    };

    let (mut operations, mut unreadable) = (Vec::with_capacity(records.len()), Vec::new());
    for (message, record) in records.iter().enumerate() {
        match operation::parse(record, &writer.config.table) {
            Ok(operation) => operations.push((message, operation)),
            Err(problem) => unreadable.push((message, problem)),
        }
    }
    let mut plan = Plan::new(operations);
    let mut dead: BTreeSet<_> = unreadable.iter().map(|(message, _)| *message).collect();
    let (unsent, sent_again) = futures::join!(dead_letter::send(invocation, unreadable), invocation.execute(&mut plan));
    let mut failed = BTreeSet::from_iter(unsent);
    for &message in &failed {
        log_come_back(&records[message], &Obstacle::no_dead_letter_queue());
    }
    let counts = plan.counts();
    let scanned = match plan.scans() {
        [] => Ok(()),
        messages => single::scan(invocation, messages).await,
    };
    let unscanned = scanned.err().into_iter().flat_map(|obstacle| {
        let messages = plan.scans().iter().copied();
        messages.map(move |message| (message, Fate::Failed(obstacle.clone())))
    });
    let mut fates: Vec<_> = unscanned.collect();
    fates.extend(plan.into_fates());

    let mut letters = Vec::new();
    for (message, fate) in fates {
        let receives = record::receives(&records[message]);
        match fate {
            Fate::Dead(problem) => letters.push((message, problem)),
            Fate::Failed(obstacle) if receives >= writer.config.max_receives => {
                letters.push((message, Problem::GivenUp { obstacle, receives }));
            }
            Fate::Failed(obstacle) => {
                log_come_back(&records[message], &obstacle);
                failed.insert(message);
            }
        }
    }
    dead.extend(letters.iter().map(|(message, _)| *message));
    for message in dead_letter::send(invocation, letters).await {
        log_come_back(&records[message], &Obstacle::no_dead_letter_queue());
        failed.insert(message);
    }
    dead.retain(|message| !failed.contains(message));
    come_back::set_pause(invocation, failed.iter().copied()).await;

    let written = (0..records.len()).filter(|message| !failed.contains(message) && !dead.contains(message));
    metrics::write(
        &writer.metrics,
        metrics::Counts {
            received: records.len(),
            written: written.clone().count(),
            retried: failed.len(),
            dead: dead.len(),
        },
        &tally,
        written.map(|message| &records[message]),
    );
    tracing::info!(
        count = records.len(),
        written = counts.written,
        deleted = counts.deleted,
        updated = counts.updated,
        read = counts.read,
        superseded = counts.superseded,
        sent_again,
        retried = failed.len(),
        dead = dead.len(),
        duration_ms = start.elapsed().as_secs_f64() * 1000.0,
        "batch handled"
    );
    let mut response = SqsBatchResponse::default();
    for message in failed {
        response.add_failure(invocation.message_id(message));
    }
    response
}

fn log_come_back(record: &SqsMessage, obstacle: &Obstacle) {
    tracing::warn!(
        message_id = record.message_id,
        ingest_id = record::ingest_id(record),
        method = record::method(record),
        receive_count = record::receives(record),
        code = obstacle.code(),
        reason = %obstacle,
        "message comes back"
    );
}

/// The span of a batch. When all messages were sent in one span, it goes on from that; otherwise it is linked to each in
/// which some were.
///
/// <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/>
fn span(writer: &Writer, records: &[SqsMessage]) -> Span {
    let queue = writer.config.queue.rsplit('/').next().unwrap_or_default();
    let span = info_span!(
        "process",
        otel.name = format!("process {queue}"),
        otel.kind = "consumer",
        faas.trigger = "pubsub",
        messaging.system = "aws_sqs",
        messaging.operation.type = "process",
        messaging.destination.name = queue,
        // As OpenTelemetry has whole numbers; wider ones would become text.
        messaging.batch.message_count = i64::try_from(records.len()).unwrap_or(i64::MAX),
    );
    if span.is_disabled() {
        return span;
    }
    let headers = records.iter().filter_map(record::trace_header);
    let headers: BTreeSet<_> = headers.collect();
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
