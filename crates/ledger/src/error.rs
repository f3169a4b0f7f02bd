//! The failures of the ledger.

use aws::CallError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use call_errors::explain_for_log;

use crate::record::RecordError;

/// Why the ledger was not written or the event was not put. Nothing else fails because of it.
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
    /// The record has a later count of the same writer, so an earlier one cannot be added any more. Only additions that overlap,
    /// or two writers that drew the same name, can cause this.
    #[error("the ledger refuses the count, because it has a later one of the same writer")]
    Overtaken,
    /// The record does not have the form in which it is written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// An earlier call of the same invocation failed, so the ledger is not called again.
    #[error("the ledger is not called again in this invocation, because an earlier call to it failed")]
    GivenUp,
}

impl LedgerError {
    /// Whether the table itself cannot be written, so that writes of other records would fail too. A `ValidationException`
    /// concerns only the record that the write does not fit.
    #[must_use]
    pub fn is_of_the_table(&self) -> bool {
        match self {
            Self::Write(error) => error.code() != Some("ValidationException"),
            Self::GivenUp => true,
            Self::Tell(_) | Self::Refused { .. } | Self::Overtaken | Self::Record(_) => false,
        }
    }

    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Write(_) | Self::Overtaken => "LedgerNotWritten",
            Self::Tell(_) | Self::Refused { .. } => "EventNotPut",
            Self::Record(_) => "LedgerNotReadable",
            Self::GivenUp => "LedgerGivenUp",
        }
    }
}
