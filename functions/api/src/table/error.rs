//! The failures of calls to DynamoDB.

use aws::CallError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use backoff::is_throttling;
use call_errors::{explain_for_log, says_another_table_key};

/// The reason why a call failed. `Display` is for the log, and is never sent.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// DynamoDB throttled the call, or a transaction of another client held the item, beyond the retries.
    #[error("DynamoDB was too busy for the call beyond the retries: {}", explain_for_log(.0))]
    Busy(Box<CallError>),
    /// The condition of a write does not hold, and no try of the write was carried out.
    #[error("the condition of the DynamoDB call does not hold: {}", explain_for_log(.0))]
    ConditionFailed(Box<CallError>),
    /// DynamoDB finds the call invalid: an item or an expression that it does not accept.
    #[error("DynamoDB does not accept the call: {}", explain_for_log(.0))]
    Invalid(Box<CallError>),
    /// The table has a local secondary index, and all items of the partition key have as many bytes as DynamoDB then allows.
    #[error("the partition key has no room left: {}", explain_for_log(.0))]
    PartitionFull(Box<CallError>),
    /// A write failed, but a try of it may have been carried out: its answer was lost, or DynamoDB failed under way. What the last
    /// try says, such as that its condition does not hold, may be the effect of that try.
    #[error("a try of the write may have been carried out; the last one failed: {}", explain_for_log(.0))]
    InDoubt(Box<CallError>),
    /// The call failed for another reason, such as a missing right, a missing table, no connection, or no answer in time.
    #[error("the DynamoDB call failed: {}", explain_for_log(.0))]
    Call(Box<CallError>),
    /// The table has another key than the stack was deployed for: the key in the call was checked before.
    #[error(
        "{}: the table has another key than PartitionKey and SortKey of the stack say",
        .0.message().unwrap_or_default()
    )]
    AnotherKey(Box<CallError>),
    /// DynamoDB's answer has an item that cannot be read.
    #[error("DynamoDB returned an item that cannot be read, at line {} column {} of it", .0.line(), .0.column())]
    Reply(serde_json::Error),
}

impl From<Box<CallError>> for TableError {
    fn from(error: Box<CallError>) -> Self {
        match error.code() {
            _ if is_throttling(&error) => Self::Busy(error),
            _ if says_another_table_key(&*error) => Self::AnotherKey(error),
            Some("ConditionalCheckFailedException") => Self::ConditionFailed(error),
            Some("ItemCollectionSizeLimitExceededException") => Self::PartitionFull(error),
            Some("TransactionConflictException") => Self::Busy(error),
            Some("ValidationException") => Self::Invalid(error),
            _ => Self::Call(error),
        }
    }
}
