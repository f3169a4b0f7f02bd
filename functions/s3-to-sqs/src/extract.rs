//! One object: rows in, messages and an ingest report out; or, when time is up, a continuation.

mod error;
mod outcome;

use std::time::{Duration, Instant};

use error_chain::ErrorChain;
use message::Precision;
use telemetry::trace;
use tokio::time::timeout_at;
use tracing::field::Empty;
use tracing::{Span, info_span};
use uuid::Uuid;

pub use self::error::ExtractError;
use crate::clients::Extractor;
use crate::continuation::{Continuation, MAX_INVOCATIONS};
use crate::convert::collisions::Collisions;
use crate::convert::{Converted, Converter};
use crate::event::Job;
use crate::input::content::format::Format;
use crate::input::content::{Content, ContentError};
use crate::input::download::{Download, DownloadError};
use crate::metrics::Work;
use crate::object::Object;
use crate::queue::batch::{Batch, MAX_ENTRIES};
use crate::queue::message::Attributes;
use crate::queue::send::{Sender, Sent};
use crate::reports::keys::{file_key, rejected_name};
use crate::reports::rejects::Rejects;
use crate::reports::report::{Counts, Report};
use crate::rows::{RejectedRow, Rows};
use crate::time_limit::{TimeLimit, now_millis};

/// Time past the deadline, of the margin that it keeps, to give up an upload.
const GRACE: Duration = Duration::from_secs(1);

/// What an invocation did with an object.
#[derive(Debug)]
pub enum Extracted {
    /// Everything; the report is written.
    Whole(Box<Report>),
    /// As much as its time allows; the rest is for another invocation.
    Partly(Box<Continuation>),
}

/// What is known of an object while its rows pass.
struct Extraction<'a> {
    extractor: &'a Extractor,
    object: &'a Object,
    request_id: &'a str,
    /// What the invocations before this one counted.
    before: Counts,
    /// The files of rejected rows so far.
    rejecting: Vec<String>,
    /// The number of this invocation in its chain, counted from 1.
    invocation: u32,
    /// When the first of the chain began, in milliseconds since the Unix epoch.
    started: u64,
    /// With quotation marks, as S3 gives it.
    etag: String,
    size: u64,
    format: Option<Format>,
    time: TimeLimit,
    rows: Rows,
    precision: Precision,
    converter: Converter,
    ingest_id: Uuid,
    begun: Instant,
    /// Where this invocation began, and how many rows collided by then.
    first_byte: u64,
    colliding_before: u64,
    rows_read: u64,
    rows_sent: u64,
    /// Calls to SQS by their number of messages, and the tries after the first of each.
    batches: [u64; MAX_ENTRIES + 1],
    retries: u64,
    /// The span of all messages that this invocation sends of the object, and what each says of it.
    publish: Span,
    batch: Batch,
    sender: Sender,
    rejects: Rejects<'a>,
    rejected_name: String,
}

/// Why reading ended.
enum End {
    /// With the object.
    Object,
    /// With what can be read of the object.
    Problem(String),
    /// Because the object is not there any more.
    Lost(String),
    /// With the invocation's time.
    Time,
}

impl Extractor {
    /// Extracts an object: every row becomes a message or a rejected row, and the report says how many of each. What was
    /// done is told in any case.
    ///
    /// # Errors
    /// [`ExtractError`] when the object cannot be read on, when messages cannot be sent, or when the report bucket cannot
    /// be written. Then no report is written; doing the job again repeats messages, which is harmless.
    pub async fn extract(
        &self,
        job: &Job,
        request_id: &str,
        time: TimeLimit,
    ) -> (Work, Result<Extracted, ExtractError>) {
        let mut extraction = Extraction::new(self, job, request_id, time);
        let extracted = extraction.run(job.continuation.as_ref()).await;
        if extracted.is_err() {
            let grace = time.deadline.plus(GRACE).instant();
            // What is left behind when this takes too long is tidied up by the bucket's lifecycle rule.
            _ = timeout_at(grace, extraction.rejects.abandon()).await;
        }
        (extraction.work(), extracted)
    }
}

