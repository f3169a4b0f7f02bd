//! The failures of an extraction. A rejected row is not a failure: see [`crate::reports::rejects`].

use schema::Faults;

use crate::continuation::MAX_INVOCATIONS;
use crate::input::content::ContentError;
use crate::input::download::DownloadError;
use crate::queue::call::SendError;
use crate::reports::ReportError;
use crate::time_limit::DeadlineExceeded;

/// Why an object was not extracted. Lambda retries the event; extracting an object twice is harmless.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The object cannot be downloaded or decompressed.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The messages cannot be sent.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The report bucket cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// S3 did not answer before the deadline, for the object or for the report.
    #[error(transparent)]
    DeadlineExceeded(#[from] DeadlineExceeded),
    /// The resource that the object was begun with can no longer be used: the key of the table or the rules of descriptors have
    /// changed.
    #[error("the resource that the ingest began with can no longer be used; upload the object again: {0}")]
    Resource(#[from] Faults),
    /// A whole invocation did not read a single row.
    #[error("from byte {0} on, not a single row could be read in the time of an invocation")]
    NoProgress(u64),
    /// The most invocations for one object were not enough.
    #[error("{MAX_INVOCATIONS} invocations were not enough; byte {0} is reached: split the object")]
    TooLong(u64),
}

impl ExtractError {
    /// The stable error code of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Content(ContentError::Download(error)) => error.code(),
            Self::Content(ContentError::Unpack(_)) => "ObjectCorrupt",
            Self::Send(error) => error.code(),
            Self::Report(_) => "ReportNotWritten",
            Self::DeadlineExceeded(error) => error.code(),
            Self::Resource(_) => "ResourceChanged",
            Self::NoProgress(_) => "NoProgress",
            Self::TooLong(_) => "ObjectTooLong",
        }
    }
}

impl From<DownloadError> for ExtractError {
    fn from(error: DownloadError) -> Self {
        Self::Content(error.into())
    }
}
