//! The errors of watching uploads.

use crate::aws_call::CallError;
use crate::cancel::Interrupted;

/// Why uploads cannot be watched. [`FollowError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An object in the place of a report is no report.
    #[error("{url} is no ingest report: {source}")]
    Report {
        /// The URL of the object.
        url: String,
        /// Why it is no report.
        source: serde_json::Error,
    },
    /// The command was interrupted.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl FollowError {
    /// Whether another try is likely to succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Call(error) if error.is_transient())
    }

    /// What to do about the error, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Call(error) => error.remedy(),
            Self::Report { .. } => "Look at it; if something else wrote it, upload the file again",
            Self::Interrupted(_) => "The ingest goes on without being watched",
        }
    }
}
