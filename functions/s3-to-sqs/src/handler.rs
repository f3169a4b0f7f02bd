//! One invocation: every object of an event.

use backoff::Deadline;
use lambda_runtime::LambdaEvent;

use crate::error::InvocationError;
use crate::event::Event;
use crate::extract::Extractor;

/// Extracts every object that the event names, one after the other. A failure of one does not stop the others.
///
/// # Errors
/// [`InvocationError`] names the objects that failed. Lambda then runs the whole event again, twice at most, and hands
/// it to the dead-letter queue when that fails too.
pub async fn handle(extractor: &Extractor, event: LambdaEvent<Event>) -> Result<(), InvocationError> {
    let LambdaEvent { payload, context } = event;
    let deadline = Deadline::from_epoch_millis(context.deadline);
    let mut failures = Vec::new();
    for object in payload.objects()? {
        if !object.is_csv() {
            tracing::warn!(
                bucket = object.bucket,
                key = object.key,
                "ignored: the key does not end in .csv"
            );
            continue;
        }
        match extractor.extract(&object, &context.request_id, deadline).await {
            Ok(report) => tracing::info!(
                bucket = report.bucket,
                key = report.key,
                version_id = report.version_id,
                etag = report.etag,
                sequencer = object.sequencer,
                request_id = report.request_id,
                size = report.size,
                rows_read = report.rows_read,
                rows_sent = report.rows_sent,
                rows_rejected = report.rows_rejected,
                problem = report.problem,
                duration_ms = report.duration_ms,
                "object extracted"
            ),
            Err(error) => failures.push((object, error)),
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(InvocationError::Objects(failures))
    }
}