impl<'a> Extraction<'a> {
    fn new(extractor: &'a Extractor, job: &'a Job, request_id: &'a str, time: TimeLimit) -> Self {
        let config = &extractor.config;
        let etag = job.object.etag.clone().unwrap_or_default();
        let ingest_id = job.object.ingest_id();
        let publish = publish_span(&config.queue_url);
        let trace = trace::xray_header(&publish).or_else(trace::of_invocation);
        let mut extraction = Self {
            extractor,
            object: &job.object,
            request_id,
            before: Counts::default(),
            rejecting: Vec::new(),
            invocation: 1,
            started: now_millis(),
            etag,
            size: job.object.size.unwrap_or_default(),
            format: None,
            time,
            rows: Rows::default(),
            precision: config.precision,
            converter: Converter::new(&config.table_name, config.precision),
            ingest_id,
            begun: Instant::now(),
            first_byte: 0,
            colliding_before: 0,
            rows_read: 0,
            rows_sent: 0,
            batches: [0; MAX_ENTRIES + 1],
            retries: 0,
            publish,
            batch: Batch::new(Attributes::new(ingest_id, trace.as_deref())),
            sender: Sender::new(extractor.sqs.clone(), &config.queue_url, time.send),
            rejects: Rejects::new(&extractor.s3, &config.report_bucket, String::new()),
            rejected_name: String::new(),
        };
        if let Some(continuation) = job.continuation.clone() {
            extraction.resume(continuation);
        }
        extraction
    }

    /// Takes up what the invocation before this one left.
    fn resume(&mut self, continuation: Continuation) {
        self.started = continuation.started;
        self.first_byte = continuation.checkpoint.byte;
        self.colliding_before = continuation.collisions.rows;
        let collisions = Collisions::resume(continuation.collisions, &continuation.seen);
        // As the object was begun: a deployment that changes the precision must not mix two in one object.
        self.precision = continuation.precision;
        self.converter = Converter::new(&self.extractor.config.table_name, self.precision).resume(
            continuation.header,
            continuation.delimiter,
            continuation.problem,
            collisions,
        );
        self.rows = Rows::resume(continuation.delimiter, continuation.checkpoint);
        self.before = continuation.counts;
        self.rejecting = continuation.rejecting;
        self.invocation = continuation.invocations + 1;
        self.etag = continuation.etag;
        self.size = continuation.size;
        self.format = Some(continuation.format);
    }

    async fn run(&mut self, continuation: Option<&Continuation>) -> Result<Extracted, ExtractError> {
        let end = match self.read(continuation).await {
            Err(ExtractError::Content(ContentError::Download(DownloadError::Gone(_)))) => End::Lost(self.gone()),
            // What took its place has an event of its own; of this object, the report is all that can still be had.
            Err(error @ ExtractError::Content(ContentError::Download(DownloadError::Replaced(_)))) => {
                tracing::error!(
                    bucket = self.object.bucket,
                    key = self.object.key,
                    etag = self.etag(),
                    ingest_id = %self.ingest_id,
                    reason = %error,
                    "the rest of the object is lost"
                );
                End::Lost(error.to_string())
            }
            other => other?,
        };
        self.time.until_deadline(self.finish(end)).await
    }

