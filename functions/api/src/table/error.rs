//! What goes wrong with a call to DynamoDB.

use aws::CallError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use backoff::is_throttling_code;

/// Why the table did not answer. `Display` is written for the log, and never sent.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// DynamoDB throttled the call and all its retries.
    #[error("DynamoDB throttled the call beyond the retries")]
    Throttled(#[source] Box<CallError>),
    /// DynamoDB did not do what it should have: no right, no table, no connection, no answer in time.
    #[error("the DynamoDB call failed")]
    Call(#[source] Box<CallError>),
    /// An answer of DynamoDB's has something else where an item should be.
    #[error("DynamoDB returned an item that cannot be read")]
    Reply(#[source] serde_json::Error),
}

impl From<Box<CallError>> for TableError {
    fn from(error: Box<CallError>) -> Self {
        let throttled = error.code().is_some_and(is_throttling_code);
        if throttled {
            Self::Throttled(error)
        } else {
            Self::Call(error)
        }
    }
}
