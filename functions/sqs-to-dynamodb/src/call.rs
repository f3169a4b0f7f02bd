//! One call to DynamoDB: tried as the retry policy says, its last error sorted into permanent and passing, logged when
//! passing.

use std::error::Error;
use std::fmt;
use std::sync::atomic::Ordering;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use backoff::Backoff;
use telemetry::trace::dynamodb_span;
use tracing::Instrument;

use crate::invocation::Invocation;
use crate::obstacle::Obstacle;

/// Why a call did not do what it should.
#[derive(Debug)]
pub enum CallError {
    /// DynamoDB will never take the request as it is.
    Invalid(ErrorMetadata),
    /// The request's condition does not hold.
    ConditionFailed,
    /// Anything else, after the last try; the same request may succeed later. Already logged.
    Failed(Obstacle),
}

/// Makes a call, and makes it again while its failures are transient and `backoff` lasts. `operation` and `message_ids`
/// are for the log.
pub async fn call<T, E, F>(
    invocation: Invocation<'_>,
    operation: &'static str,
    message_ids: impl fmt::Display,
    backoff: &mut Backoff,
    call: impl FnMut() -> F,
) -> Result<T, CallError>
where
    E: ProvideErrorMetadata + Error + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let Invocation { writer, tally, .. } = invocation;
    let table = &writer.config.table;
    let before = backoff.taken();
    let result = backoff.retry(call).instrument(dynamodb_span(operation, table)).await;
    let retries = backoff.taken() - before;
    tally.dynamodb_retries.fetch_add(retries.into(), Ordering::Relaxed);
    result.map_err(|error| match error.code() {
        Some("ValidationException" | "ItemCollectionSizeLimitExceededException") => {
            CallError::Invalid(error.meta().clone())
        }
        Some("ConditionalCheckFailedException") => CallError::ConditionFailed,
        _ => {
            let obstacle = Obstacle::of_call(operation, &error);
            tracing::error!(
                operation,
                table,
                %message_ids,
                code = obstacle.code(),
                reason = %obstacle,
                "DynamoDB call failed"
            );
            CallError::Failed(obstacle)
        }
    })
}
