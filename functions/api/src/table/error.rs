//! What goes wrong with a call to DynamoDB.

use aws::CallError;
use backoff::is_throttling;
use call_errors::explain_for_log;

/// Why the table did not answer. `Display` is written for the log, and never sent.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// DynamoDB throttled the call and all its retries.
    #[error("DynamoDB throttled the call beyond the retries: {}", explain_for_log(.0))]
    Throttled(Box<CallError>),
    /// DynamoDB did not do what it should have: no right, no table, no connection, no answer in time.
    #[error("the DynamoDB call failed: {}", explain_for_log(.0))]
    Call(Box<CallError>),
    /// An answer of DynamoDB's has something else where an item should be.
    #[error("DynamoDB returned an item that cannot be read, at line {} column {} of it", .0.line(), .0.column())]
    Reply(serde_json::Error),
}

impl From<Box<CallError>> for TableError {
    fn from(error: Box<CallError>) -> Self {
        if is_throttling(&error) {
            Self::Throttled(error)
        } else {
            Self::Call(error)
        }
    }
}
