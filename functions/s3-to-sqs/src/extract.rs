//! Extracts one object: rows in, messages and an ingest report out or, when time runs out, a continuation.
//!
//! | module or type | what it does |
//! |---|---|
//! | `reading` | reads the object's rows; sends or rejects each |
//! | `object_failure` | the failures of an object that every retry would meet again |
//! | `finishing` | sends the last messages, then writes the report or builds the continuation |
//! | [`Measurements`] | the work of the invocation, for its metrics |
//! | [`ExtractError`] | the failures of an extraction |

mod error;
mod finishing;
mod measurements;
mod object_failure;
mod reading;

use std::time::{Duration, Instant};

use error_chain::ErrorChain;
use message::IngestId;
use schema::Resource;
use tokio::time::timeout_at;
use uuid::Uuid;

pub use self::error::ExtractError;
pub use self::measurements::Measurements;
use crate::books::lost::Lost;
use crate::books::{Description, IngestRecord};
use crate::clients::Extractor;
use crate::continuation::{Continuation, Progress};
use crate::convert::Converter;
use crate::data_package::declared;
use crate::event::Job;
use crate::object::Object;
use crate::queue::batch::Batch;
use crate::queue::packing::{METHOD, Packing};
use crate::queue::send::Sender;
use crate::reports::rejects::Rejects;
use crate::reports::report::Report;
use crate::rows::Rows;
use crate::time_limit::{TimeLimit, now_millis};

/// The time after the deadline, within the deadline's own margin, in which an unfinished upload is aborted.
const GRACE: Duration = Duration::from_secs(1);

/// The outcome of an invocation's work on an object.
#[derive(Debug)]
pub enum Outcome {
    /// Everything that can be read of the object is extracted, and its report is written.
    Complete(Box<Report>),
    /// The object is lost before this invocation read any of it. The report may not be the whole truth: an earlier
    /// report exists, or earlier attempts may have sent rows.
    Lost(Box<Report>, Lost),
    /// Time is up; another invocation continues.
    Partial(Box<Continuation>),
}

/// The extraction of an object in one invocation.
struct Extraction<'a> {
    extractor: &'a Extractor,
    object: &'a Object,
    ingest_id: Uuid,
    record: &'a IngestRecord<'a>,
    time: TimeLimit,
    /// The progress before this invocation; at the invocation's end, including its work.
    progress: Progress,
    /// The work of this invocation.
    measurements: Measurements,
    rows: Rows,
    converter: Converter,
    /// How rows are packed, when a message has many.
    packing: Option<Packing>,
    batch: Batch,
    sender: Sender,
    rejects: Rejects<'a>,
}

impl Extractor {
    /// Extracts an object: every row becomes part of a message or a rejected row, and the report has the number of
    /// each. Returns the measurements even on an error.
    ///
    /// # Errors
    /// [`ExtractError`] when the object cannot be read further, when messages cannot be sent, or when the report bucket
    /// cannot be written. Then no report is written, and the record of the ingest has the error. A retry of the job
    /// repeats messages, which is harmless.
    pub async fn extract(
        &self,
        job: &Job,
        record: &IngestRecord<'_>,
        time: TimeLimit,
    ) -> (Measurements, Result<Outcome, ExtractError>) {
        let begun = Instant::now();
        let mut extraction = match Extraction::new(self, job, record, time) {
            Ok(extraction) => extraction,
            Err(error) => {
                record.open(Description::of_begun(job)).await;
                write_failure(record, &error).await;
                return (Measurements::default(), Err(error));
            }
        };
        // Boxed, because the SDK calls make this future large.
        let outcome = Box::pin(extraction.run()).await;
        if let Err(error) = &outcome {
            // Written first, because an unresponsive report bucket would use up all the time that is left.
            write_failure(record, error).await;
            let grace = time.deadline.plus(GRACE).instant();
            // If this takes too long, the bucket's lifecycle rule removes the remaining parts.
            _ = timeout_at(grace, extraction.rejects.abandon()).await;
        }
        let measurements = Measurements {
            is_complete: matches!(outcome, Ok(Outcome::Complete(_) | Outcome::Lost(..))),
            duration: begun.elapsed(),
            ..extraction.measurements
        };
        (measurements, outcome)
    }
}

/// Records in the ledger that the attempt failed.
async fn write_failure(record: &IngestRecord<'_>, error: &ExtractError) {
    record.fail(error.code(), &ErrorChain(error).to_string()).await;
}

