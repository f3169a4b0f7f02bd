//! Runs one invocation: every entry of its event.

mod log;

use std::fmt;
use std::sync::Arc;

use backoff::Deadline;
use error_chain::ErrorChain;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde_json::value::RawValue;
use telemetry::trace;
use tracing::Instrument;

use crate::books::Books;
use crate::clients::Extractor;
use crate::data_package::{DataPackage, DataPackageError};
use crate::event::classify::classify;
use crate::event::refusal::EventError;
use crate::event::{Entry, Job};
use crate::extract::{ExtractError, Measurements, Outcome};
use crate::hand_on::{HandOnError, hand_on};
use crate::input::upload_time::{UploadTimeError, last_modified};
use crate::metrics;
use crate::object::Object;
use crate::time_limit::{DeadlineExceeded, TimeLimit};

/// Why an invocation failed. Everything that the error does not name was done. The runtime logs the `Debug` form once,
/// so it equals the `Display` form.
#[derive(Default)]
pub struct InvocationError {
    /// Objects that were not extracted, or whose rest was not handed on.
    pub objects: Vec<(Object, ObjectError)>,
    /// Refused entries of the event.
    pub refused: Vec<EventError>,
    /// The reason that nothing was extracted.
    pub data_package: Option<Arc<DataPackageError>>,
}

