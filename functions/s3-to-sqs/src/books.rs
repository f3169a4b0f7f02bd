//! Writes the extractor's part of each ingest's record to the table of ingests. If a write fails, nothing else fails: a
//! log line and a metric report it.

pub mod lost;

use std::cell::Cell;
use std::time::Duration;

use backoff::Deadline;
use error_chain::ErrorChain;
use ledger::{Completion, Failure, Ledger, LedgerError, Opened, Opening, Timestamp};
use message::WriteMode;
use telemetry::Metrics;
use uuid::Uuid;

use crate::event::Job;
use crate::reports::keys::{REPORT, file_key};
use crate::reports::report::Report;

/// The time after the deadline, within the deadline's own margin, in which the end of an ingest may still be written.
const GRACE: Duration = Duration::from_millis(500);

/// The books of one invocation.
pub struct Books<'a> {
    ledger: Option<&'a Ledger>,
    metrics: &'a Metrics,
    request_id: &'a str,
    deadline: Deadline,
    /// Whether a write to the table has failed. If so, the invocation makes no further call to the ledger, so that an
    /// unresponsive ledger delays an invocation of many objects no more than one of a single object. A failing event
    /// bus or an unreadable record does not set this: the books of the other objects can still be kept.
    is_given_up: Cell<bool>,
}

/// The ledger record of one ingest, as one invocation updates it.
pub struct IngestRecord<'a> {
    books: &'a Books<'a>,
    job: &'a Job,
    ingest_id: Uuid,
    /// The result of opening the record; `None` until it is open.
    opened: Cell<Option<Opened>>,
}

/// The facts about an ingest, beside its object, that its record is opened with.
pub struct Description {
    /// The start of the first invocation, in milliseconds since the Unix epoch.
    pub started: u64,
    /// What a row does when an item with its key exists.
    pub write_mode: &'static str,
    /// The resource that describes the object.
    pub resource: Option<String>,
}

impl Description {
    /// The description of an ingest whose record an earlier invocation has opened. It adds nothing to that record.
    #[must_use]
    pub fn of_begun(job: &Job) -> Self {
        let progress = job.continuation.as_ref().map(|before| &before.progress);
        Self {
            started: progress.map_or(job.object.uploaded, |progress| progress.started),
            write_mode: progress
                .map_or(WriteMode::default(), |progress| progress.write_mode)
                .as_str(),
            resource: None,
        }
    }
}

impl<'a> Books<'a> {
    /// The books that the invocation `request_id` keeps until `deadline`. Without a ledger, they record nothing.
    #[must_use]
    pub fn new(ledger: Option<&'a Ledger>, metrics: &'a Metrics, request_id: &'a str, deadline: Deadline) -> Self {
        Self {
            ledger,
            metrics,
            request_id,
            deadline,
            is_given_up: Cell::new(false),
        }
    }

    /// The record of the job's ingest.
    #[must_use]
    pub fn record(&'a self, job: &'a Job) -> IngestRecord<'a> {
        IngestRecord {
            books: self,
            job,
            ingest_id: job.object.ingest_id(),
            opened: Cell::new(None),
        }
    }

    /// Makes a call to the ledger; logs and counts its failure.
    async fn call<T>(&self, ingest_id: Uuid, call: impl Future<Output = Result<T, LedgerError>>) -> Option<T> {
        let result = if self.is_given_up.get() {
            Err(LedgerError::GivenUp)
        } else {
            call.await
        };
        let error = match result {
            Ok(answer) => return Some(answer),
            Err(error) => error,
        };
        self.is_given_up.set(self.is_given_up.get() || error.is_of_the_table());
        let line = self.metrics.line().count("LedgerFailures", 1);
        self.metrics.write(line);
        tracing::error!(
            %ingest_id,
            code = error.code(),
            reason = %ErrorChain(&error),
            "the ledger could not be updated"
        );
        None
    }
}

impl IngestRecord<'_> {
    /// The id of the Lambda request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.books.request_id
    }

    /// Opens the record and returns the number of this attempt, which the messages carry. `None` when messages are not
    /// counted.
    pub async fn open(&self, description: Description) -> Option<u32> {
        let ledger = self.books.ledger?;
        let object = &self.job.object;
        let opening = Opening {
            ingest_id: self.ingest_id,
            request_id: self.books.request_id,
            bucket: &object.bucket,
            object: &object.key,
            version_id: object.version_id.as_deref(),
            etag: object.named_etag(),
            sequencer: object.sequencer.as_deref(),
            size: object.size,
            uploader: object.uploader.as_deref(),
            started: Timestamp::from_millis(description.started),
            write_mode: description.write_mode,
            resource: description.resource.as_deref(),
        };
        // Boxed like the other calls, because its future is large.
        let opened = Box::pin(ledger.open(&opening, self.books.deadline));
        self.opened.set(self.books.call(self.ingest_id, opened).await);
        self.opened.get()?.attempt
    }

    /// The attempt numbers of all invocations so far that extracted the object, this one included.
    #[must_use]
    pub fn attempts(&self) -> Vec<u32> {
        let before = self
            .job
            .continuation
            .iter()
            .flat_map(|before| &before.progress.attempts);
        let this = self.opened.get().and_then(|opened| opened.attempt);
        before.copied().chain(this).collect()
    }

    /// Completes the record from the object's report, which is already written.
    pub async fn complete(&self, report: &Report) {
        let (Some(ledger), Some(_)) = (self.books.ledger, self.opened.get()) else {
            return;
        };
        let warnings: Vec<_> = report.warnings.iter().map(|warning| warning.kind.name()).collect();
        let completion = Completion {
            ingest_id: self.ingest_id,
            counted: &self.attempts(),
            etag: &report.etag,
            size: report.size,
            rows_read: report.counts.read,
            rows_sent: report.counts.sent,
            rows_rejected: report.counts.rejected,
            warnings: &warnings,
            invocations: report.invocations,
            report: &file_key(&report.key, &report.etag, REPORT),
            problem: report.problem.as_deref(),
        };
        let completed = Box::pin(ledger.complete(&completion, self.books.deadline.plus(GRACE)));
        self.books.call(self.ingest_id, completed).await;
    }

    /// Records that this attempt failed.
    pub async fn fail(&self, code: &str, reason: &str) {
        let (Some(ledger), Some(opened)) = (self.books.ledger, self.opened.get()) else {
            return;
        };
        let failure = Failure {
            ingest_id: self.ingest_id,
            is_last: opened.is_last_try(),
            code,
            reason,
        };
        let failed = Box::pin(ledger.fail(&failure, self.books.deadline.plus(GRACE)));
        self.books.call(self.ingest_id, failed).await;
    }
}
