//! Why the ledger was not written, or nobody told.

use aws::CallError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use call_errors::explain_for_log;

use crate::record::RecordError;

/// Why the ledger was not written, or nobody told. Nothing else fails for it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The table of ingests cannot be written.
    #[error("the ledger cannot be written: {}", explain_for_log(.0))]
    Write(Box<CallError>),
    /// The event cannot be put.
    #[error("the event of a completed or failed ingest cannot be put: {}", explain_for_log(.0))]
    Tell(Box<CallError>),
    /// `EventBridge` does not take the event.
    #[error("EventBridge does not take the event of an ingest: {code}: {message}")]
    Refused {
        /// The code of the failure.
        code: String,
        /// What `EventBridge` says of it.
        message: String,
    },
    /// The record has another form than it is written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Another call of the same invocation failed, and the ledger is not called again.
    #[error("the ledger is not called any more in this invocation, in which a call of it failed")]
    GivenUp,
}

impl LedgerError {
    /// Whether the table itself cannot be written, so that no other record can be either. A write that does not fit what one
    /// record holds, a `ValidationException`, says nothing of the others.
    #[must_use]
    pub fn is_of_the_table(&self) -> bool {
        match self {
            Self::Write(error) => error.code() != Some("ValidationException"),
            Self::GivenUp => true,
            Self::Tell(_) | Self::Refused { .. } | Self::Record(_) => false,
        }
    }

    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Write(_) => "LedgerNotWritten",
            Self::Tell(_) | Self::Refused { .. } => "EventNotPut",
            Self::Record(_) => "LedgerNotReadable",
            Self::GivenUp => "LedgerGivenUp",
        }
    }
}
