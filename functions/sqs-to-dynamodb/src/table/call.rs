//! One call to DynamoDB: retried by the retry policy; its last error is classified as permanent or transient, and logged if
//! transient.

use std::fmt;
use std::sync::atomic::Ordering;

use aws::CallError;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use backoff::{Accepted, Backoff};
use bytes::Bytes;
use call_errors::says_another_table_key;
use telemetry::trace::dynamodb_span;
use tracing::Instrument;

use crate::failure::{Failure, PermanentFailure, TransientFailure};
use crate::invocation::Invocation;

/// A DynamoDB operation.
#[derive(Clone, Copy, Debug)]
pub struct DynamoDbOperation {
    /// Its name, for the log and for spans.
    pub name: &'static str,
    /// The value of the header `X-Amz-Target`.
    target: &'static str,
}

pub const BATCH_EXECUTE_STATEMENT: DynamoDbOperation = DynamoDbOperation {
    name: "BatchExecuteStatement",
    target: "DynamoDB_20120810.BatchExecuteStatement",
};
pub const BATCH_WRITE_ITEM: DynamoDbOperation = DynamoDbOperation {
    name: "BatchWriteItem",
    target: "DynamoDB_20120810.BatchWriteItem",
};
pub const GET_ITEM: DynamoDbOperation = DynamoDbOperation {
    name: "GetItem",
    target: "DynamoDB_20120810.GetItem",
};
pub const PUT_ITEM: DynamoDbOperation = DynamoDbOperation {
    name: "PutItem",
    target: "DynamoDB_20120810.PutItem",
};
pub const SCAN: DynamoDbOperation = DynamoDbOperation {
    name: "Scan",
    target: "DynamoDB_20120810.Scan",
};
pub const UPDATE_ITEM: DynamoDbOperation = DynamoDbOperation {
    name: "UpdateItem",
    target: "DynamoDB_20120810.UpdateItem",
};

/// The reason why a call failed.
#[derive(Debug)]
pub enum CallFailure {
    /// DynamoDB will never accept the request as it is. A key that does not fit the table is a transient failure instead: keys
    /// are checked before the call, so the table is not the one that the stack was deployed for.
    Invalid(ErrorMetadata),
    /// The condition of the request does not hold. Contains the body of the reply, which has the item if the request asks for it.
    ConditionFailed(Bytes),
    /// Any other failure, after the last try, already logged. The same request may succeed later.
    Transient(TransientFailure),
}

impl CallFailure {
    /// Makes the failure of the message that requested the call. `invalid` makes the failure for a request that DynamoDB will
    /// never accept.
    pub fn of_message(self, invalid: impl FnOnce(ErrorMetadata) -> PermanentFailure) -> Failure {
        match self {
            Self::Invalid(error) => invalid(error).into(),
            Self::ConditionFailed(_) => PermanentFailure::ConditionFailed.into(),
            Self::Transient(failure) => failure.into(),
        }
    }
}

/// Counts the writes that DynamoDB handed back, of those that were sent, and pauses before they are sent again. Returns `false`, and
/// logs it, when the time allows no other try.
pub async fn pause_for_unprocessed(
    invocation: Invocation<'_>,
    operation: DynamoDbOperation,
    message_ids: impl fmt::Display,
    (unprocessed, sent): (usize, usize),
    backoff: &mut Backoff,
) -> bool {
    let tally = invocation.tally;
    tally.unprocessed.fetch_add(unprocessed as u64, Ordering::Relaxed);
    let accepted = if unprocessed == sent {
        Accepted::Nothing
    } else {
        Accepted::Part
    };
    let goes_on = backoff.pause_in_turn(accepted).await;
    if goes_on {
        tally.dynamodb_retries.fetch_add(1, Ordering::Relaxed);
    } else {
        tracing::warn!(
            operation = operation.name,
            %message_ids,
            unprocessed,
            "still unprocessed after the last try that the time allows"
        );
    }
    goes_on
}

/// Makes a call, and retries it while its failures are transient and `backoff` lasts. `read` reads the body of the reply;
/// `message_ids` are for the log.
pub async fn call<T>(
    invocation: Invocation<'_>,
    operation: DynamoDbOperation,
    message_ids: impl fmt::Display,
    backoff: &mut Backoff,
    body: impl Into<Bytes>,
    read: impl Fn(&[u8]) -> serde_json::Result<T>,
) -> Result<T, CallFailure> {
    let Invocation { writer, tally, .. } = invocation;
    let DynamoDbOperation { name, target } = operation;
    let table = &writer.config.table;
    let body = body.into();
    let before = backoff.taken();
    let result = backoff.retry(|| writer.dynamodb.call(target, body.clone(), &read));
    let result = result.instrument(dynamodb_span(name, table)).await;
    let retries = backoff.taken() - before;
    tally.dynamodb_retries.fetch_add(retries.into(), Ordering::Relaxed);
    result.map_err(|error| match error.code() {
        Some("ValidationException" | "ItemCollectionSizeLimitExceededException") if !says_another_table_key(&error) => {
            CallFailure::Invalid(error.meta().clone())
        }
        Some("ConditionalCheckFailedException") => CallFailure::ConditionFailed(body_of(&error)),
        _ => {
            let failure = TransientFailure::of_call(name, &error);
            tracing::error!(
                operation = name,
                table,
                %message_ids,
                code = failure.code(),
                reason = failure.for_log(),
                "DynamoDB call failed"
            );
            CallFailure::Transient(failure)
        }
    })
}

/// The body of the reply that caused an error.
fn body_of(error: &CallError) -> Bytes {
    let body = error.raw_response().and_then(|reply| reply.body().bytes());
    body.map(Bytes::copy_from_slice).unwrap_or_default()
}
