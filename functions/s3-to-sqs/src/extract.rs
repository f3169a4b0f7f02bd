//! One object: rows in, messages and an ingest report out; or, when time is up, a continuation.
//!
//! | where | what |
//! |---|---|
//! | `reading` | the object's bytes to messages under way and rejected rows |
//! | `finishing` | the last messages, and then the report or the continuation |
//! | [`Measurements`] | the work of the invocation, for its metrics |
//! | [`ExtractError`] | the failures of an extraction |

mod error;
mod finishing;
mod measurements;
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
use crate::queue::message::Attributes;
use crate::queue::packing::{METHOD, Packing};
use crate::queue::send::Sender;
use crate::reports::rejects::Rejects;
use crate::reports::report::Report;
use crate::rows::Rows;
use crate::time_limit::{TimeLimit, now_millis};

/// The time past the deadline, of the margin that it keeps, in which an upload is given up.
const GRACE: Duration = Duration::from_secs(1);

/// The outcome of an invocation's work on an object.
#[derive(Debug)]
pub enum Outcome {
    /// The object is done, or everything of it that can be read; the report is written.
    Complete(Box<Report>),
    /// The object is lost before any of it was read, and the report, which has no rows, does not say all of it.
    Lost(Box<Report>, Lost),
    /// Time is up; the rest is for another invocation.
    Partial(Box<Continuation>),
}

/// The extraction of an object in one invocation.
struct Extraction<'a> {
    extractor: &'a Extractor,
    object: &'a Object,
    ingest_id: Uuid,
    record: &'a IngestRecord<'a>,
    time: TimeLimit,
    /// The progress up to this invocation; at its end, with what it has done.
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
    /// Extracts an object: every row becomes a message or a rejected row, and the report says how many of each. The
    /// measurements come in any case.
    ///
    /// # Errors
    /// [`ExtractError`] when the object cannot be read on, when messages cannot be sent, or when the report bucket cannot
    /// be written. Then no report is written, and the record of the ingest says so; doing the job again repeats messages, which is harmless.
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
        // Boxed, because the calls of the SDK in it make it large.
        let outcome = Box::pin(extraction.run()).await;
        if let Err(error) = &outcome {
            // First, because a report bucket that does not answer would take all of the time that is left.
            write_failure(record, error).await;
            let grace = time.deadline.plus(GRACE).instant();
            // If this takes too long, the bucket's lifecycle rule tidies up the parts that are left behind.
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

/// Writes into the record of the ingest that the attempt failed.
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
        if let Err(error) = self.extractor.data_package.resource_of(self.object)
            && self.progress.format.is_none()
        {
            self.progress.problem = Some(error.to_string());
            self.record.open(self.description()).await;
            return self.time.until_deadline(self.report(None)).await;
        }
        let (is_complete, failure) = match self.read().await {
            Ok(is_complete) => (is_complete, None),
            Err(error) => (true, Some(self.object_failure(error)?)),
        };
        self.time.until_deadline(self.finish(is_complete, failure)).await
    }

    /// What the record of the ingest says of it from the beginning.
    fn description(&self) -> Description {
        let declared = self.converter.shape().declared();
        Description {
            started: self.progress.started,
            write_mode: declared.map_or(self.progress.write_mode.as_str(), |declared| declared.write().name()),
            resource: declared.map(|declared| declared.resource.name().to_owned()),
        }
    }

    /// Has the messages carry the attempt from now on.
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
    let attributes = |method| Attributes::new(ingest_id, method, sender.trace().as_deref());
    match packing {
        None => Batch::new(attributes(converter.shape().method())),
        Some(packing) => Batch::packed(attributes(METHOD), packing.clone()),
    }
}

/// The progress of an object of which nothing is read, and the resource that describes it.
fn begun(extractor: &Extractor, object: &Object) -> (Progress, Option<Resource>) {
    let Extractor {
        config, data_package, ..
    } = extractor;
    let resource = data_package.resource_of(object).ok().flatten();
    let progress = Progress {
        write_mode: config.write_mode,
        resource: resource.map(|resource| resource.json().to_owned()),
        ..Progress::new(object, config.precision, now_millis())
    };
    (progress, resource.cloned())
}

/// The rows that this invocation rejects.
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
