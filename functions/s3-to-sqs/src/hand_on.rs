//! The start of the next invocation, which goes on with a job.

use std::error::Error;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use call_errors::FailedCall;
use telemetry::trace::aws_span;
use tracing::Instrument;

use crate::event::Job;
use crate::event::notification::Event;
use crate::time_limit::{DeadlineExceeded, TimeLimit};

/// Why the next invocation was not started.
#[derive(Debug, thiserror::Error)]
pub enum HandOnError {
    /// It cannot be started.
    #[error("the next invocation cannot be started")]
    Invoke(#[source] Box<dyn Error + Send + Sync>),
    /// Lambda took too long.
    #[error(transparent)]
    DeadlineExceeded(#[from] DeadlineExceeded),
}

impl HandOnError {
    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invoke(_) => "ContinuationNotStarted",
            Self::DeadlineExceeded(error) => error.code(),
        }
    }
}

/// Starts `job` in another invocation of the function, asynchronously, before the deadline.
///
/// # Errors
/// [`HandOnError`] after the SDK's retries. A retry may start the next invocation twice, which is as harmless as an event
/// that comes twice.
pub async fn hand_on(client: &Client, function: &str, job: Job, time: TimeLimit) -> Result<(), HandOnError> {
    let payload = serde_json::to_vec(&Event::from(job)).map_err(|error| HandOnError::Invoke(error.into()))?;
    let invoke = client
        .invoke()
        .function_name(function)
        .invocation_type(InvocationType::Event);
    let span = aws_span("Lambda", "Invoke", function);
    let sent = invoke.payload(Blob::new(payload)).send().instrument(span);
    time.until_deadline(async {
        sent.await
            .map_err(|error| HandOnError::Invoke(FailedCall::of(&error).into()))?;
        Ok(())
    })
    .await
}
