//! What becomes of uploads.

use std::time::{Duration, Instant};

use super::error::FollowError;
use super::report::Report;
use crate::object::UploadedObject;
use crate::object::change::Change;
use crate::object::report_key::report_key;

/// How long to wait for the report of an object that is gone, when one of an earlier upload stands in its place.
const LAST_REPORT: Duration = Duration::from_mins(1);

/// An upload, and what became of it.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// The upload.
    pub upload: UploadedObject,
    /// `None` as long as nobody knows.
    pub outcome: Option<Outcome>,
    /// What happened to the object before there was a report, and when that was seen.
    pub change: Option<(Change, Instant)>,
}

impl Tracked {
    /// An upload of which nothing is known yet.
    #[must_use]
    pub fn new(upload: UploadedObject) -> Self {
        Self {
            upload,
            outcome: None,
            change: None,
        }
    }

    /// The outcome of an upload of which there may be no report: it is gone, and an earlier upload of the same content has
    /// a report that is not replaced. Some time is left to an invocation that was reading it when it went; one that needs
    /// more of it replaces the report later.
    #[must_use]
    pub fn unreported(&self) -> Option<Outcome> {
        let (change, seen) = self.change.as_ref()?;
        let key = report_key(&self.upload.key, &self.upload.etag);
        let earlier = self.upload.earlier_reports.as_ref();
        let is_over = earlier.is_some_and(|earlier| earlier.have(&key)) && seen.elapsed() >= LAST_REPORT;
        is_over.then(|| Outcome::Unreported(change.clone()))
    }
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
    /// It is gone, and there is no report of it so far: nobody knows whether it was read.
    Unreported(Change),
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
