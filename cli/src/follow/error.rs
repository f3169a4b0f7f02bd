//! Why uploads cannot be watched.

use crate::aws_call::CallError;
use crate::cancel::Interrupted;

/// Why uploads cannot be watched. [`FollowError::remedy`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A report that is none.
    #[error("{url} is no ingest report: {source}")]
    Report {
        /// Where it is.
        url: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The command was interrupted.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl FollowError {
    /// Whether the next look may well succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Call(error) if error.is_transient())
    }

    /// What helps, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Call(error) => error.remedy(),
            Self::Report { .. } => "Look at it; if something else wrote it, upload the file again",
            Self::Interrupted(_) => "The ingest goes on without being watched",
        }
    }
}
