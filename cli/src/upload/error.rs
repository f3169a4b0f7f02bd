//! The errors of uploads.

use crate::aws_call::CallError;
use crate::cancel::Interrupted;
use crate::files::error::FileError;

/// Why a file was not uploaded, or its object cannot be followed. [`UploadError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The file cannot be read, or changed during the upload.
    #[error(transparent)]
    File(#[from] FileError),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The object was uploaded, but could not be looked at afterwards.
    #[error("{url} is uploaded and being ingested, but cannot be followed: {source}")]
    Unfollowed {
        /// The URL of the object.
        url: String,
        /// Why it cannot be followed.
        source: CallError,
    },
    /// The command was interrupted before the upload was complete.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl UploadError {
    /// What to do about the error, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::File(error) => error.remedy(),
            Self::Call(error) | Self::Unfollowed { source: error, .. } => error.remedy().to_owned(),
            Self::Interrupted(_) => "Nothing was ingested".to_owned(),
        }
    }
}
