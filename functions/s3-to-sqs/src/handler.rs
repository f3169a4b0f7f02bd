//! One invocation: every object of an event.

use std::fmt;

use backoff::Deadline;
use error_chain::ErrorChain;
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::value::RawValue;
use telemetry::trace;
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};

use crate::clients::Extractor;
use crate::continuation::Progress;
use crate::event::{Event, EventError, Job};
use crate::extract::{ExtractError, Measurements, Outcome};
use crate::hand_on::{HandOnError, hand_on};
use crate::metrics;
use crate::object::Object;
use crate::reports::report::Report;
use crate::time_limit::TimeLimit;

/// Why an invocation failed. Its `Debug` form is what the runtime logs, once, so it reads like its `Display` form.
#[derive(thiserror::Error)]
pub enum InvocationError {
    /// The event is none of S3's.
    #[error(transparent)]
    Event(#[from] EventError),
    /// These objects were not extracted; the others of the event were.
    #[error("{}", Failures(.0))]
    Objects(Vec<(Object, ObjectError)>),
}

/// Why an object was not extracted, or its rest not handed on.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// It was not extracted.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The next invocation was not started.
    #[error(transparent)]
    HandOn(#[from] HandOnError),
}

struct Failures<'a>(&'a [(Object, ObjectError)]);

/// Extracts every object that the event names, one after the other. A failure of one does not stop the others. What does
/// not fit the time is handed on to other invocations.
///
/// # Errors
/// [`InvocationError`] names the objects that failed. Lambda then runs the whole event again, twice at most, and hands
/// it to the dead-letter queue when that fails too.
pub async fn handle(extractor: &Extractor, event: LambdaEvent<Box<RawValue>>) -> Result<(), InvocationError> {
    let LambdaEvent { payload, context } = event;
    let time = TimeLimit::new(Deadline::from_epoch_millis(context.deadline));
    let jobs = jobs(&payload).inspect_err(|error| tracing::error!(reason = %error, "the event cannot be read"))?;
    let mut failures = Vec::new();
    for (index, job) in jobs.into_iter().enumerate() {
        let object = job.object.clone();
        if !object.is_csv() {
            tracing::warn!(
                bucket = object.bucket,
                key = object.key,
                "ignored: the key does not end in .csv, .csv.gz or .csv.zst"
            );
            continue;
        }
        let ingest_id = object.ingest_id();
        let (measurements, done) = if index > 0 && time.is_up() {
            tracing::info!(bucket = object.bucket, key = object.key, %ingest_id, "left to another invocation");
            (Measurements::default(), start_next(extractor, job, time).await)
        } else {
            let span = span(&object, &context.request_id);
            trace::continue_xray(&span, context.xray_trace_id.as_deref());
            let extracted = extract(extractor, job, &context.request_id, time)
                .instrument(span.clone())
                .await;
            if extracted.1.is_err() {
                span.record("otel.status_code", "ERROR");
            }
            extracted
        };
        match &done {
            Ok(()) => metrics::write(extractor, &measurements),
            Err(_) => metrics::write_failure(extractor, &measurements),
        }
        if let Err(error) = done {
            tracing::error!(
                bucket = object.bucket,
                key = object.key,
                version_id = object.version_id,
                etag = object.etag,
                sequencer = object.sequencer,
                %ingest_id,
                code = error.code(),
                reason = %ErrorChain(&error),
                "object failed"
            );
            failures.push((object, error));
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(InvocationError::Objects(failures))
    }
}

fn jobs(payload: &RawValue) -> Result<Vec<Job>, EventError> {
    let event: Event = serde_json::from_str(payload.get()).map_err(|error| EventError::Form(error.to_string()))?;
    event.jobs()
}

/// Extracts an object, and has another invocation go on with what does not fit the time.
async fn extract(
    extractor: &Extractor,
    job: Job,
    request_id: &str,
    time: TimeLimit,
) -> (Measurements, Result<(), ObjectError>) {
    let (measurements, outcome) = extractor.extract(&job, request_id, time).await;
    let done = match outcome {
        Ok(Outcome::Complete(report)) => {
            log_report(&job.object, &report);
            Ok(())
        }
        Ok(Outcome::Partial(continuation)) => {
            log_progress(&job.object, &continuation.progress, request_id);
            let continuation = Some(*continuation);
            start_next(extractor, Job { continuation, ..job }, time).await
        }
        Err(error) => Err(error.into()),
    };
    (measurements, done)
}

async fn start_next(extractor: &Extractor, job: Job, time: TimeLimit) -> Result<(), ObjectError> {
    hand_on(&extractor.lambda, &extractor.config.function_name, job, time).await?;
    Ok(())
}

/// The span of an object.
fn span(object: &Object, request_id: &str) -> Span {
    info_span!(
        "s3-to-sqs",
        otel.kind = "server",
        otel.status_code = Empty,
        faas.trigger = "datasource",
        faas.invocation_id = request_id,
        faas.document.operation = "insert",
        faas.document.collection = object.bucket,
        faas.document.name = object.key,
    )
}

fn log_report(object: &Object, report: &Report) {
    tracing::info!(
        bucket = report.bucket,
        key = report.key,
        version_id = report.version_id,
        etag = report.etag,
        sequencer = object.sequencer,
        ingest_id = report.ingest_id,
        request_id = report.request_id,
        size = report.size,
        rows_read = report.counts.read,
        rows_sent = report.counts.sent,
        rows_rejected = report.counts.rejected,
        key_collisions = report.key_collisions.rows,
        invocations = report.invocations,
        reason = report.problem,
        duration_ms = report.duration_ms,
        "object extracted"
    );
}

fn log_progress(object: &Object, progress: &Progress, request_id: &str) {
    tracing::info!(
        bucket = object.bucket,
        key = object.key,
        version_id = object.version_id,
        etag = progress.bare_etag(),
        sequencer = object.sequencer,
        ingest_id = %object.ingest_id(),
        request_id,
        size = progress.size,
        byte = progress.checkpoint.byte,
        line = progress.checkpoint.line,
        rows_read = progress.counts.read,
        rows_sent = progress.counts.sent,
        rows_rejected = progress.counts.rejected,
        invocations = progress.invocations,
        "time is up: the object goes on in another invocation"
    );
}

impl ObjectError {
    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Extract(error) => error.code(),
            Self::HandOn(error) => error.code(),
        }
    }
}

impl fmt::Debug for InvocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<InvocationError> for Diagnostic {
    fn from(error: InvocationError) -> Self {
        let error_type = match &error {
            InvocationError::Event(_) => "NotAnS3Event",
            InvocationError::Objects(failures) => failures.first().map_or("Internal", |(_, error)| error.code()),
        };
        Self {
            error_type: error_type.to_owned(),
            error_message: error.to_string(),
        }
    }
}

impl fmt::Display for Failures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (object, error)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{object}: {}", ErrorChain(error))?;
        }
        Ok(())
    }
}
