//! One call to DynamoDB: cut off at the deadline, its error sorted into permanent and transient, logged when transient.

use std::error::Error;
use std::fmt;

use aws_sdk_dynamodb::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use backoff::Deadline;
use causes::Causes;
use tokio::time::{Instant, timeout_at};

/// Why a call did not do what it should.
#[derive(Debug)]
pub enum CallError {
    /// DynamoDB will never take the request as it is.
    Invalid(ErrorMetadata),
    /// The request's condition does not hold.
    ConditionFailed,
    /// Anything else, after the SDK's own retries; the same request may succeed later. Already logged.
    Transient,
}

/// Awaits `call`. `operation` and `message_ids` are for the log.
pub async fn call<T, E>(
    operation: &'static str,
    message_ids: impl fmt::Display,
    deadline: Deadline,
    call: impl Future<Output = Result<T, SdkError<E>>>,
) -> Result<T, CallError>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    // Nothing is begun after the deadline; `timeout_at` alone would try once.
    let result = if Instant::now() < deadline.instant() {
        timeout_at(deadline.instant(), call).await.ok()
    } else {
        None
    };
    let Some(result) = result else {
        tracing::warn!(operation, %message_ids, "cut off, because the invocation's time is up");
        return Err(CallError::Transient);
    };
    result.map_err(|error| match error.code() {
        Some("ValidationException" | "ItemCollectionSizeLimitExceededException") => {
            CallError::Invalid(error.meta().clone())
        }
        Some("ConditionalCheckFailedException") => CallError::ConditionFailed,
        _ => {
            tracing::error!(operation, %message_ids, error = %Causes(&error), "DynamoDB call failed");
            CallError::Transient
        }
    })
}
