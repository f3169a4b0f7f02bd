//! What becomes of uploads.

use super::error::FollowError;
use super::report::Report;
use crate::object::UploadedObject;

/// An upload, and what became of it.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// The upload.
    pub upload: UploadedObject,
    /// `None` as long as nobody knows.
    pub outcome: Option<Outcome>,
}

impl Tracked {
    /// The report, if the object was extracted.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match &self.outcome {
            Some(Outcome::Extracted(report)) => Some(report),
            _ => None,
        }
    }
}

/// What became of an object.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was extracted.
    Extracted(Report),
    /// The extractor failed on it, for the last time.
    Failed {
        /// The code that `tools/dlq` groups it by.
        reason: String,
        /// The reason in words.
        text: String,
    },
}

/// How following ended.
#[derive(Debug)]
pub enum End {
    /// Nothing is left to be done.
    Over,
    /// Somebody wished to stop.
    Interrupted,
    /// There was no progress for too long.
    Stuck,
    /// It could not be watched any longer.
    Failed(FollowError),
}

impl End {
    /// How an error ends it.
    #[must_use]
    pub fn of(error: FollowError) -> Self {
        match error {
            FollowError::Interrupted(_) => Self::Interrupted,
            error => Self::Failed(error),
        }
    }
}
