//! The start of the next invocation, which continues a job.

use std::error::Error;

use backoff::Backoff;
use bytes::Bytes;
use call_errors::FailedCall;
use telemetry::trace::aws_span;
use tracing::Instrument;

use crate::clients::{ATTEMPTS, Extractor};
use crate::event::Job;
use crate::event::notification::Event;
use crate::time_limit::{DeadlineExceeded, TimeLimit};

/// Why the next invocation was not started.
#[derive(Debug, thiserror::Error)]
pub enum HandOnError {
    /// The call to Lambda failed.
    #[error("the next invocation cannot be started")]
    Invoke(#[source] Box<dyn Error + Send + Sync>),
    /// Lambda did not answer before the deadline.
    #[error(transparent)]
    DeadlineExceeded(#[from] DeadlineExceeded),
}

impl HandOnError {
    /// The stable error code of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invoke(_) => "ContinuationNotStarted",
            Self::DeadlineExceeded(error) => error.code(),
        }
    }
}

/// Starts `job` in another, asynchronous invocation of this function, before the deadline.
///
/// # Errors
/// [`HandOnError`] after the last attempt. A retry may start the next invocation twice, which is as harmless as an
/// event that is delivered twice.
pub async fn hand_on(extractor: &Extractor, job: Job, time: TimeLimit) -> Result<(), HandOnError> {
    let function = &extractor.config.function_name;
    let payload = serde_json::to_vec(&Event::from(job)).map_err(|error| HandOnError::Invoke(error.into()))?;
    let payload = Bytes::from(payload);
    let mut backoff = Backoff::of_pauses(ATTEMPTS - 1, time.deadline);
    let invoke = backoff.retry(|| extractor.lambda.invoke_later(function, payload.clone()));
    let invoked = time
        .until_deadline(async {
            let invoked = invoke.instrument(aws_span("Lambda", "Invoke", function)).await;
            invoked.map_err(|error| HandOnError::Invoke(FailedCall::of(&error).into()))
        })
        .await;
    extractor.lambda_retries.add(backoff.taken());
    invoked
}
