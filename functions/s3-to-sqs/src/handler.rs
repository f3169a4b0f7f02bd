//! One invocation: every object of an event.

mod log;

use std::fmt;

use backoff::Deadline;
use error_chain::ErrorChain;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde_json::value::RawValue;
use telemetry::trace;
use tracing::Instrument;

use crate::clients::Extractor;
use crate::event::{Event, EventError, Job};
use crate::extract::{ExtractError, Measurements, Outcome};
use crate::hand_on::{HandOnError, hand_on};
use crate::metrics;
use crate::object::Object;
use crate::time_limit::TimeLimit;

/// Why an invocation failed. Its `Debug` form is what the runtime logs, once, so it reads like its `Display` form.
#[derive(thiserror::Error)]
pub enum InvocationError {
    /// The event is no S3 notification.
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

/// Extracts every object that the event names, one after the other. A failure of one does not stop the others. Whatever
/// does not fit the time is handed on to other invocations.
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
            log::ignored(&object);
            continue;
        }
        let (measurements, done) = if index > 0 && time.is_up() {
            log::left(&object);
            (Measurements::default(), start_next(extractor, job, time).await)
        } else {
            extract_traced(extractor, job, &context, time).await
        };
        match done {
            Ok(()) => metrics::write(extractor, &measurements),
            Err(error) => {
                metrics::write_failure(extractor, &measurements);
                log::failed(&object, &error);
                failures.push((object, error));
            }
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

/// Extracts an object in a span of its own.
async fn extract_traced(
    extractor: &Extractor,
    job: Job,
    context: &Context,
    time: TimeLimit,
) -> (Measurements, Result<(), ObjectError>) {
    let span = log::span(&job.object, &context.request_id);
    trace::continue_xray(&span, context.xray_trace_id.as_deref());
    let (measurements, done) = extract(extractor, job, &context.request_id, time)
        .instrument(span.clone())
        .await;
    if done.is_err() {
        span.record("otel.status_code", "ERROR");
    }
    (measurements, done)
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
            log::complete(&job.object, &report);
            log::suspicious(&report);
            Ok(())
        }
        Ok(Outcome::Partial(continuation)) => {
            log::partial(&job.object, &continuation.progress, request_id);
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
