//! The extractor's half of the books: the record of each ingest in the ledger. Nothing fails when the ledger does; the log
//! and a metric tell.

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

/// The time past the deadline, of the margin that it keeps, in which the end of an ingest is written.
const GRACE: Duration = Duration::from_millis(500);

/// The books of an invocation.
pub struct Books<'a> {
    ledger: Option<&'a Ledger>,
    metrics: &'a Metrics,
    request_id: &'a str,
    deadline: Deadline,
    /// Whether the table could not be written. Then the invocation makes no other call: a ledger that does not answer costs an
    /// invocation of many objects no more time than one of one. A bus that refuses and a record that cannot be read are no
    /// reason: the books of the other objects can be kept.
    is_given_up: Cell<bool>,
}

/// The record of an ingest, as an invocation keeps it.
pub struct IngestRecord<'a> {
    books: &'a Books<'a>,
    job: &'a Job,
    ingest_id: Uuid,
    /// What came of opening it; `None` while it is not open.
    opened: Cell<Option<Opened>>,
}

/// What is known of an ingest by the time its record is opened, beside its object.
pub struct Description {
    /// The time at which the first invocation began, in milliseconds since the Unix epoch.
    pub started: u64,
    /// What a row does where an item is already there.
    pub write_mode: &'static str,
    /// The resource that describes the object.
    pub resource: Option<String>,
}

impl Description {
    /// What is known of an ingest whose record another invocation has opened: nothing that the record lacks.
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
    /// The books that the invocation `request_id` keeps until `deadline`; none without a ledger.
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

    /// The record of a job's ingest.
    #[must_use]
    pub fn record(&'a self, job: &'a Job) -> IngestRecord<'a> {
        IngestRecord {
            books: self,
            job,
            ingest_id: job.object.ingest_id(),
            opened: Cell::new(None),
        }
    }

    /// Makes a call of the ledger, and tells when it fails.
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
            "the ledger does not know all of the ingest"
        );
        None
    }
}

impl IngestRecord<'_> {
    /// The Lambda request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.books.request_id
    }

    /// Opens the record and returns the attempt, which the messages carry; `None` when they are not counted.
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
        // Boxed, as the others, because the calls in it make it large.
        let opened = Box::pin(ledger.open(&opening, self.books.deadline));
        self.opened.set(self.books.call(self.ingest_id, opened).await);
        self.opened.get()?.attempt
    }

    /// The attempts of the invocations that extracted the object so far, this one included.
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

    /// Completes the record with the object's report, which is written.
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

    /// Writes that the attempt failed.
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
