//! What becomes of uploads.

use std::time::{Duration, Instant};

use ledger::{Record, Rows};
use uuid::Uuid;

use super::books::Books;
use super::error::FollowError;
use super::report::Report;
use crate::object::UploadedObject;
use crate::object::change::Change;

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
    /// What the table of ingests says of it.
    pub books: Books,
}

impl Tracked {
    /// An upload of which nothing is known yet.
    #[must_use]
    pub fn new(upload: UploadedObject) -> Self {
        Self {
            upload,
            outcome: None,
            change: None,
            books: Books::default(),
        }
    }

    /// An upload whose ingest is known.
    #[must_use]
    pub fn of_ingest(upload: UploadedObject, record: Record) -> Self {
        let books = Books {
            record: Some(record),
            is_certain: true,
            substitute: None,
        };
        Self {
            books,
            ..Self::new(upload)
        }
    }

    /// The text that names this very upload: its object, or its ingest when nobody knows the `ETag`.
    #[must_use]
    pub fn reference(&self) -> String {
        match &self.books.record {
            Some(record) if self.upload.etag.is_empty() => record.ingest_id.to_string(),
            _ => self.upload.reference(),
        }
    }

    /// Whether a report of the object may be that of this upload, by the ingest that it names.
    #[must_use]
    pub fn may_have(&self, report: &Report) -> bool {
        let certain = self.books.record.as_ref().filter(|_| self.books.is_certain);
        certain.is_none_or(|record| report.ingest_id == Some(record.ingest_id.to_string()))
    }

    /// The outcome of an upload whose report was replaced or deleted after the extraction was complete, as its record has it.
    #[must_use]
    pub fn recorded(&self) -> Option<Outcome> {
        let record = self.books.record.as_ref().filter(|_| self.books.is_certain)?;
        record.extracted?;
        Some(Outcome::Extracted(Box::new(Report::from(record))))
    }

    /// The outcome of an upload of which there may be no report: it is gone, and an earlier upload of the same content has
    /// a report that is not replaced. Some time is left to an invocation that was reading it when it went; one that needs
    /// more of it replaces the report later.
    #[must_use]
    pub fn unreported(&self) -> Option<Outcome> {
        let (change, seen) = self.change.as_ref()?;
        let is_over = self.upload.has_earlier_report() && seen.elapsed() >= LAST_REPORT;
        is_over.then(|| Outcome::Unreported(change.clone()))
    }

    /// The report, if the object was extracted.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match &self.outcome {
            Some(Outcome::Extracted(report)) => Some(report),
            _ => None,
        }
    }

    /// The ingest, as far as it is known: as the report says, which is of this very upload, or else as the record does.
    #[must_use]
    pub fn ingest_id(&self) -> Option<Uuid> {
        match self.report() {
            Some(report) => report.ingest_id.as_deref()?.parse().ok(),
            None => self.books.record.as_ref().map(|record| record.ingest_id),
        }
    }

    /// The record that is followed; `None` when the queue's counts are, or none was found so far.
    #[must_use]
    pub fn followed_record(&self) -> Option<&Record> {
        let record = self.books.record.as_ref().filter(|_| self.books.substitute.is_none())?;
        (Some(record.ingest_id) == self.ingest_id()).then_some(record)
    }

    /// The rows of the record that is followed.
    #[must_use]
    pub fn rows(&self) -> Option<Rows> {
        self.followed_record().map(Record::rows)
    }

    /// Whether the books are closed: every row is accounted for, or there will be none.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match &self.outcome {
            None => false,
            Some(Outcome::Failed { .. } | Outcome::Unreported(_)) => true,
            Some(Outcome::Extracted(_)) => self.rows().is_some_and(|rows| rows.are_full()),
        }
    }
}

/// What became of an object.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was extracted.
    Extracted(Box<Report>),
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