    /// Reads the object from where it is to be read, and sends or keeps every row.
    async fn read(&mut self, continuation: Option<&Continuation>) -> Result<End, ExtractError> {
        if self.invocation > MAX_INVOCATIONS {
            return Ok(End::Time);
        }
        let deadline = self.time.deadline;
        let s3 = &self.extractor.s3;
        let mut content = if let Some(continuation) = continuation {
            let Continuation { etag, size, format, .. } = continuation;
            let byte = continuation.checkpoint.byte;
            let first_byte = Content::first_byte(*format, byte);
            let download = Download::open_at(s3, self.object, etag, *size, first_byte, deadline).await?;
            Content::resume(download, *format, byte)
        } else {
            let download = Download::open(s3, self.object, deadline).await?;
            (self.size, self.etag) = (download.size(), download.etag().to_owned());
            let Ok(content) = timeout_at(self.time.stop, Content::open(download)).await else {
                return Ok(End::Time);
            };
            let content = content?;
            self.format = Some(content.format());
            content
        };
        let config = &self.extractor.config;
        self.rejected_name = rejected_name(self.invocation);
        let key = file_key(&self.object.key, self.etag(), &self.rejected_name);
        self.rejects = Rejects::new(s3, &config.report_bucket, key);
        let end = loop {
            let Ok(bytes) = timeout_at(self.time.stop, content.next()).await else {
                return Ok(End::Time);
            };
            let bytes = match bytes {
                Ok(Some(bytes)) => bytes,
                Ok(None) => break End::Object,
                Err(ContentError::Unpack(error)) => break End::Problem(ErrorChain(&error).to_string()),
                Err(error) => return Err(error.into()),
            };
            let mut input = &bytes[..];
            while self.rows.advance(&mut input) {
                if self.take().await? && self.time.is_up() {
                    return Ok(End::Time);
                }
            }
            // A stream that always has bytes would never let the timer above go off. Each invocation gets one row further,
            // as long as it can. The next one also has a new file for rejected rows, when S3 takes no more of this one.
            if self.time.is_over() || self.rows_read > 0 && (self.time.is_up() || self.rejects.is_full()) {
                return Ok(End::Time);
            }
        };
        let is_whole = matches!(end, End::Object);
        while if is_whole {
            self.rows.finish()
        } else {
            self.rows.cut_off()
        } {
            self.take().await?;
        }
        Ok(end)
    }

    /// Takes the header, or turns the row that was just read into a message or a reject. Whether messages were sent.
    async fn take(&mut self) -> Result<bool, ExtractError> {
        let row = self.rows.row();
        let converted = self.converter.convert(&row);
        self.rows_read += u64::from(!matches!(converted, Converted::Header));
        let full = match converted {
            Converted::Header => None,
            Converted::Message(body) => self.batch.push(body, &row),
            Converted::Rejected(rejection) => {
                let row = RejectedRow::of(&row);
                self.rejects.push(&row, &rejection.columns, &rejection.reason).await?;
                None
            }
        };
        match full {
            Some(batch) => self.send(batch).await.map(|()| true),
            None => Ok(false),
        }
    }

    async fn send(&mut self, batch: Batch) -> Result<(), ExtractError> {
        self.batches[batch.len()] += 1;
        let sent = self.sender.send(batch).await?;
        self.note(sent).await
    }

    async fn note(&mut self, sent: Sent) -> Result<(), ExtractError> {
        self.rows_sent += sent.count;
        self.retries += sent.retries;
        for (row, reason) in sent.refused {
            self.rejects.push(&row, "", &reason).await?;
        }
        Ok(())
    }

    /// Sends and writes what is left of the rows that were read, and then the report or the continuation.
    async fn finish(&mut self, end: End) -> Result<Extracted, ExtractError> {
        if let Some(rest) = self.batch.take() {
            self.send(rest).await?;
        }
        let sent = self.sender.finish().await?;
        self.note(sent).await?;
        // As OpenTelemetry has whole numbers; wider ones would become text.
        let sent = i64::try_from(self.rows_sent).unwrap_or(i64::MAX);
        self.publish.record("messaging.batch.message_count", sent);
        self.publish = Span::none();
        self.rejects.finish().await?;
        if self.rejects.count() > 0 {
            self.rejecting.push(self.rejected_name.clone());
        }
        match end {
            End::Time => match self.continuation() {
                Ok(continuation) => Ok(Extracted::Partly(Box::new(continuation))),
                Err(error) => {
                    self.report_lost(error.to_string()).await?;
                    Err(error)
                }
            },
            End::Object => self.report(None).await,
            End::Problem(problem) => self.report(Some(problem)).await,
            End::Lost(problem) => self.report_lost(problem).await,
        }
    }
}

/// The span of all messages of an object: one for each would be as many spans as rows.
fn publish_span(queue_url: &str) -> Span {
    let queue = queue_url.rsplit('/').next().unwrap_or_default();
    info_span!(
        "publish",
        otel.name = format!("publish {queue}"),
        otel.kind = "producer",
        messaging.system = "aws_sqs",
        messaging.operation.name = "SendMessageBatch",
        messaging.operation.type = "send",
        messaging.destination.name = queue,
        messaging.batch.message_count = Empty,
    )
}