impl<'a> Extraction<'a> {
    fn new(
        extractor: &'a Extractor,
        job: &'a Job,
        record: &'a IngestRecord<'a>,
        time: TimeLimit,
    ) -> Result<Self, ExtractError> {
        let config = &extractor.config;
        let object = &job.object;
        let ingest_id = object.ingest_id();
        let sender = Sender::new(extractor.sqs.clone(), &config.queue_url, time.send);
        let table = config.table();
        let (mut progress, resource) = match &job.continuation {
            Some(Continuation { progress, .. }) => {
                let resource = progress.resource.as_deref();
                let resource = resource.map(|json| Resource::load(json, &table)).transpose()?;
                (progress.clone(), resource)
            }
            None => begun(extractor, object),
        };
        let mut converter = Converter::new(&config.table_name, progress.precision)
            .writing(progress.write_mode, ingest_id)
            .uploaded(object.uploaded);
        if let Some(resource) = resource {
            converter = converter.declared(declared(resource, &table, object, progress.write_mode));
        }
        let dialect = converter.shape().dialect();
        let rows = match &job.continuation {
            Some(Continuation { progress, seen }) => {
                converter = converter.resume(
                    progress.header.clone().unwrap_or_default(),
                    progress.delimiter,
                    progress.problem.clone(),
                    (progress.collisions.clone(), seen),
                    progress.witness.clone(),
                );
                Rows::resume(dialect, progress.delimiter, progress.checkpoint)
            }
            None => Rows::new(dialect),
        };
        progress.invocations += 1;
        let packing = converter
            .shape()
            .packing(&config.table_name, progress.write_mode, config.rows_per_message);
        converter = converter.packed(packing.as_ref());
        Ok(Self {
            extractor,
            object,
            ingest_id,
            record,
            time,
            rejects: rejects(extractor, object, &progress),
            progress,
            measurements: Measurements::default(),
            rows,
            batch: batch(ingest_id.into(), &converter, packing.as_ref(), &sender),
            converter,
            packing,
            sender,
        })
    }

    async fn run(&mut self) -> Result<Outcome, ExtractError> {
        let has_begun = self.progress.format.is_some();
        if !has_begun && self.progress.problem.is_some() {
            self.record.open(self.description()).await;
            return self.time.until_deadline(self.report(None)).await;
        }
        let (is_complete, failure) = match self.time.until_deadline(self.read()).await {
            Ok(is_complete) => (is_complete, None),
            Err(error) => (true, Some(self.object_failure(error)?)),
        };
        self.time.until_deadline(self.finish(is_complete, failure)).await
    }

    /// The description that the record of the ingest is opened with.
    fn description(&self) -> Description {
        let declared = self.converter.shape().declared();
        Description {
            started: self.progress.started,
            write_mode: declared.map_or(self.progress.write_mode.as_str(), |declared| declared.write().name()),
            resource: declared.map(|declared| declared.resource.name().to_owned()),
        }
    }

    /// Makes the messages from now on carry the attempt number.
    fn count_as(&mut self, attempt: Option<u32>) {
        let id = IngestId {
            id: self.ingest_id,
            attempt,
        };
        self.batch = batch(id, &self.converter, self.packing.as_ref(), &self.sender);
    }
}

/// An empty batch for the messages of an ingest.
fn batch(ingest_id: IngestId, converter: &Converter, packing: Option<&Packing>, sender: &Sender) -> Batch {
    match packing {
        None => Batch::new(sender.envelope(ingest_id, converter.shape().method())),
        Some(packing) => Batch::packed(sender.envelope(ingest_id, METHOD), packing.clone()),
    }
}

/// The initial progress of an object, and the resource that describes it. Its problem, if it has one, is that no resource does.
fn begun(extractor: &Extractor, object: &Object) -> (Progress, Option<Resource>) {
    let Extractor {
        config, data_package, ..
    } = extractor;
    let (resource, problem) = match data_package.resource_of(object) {
        Ok(resource) => (resource, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let progress = Progress {
        problem,
        write_mode: config.write_mode,
        resource: resource.map(|resource| resource.json().to_owned()),
        ..Progress::new(object, config.precision, now_millis())
    };
    (progress, resource.cloned())
}

/// The file for the rows that this invocation rejects.
fn rejects<'a>(extractor: &'a Extractor, object: &Object, progress: &Progress) -> Rejects<'a> {
    let bucket = &extractor.config.report_bucket;
    Rejects::new(
        &extractor.s3,
        bucket,
        &object.key,
        progress.bare_etag(),
        progress.invocations,
    )
}