/// Why an object was not extracted, or its rest not handed on.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The extraction failed.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The time of its upload is not known.
    #[error(transparent)]
    UploadTime(#[from] UploadTimeError),
    /// The next invocation was not started.
    #[error(transparent)]
    HandOn(#[from] HandOnError),
}

/// Processes the entries of an event, one after the other. An entry that fails or is refused does not stop the others.
/// Work that does not fit the time is handed on to other invocations.
///
/// # Errors
/// [`InvocationError`] names what failed; that is everything when the data package cannot be used. Lambda then retries
/// the whole event up to twice, and sends it to the dead-letter queue when the retries fail too. An event from a queue
/// is retried as often as that queue's configuration says.
pub async fn handle(extractor: &Extractor, event: LambdaEvent<Box<RawValue>>) -> Result<(), InvocationError> {
    if let DataPackage::Broken(error) = &extractor.data_package {
        log::broken(error);
        return Err(InvocationError {
            data_package: Some(Arc::clone(error)),
            ..InvocationError::default()
        });
    }
    let LambdaEvent { payload, context } = event;
    let time = TimeLimit::new(Deadline::from_epoch_millis(context.deadline));
    let (ledger, metrics) = (extractor.ledger.as_ref(), &extractor.metrics);
    let books = Books::new(ledger, metrics, &context.request_id, time.deadline);
    let mut failed = InvocationError::default();
    let mut is_first = true;
    for entry in classify(payload.get()) {
        match entry {
            Entry::Harmless(harmless) => log::nothing_to_do(&harmless),
            Entry::Refused(error) => {
                log::refused(&error);
                failed.refused.push(error);
            }
            Entry::Upload(job) if !job.object.is_csv() => log::ignored(&job.object),
            Entry::Upload(job) => {
                let is_left = !is_first && time.is_late();
                is_first = false;
                // Boxed, because the SDK calls make this future large.
                let done = Box::pin(extract_or_leave(extractor, &books, *job, &context, time, is_left));
                if let Err(failure) = done.await {
                    failed.objects.push(failure);
                }
            }
        }
    }
    if failed.objects.is_empty() && failed.refused.is_empty() {
        Ok(())
    } else {
        Err(failed)
    }
}

/// Extracts an object, or leaves it to another invocation, and reports the outcome in logs and metrics.
async fn extract_or_leave(
    extractor: &Extractor,
    books: &Books<'_>,
    job: Job,
    context: &Context,
    time: TimeLimit,
    is_left: bool,
) -> Result<(), (Object, ObjectError)> {
    let mut object = job.object.clone();
    let (measurements, done) = if is_left {
        log::left(&object);
        (Measurements::default(), start_next(extractor, job, time).await)
    } else {
        match time.until_deadline(dated(extractor, job)).await {
            Ok(job) => {
                object.uploaded = job.object.uploaded;
                // Boxed for the same reason.
                Box::pin(extract_traced(extractor, books, job, context, time)).await
            }
            Err(error) => (Measurements::default(), Err(error)),
        }
    };
    match done {
        Ok(()) => {
            metrics::write(extractor, &measurements);
            Ok(())
        }
        Err(error) => {
            metrics::write_failure(extractor, &measurements);
            log::failed(&object, &error);
            Err((object, error))
        }
    }
}

/// The job with its upload time: the time in the event, or else S3's `Last-Modified`. The current time would give each
/// retry another ingest id.
async fn dated(extractor: &Extractor, mut job: Job) -> Result<Job, ObjectError> {
    if job.object.uploaded == 0 {
        job.object.uploaded = last_modified(&extractor.s3, &job.object).await?;
    }
    Ok(job)
}

/// Extracts an object within its own tracing span.
async fn extract_traced(
    extractor: &Extractor,
    books: &Books<'_>,
    job: Job,
    context: &Context,
    time: TimeLimit,
) -> (Measurements, Result<(), ObjectError>) {
    let span = log::span(&job.object, &context.request_id);
    trace::continue_xray(&span, context.xray_trace_id.as_deref());
    let (measurements, done) = extract(extractor, books, job, time).instrument(span.clone()).await;
    if done.is_err() {
        span.record("otel.status_code", "ERROR");
    }
    (measurements, done)
}

/// Extracts an object, and starts another invocation when the time runs out.
async fn extract(
    extractor: &Extractor,
    books: &Books<'_>,
    job: Job,
    time: TimeLimit,
) -> (Measurements, Result<(), ObjectError>) {
    let record = books.record(&job);
    let (measurements, outcome) = extractor.extract(&job, &record, time).await;
    let done = match outcome {
        Ok(Outcome::Complete(report)) => {
            log::complete(&job.object, &report);
            log::suspicious(&report);
            record.complete(&report).await;
            Ok(())
        }
        Ok(Outcome::Lost(report, lost)) => {
            log::complete(&job.object, &report);
            record.lose(&report, lost).await;
            Ok(())
        }
        Ok(Outcome::Partial(continuation)) => {
            log::partial(&job.object, &continuation.progress, record.request_id());
            let (object, continuation) = (job.object.clone(), Some(*continuation));
            let done = start_next(extractor, Job { object, continuation }, time).await;
            if let Err(error) = &done {
                record.fail(error.code(), &ErrorChain(error).to_string()).await;
            }
            done
        }
        Err(error) => Err(error.into()),
    };
    (measurements, done)
}

async fn start_next(extractor: &Extractor, job: Job, time: TimeLimit) -> Result<(), ObjectError> {
    hand_on(extractor, job, time).await?;
    Ok(())
}

impl From<DeadlineExceeded> for ObjectError {
    fn from(error: DeadlineExceeded) -> Self {
        Self::Extract(error.into())
    }
}

impl ObjectError {
    /// The stable error code of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Extract(error) => error.code(),
            Self::UploadTime(_) => "ObjectNotReadable",
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
        let of_object = || error.objects.first().map_or("NotAnS3Event", |(_, error)| error.code());
        let code = error.data_package.as_ref().map_or_else(of_object, |error| error.code());
        Self {
            error_type: code.to_owned(),
            error_message: error.to_string(),
        }
    }
}

impl fmt::Display for InvocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = self.objects.iter();
        let objects = objects.map(|(object, error)| format!("{object}: {}", ErrorChain(error)));
        let refused = self.refused.iter().map(ToString::to_string);
        let data_package = self.data_package.iter().map(|error| ErrorChain(&**error).to_string());
        f.write_str(
            &data_package
                .chain(objects)
                .chain(refused)
                .collect::<Vec<_>>()
                .join("; "),
        )
    }
}

impl std::error::Error for InvocationError {}
