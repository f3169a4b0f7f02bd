//! Uploads that are followed, and their outcomes.

use std::time::{Duration, Instant};

use ledger::{Record, Rows};
use uuid::Uuid;

use super::books::Books;
use super::error::FollowError;
use super::report::Report;
use crate::object::change::Change;
use crate::object::{CLOCKS, UploadedObject};

/// How long to wait for the report of an object that is gone, when the report of an earlier upload has the same key.
const LAST_REPORT: Duration = Duration::from_mins(1);

/// An upload that is followed, with its outcome.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// The upload.
    pub upload: UploadedObject,
    /// The outcome; `None` while it is unknown.
    pub outcome: Option<Outcome>,
    /// The change of the object before there was a report, and when this command noticed it.
    pub change: Option<(Change, Instant)>,
    /// The upload's record in the table of ingests.
    pub books: Books,
}

impl Tracked {
    /// Creates an upload of which nothing else is known yet.
    #[must_use]
    pub fn new(upload: UploadedObject) -> Self {
        Self {
            upload,
            outcome: None,
            change: None,
            books: Books::default(),
        }
    }

    /// Creates an upload whose record is known.
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

    /// Whether both are the same upload. Ingest ids decide if both are known. Otherwise the objects do, and their times by different
    /// clocks may differ by [`CLOCKS`] if one of them is known by its record.
    #[must_use]
    pub fn is_same_upload(&self, other: &Self) -> bool {
        let tolerance = match (self.ingest_id(), other.ingest_id()) {
            (Some(id), Some(other)) => return id == other,
            (None, None) => 0,
            _ => CLOCKS.unsigned_abs(),
        };
        self.upload.is_same_upload(&other.upload, tolerance)
    }

    /// The text that names exactly this upload: its object, or its ingest id when the `ETag` is unknown.
    #[must_use]
    pub fn reference(&self) -> String {
        match &self.books.record {
            Some(record) if self.upload.etag.is_empty() => record.ingest_id.to_string(),
            _ => self.upload.reference(),
        }
    }

    /// Whether a report of the object may belong to this upload, judging by its ingest id.
    #[must_use]
    pub fn may_have(&self, report: &Report) -> bool {
        let certain = self.books.record.as_ref().filter(|_| self.books.is_certain);
        certain.is_none_or(|record| report.ingest_id == Some(record.ingest_id.to_string()))
    }

    /// The outcome according to the record, for an upload whose report was replaced or deleted after the extraction.
    #[must_use]
    pub fn recorded(&self) -> Option<Outcome> {
        let record = self.books.record.as_ref().filter(|_| self.books.is_certain)?;
        record.extracted?;
        Some(Outcome::Extracted(Box::new(Report::from(record))))
    }

    /// The outcome of an upload that may never have a report: its object is gone, and the report in its place belongs to an
    /// earlier upload of the same content. An invocation that was reading the object when it went has a minute to write the
    /// report; a slower one still replaces the report later.
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

    /// The ingest id, if it is known: that of the report, which belongs to exactly this upload, or else that of the record.
    #[must_use]
    pub fn ingest_id(&self) -> Option<Uuid> {
        match self.report() {
            Some(report) => report.ingest_id.as_deref()?.parse().ok(),
            None => self.books.record.as_ref().map(|record| record.ingest_id),
        }
    }

    /// The record of the upload's ingest. `None` when no record is found yet, or the report names another ingest.
    #[must_use]
    pub fn own_record(&self) -> Option<&Record> {
        let record = self.books.record.as_ref()?;
        (Some(record.ingest_id) == self.ingest_id()).then_some(record)
    }

    /// The [own record](Self::own_record) while it is followed; `None` when the queue's counts stand in for it.
    #[must_use]
    pub fn followed_record(&self) -> Option<&Record> {
        self.own_record().filter(|_| self.books.substitute.is_none())
    }

    /// The rows of the record that is followed.
    #[must_use]
    pub fn rows(&self) -> Option<Rows> {
        self.followed_record().map(Record::rows)
    }

    /// Whether the books are closed: every row is accounted for, or there will be no rows.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match &self.outcome {
            None => false,
            Some(Outcome::Failed { .. } | Outcome::Unreported(_)) => true,
            Some(Outcome::Extracted(_)) => self.rows().is_some_and(|rows| rows.are_full()),
        }
    }
}

/// The outcome of an extraction.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The object was extracted.
    Extracted(Box<Report>),
    /// The object is gone, and there is no report of it. Whether it was read is unknown.
    Unreported(Change),
    /// The extractor failed on the object and is not tried again.
    Failed {
        /// The reason code, by which `tools/dlq` groups dead letters.
        reason: String,
        /// The reason in words.
        text: String,
    },
}

/// How the watching ended.
#[derive(Debug)]
pub enum End {
    /// Every row is accounted for.
    Over,
    /// The user interrupted the watching.
    Interrupted,
    /// There was no progress for too long.
    Stuck,
    /// The uploads could not be watched any longer.
    Failed(FollowError),
}

impl End {
    /// The end that an error causes.
    #[must_use]
    pub fn of(error: FollowError) -> Self {
        match error {
            FollowError::Interrupted(_) => Self::Interrupted,
            error => Self::Failed(error),
        }
    }
}
