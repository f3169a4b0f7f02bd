//! Why an upload is not there, or cannot be followed.

use crate::aws_call::CallError;
use crate::cancel::Interrupted;
use crate::files::error::FileError;

/// Why an upload is not there, or cannot be followed. [`UploadError::remedy`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The file cannot be read, or changed meanwhile.
    #[error(transparent)]
    File(#[from] FileError),
    /// S3 did not take it.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An object that was uploaded, and that nothing more could be learnt of.
    #[error("{url} is uploaded and being ingested, but cannot be followed: {source}")]
    Unfollowed {
        /// Where it is.
        url: String,
        /// Why it cannot be followed.
        source: CallError,
    },
    /// The command was interrupted before the upload was complete.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl UploadError {
    /// What helps, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::File(error) => error.remedy(),
            Self::Call(error) | Self::Unfollowed { source: error, .. } => error.remedy().to_owned(),
            Self::Interrupted(_) => "Nothing was ingested".to_owned(),
        }
    }
}
