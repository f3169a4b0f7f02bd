//! One object: rows in, messages and an ingest report out.

use std::time::Instant;

use aws_sdk_s3::Client as S3;
use aws_sdk_sqs::Client as Sqs;
use backoff::Deadline;
use message::{Header, HeaderError, RowError};

use crate::batch::{Batch, Entry, MAX_BYTES};
use crate::config::Config;
use crate::download::Download;
use crate::error::ExtractError;
use crate::event::Object;
use crate::rejects::{RejectedRow, Rejects};
use crate::report::{Report, rejected_key};
use crate::rows::{MAX_ROW_BYTES, Row, Rows};
use crate::send::{Sender, Sent};

/// What extracting needs, built once.
#[derive(Clone, Debug)]
pub struct Extractor {
    /// Reads the data bucket and writes the report bucket.
    pub s3: S3,
    /// Sends the messages.
    pub sqs: Sqs,
    /// The environment.
    pub config: Config,
}

/// What is known of an object while its rows pass.
struct Extraction<'a> {
    config: &'a Config,
    header: Option<Result<Header, FileError>>,
    header_text: Option<String>,
    rows_read: u64,
    batch: Batch,
    sender: Sender,
    rejects: Rejects<'a>,
    rows_sent: u64,
}

/// Why no row of an object can become a message.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error(transparent)]
    Header(#[from] HeaderError),
    #[error("the header is {0} bytes long; the most is {MAX_ROW_BYTES}")]
    HeaderTooLong(u64),
    #[error("the object has no rows, not even a header")]
    Empty,
}

impl Extractor {
    /// Extracts an object: every row becomes a message or a rejected row, and the report says how many of each.
    ///
    /// # Errors
    /// [`ExtractError`] when the object cannot be read to its end, when messages cannot be sent, or when the report
    /// bucket cannot be written. Then no report is written; extracting again repeats messages, which is harmless.
    pub async fn extract(&self, object: &Object, request_id: &str, deadline: Deadline) -> Result<Report, ExtractError> {
        let started = Instant::now();
        let mut download = Download::open(&self.s3, object, deadline).await?;
        let mut extraction = Extraction {
            config: &self.config,
            header: None,
            header_text: None,
            rows_read: 0,
            batch: Batch::default(),
            sender: Sender::new(self.sqs.clone(), &self.config.queue_url, deadline),
            rejects: Rejects::new(
                &self.s3,
                &self.config.report_bucket,
                rejected_key(&object.key, download.etag()),
            ),
            rows_sent: 0,
        };
        let rejected_key = match extraction.read(&mut download).await {
            Ok(rejected_key) => rejected_key,
            Err(error) => {
                extraction.rejects.abandon().await;
                return Err(error);
            }
        };
        let (problem, unknown_columns) = match &extraction.header {
            Some(Ok(header)) => (None, header.unknown().to_vec()),
            Some(Err(error)) => (Some(error.to_string()), Vec::new()),
            None => (Some(FileError::Empty.to_string()), Vec::new()),
        };
        let report = Report {
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            version_id: object.version_id.clone(),
            etag: download.etag().to_owned(),
            size: download.size(),
            header: extraction.header_text,
            problem,
            unknown_columns,
            rows_read: extraction.rows_read,
            rows_sent: extraction.rows_sent,
            rows_rejected: extraction.rejects.count(),
            first_rejected_line: extraction.rejects.lines().map(|(first, _)| first),
            last_rejected_line: extraction.rejects.lines().map(|(_, last)| last),
            rejected_key,
            request_id: request_id.to_owned(),
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        report.write(&self.s3, &self.config.report_bucket).await?;
        Ok(report)
    }
}

impl Extraction<'_> {
    /// Reads the object to its end and sends or keeps every row. The key of the rejected rows, when there are any.
    async fn read(&mut self, download: &mut Download<'_>) -> Result<Option<String>, ExtractError> {
        let mut rows = Rows::default();
        while let Some(bytes) = download.next().await? {
            let mut input = &bytes[..];
            while rows.advance(&mut input) {
                self.take(rows.row()).await?;
            }
        }
        if rows.finish() {
            self.take(rows.row()).await?;
        }
        let rest = std::mem::take(&mut self.batch);
        if !rest.entries.is_empty() {
            self.send(rest).await?;
        }
        let sent = self.sender.finish().await?;
        self.note(sent).await?;
        self.rejects.finish().await
    }

    /// Takes the header, or turns a row into a message or a reject.
    async fn take(&mut self, row: Row<'_>) -> Result<(), ExtractError> {
        let Some(header) = &self.header else {
            self.header = Some(read_header(&row));
            self.header_text = Some(String::from_utf8_lossy(row.text).into_owned());
            return Ok(());
        };
        self.rows_read += 1;
        let message = match (header, row.record) {
            (Err(error), _) => Err((String::new(), error.to_string())),
            (_, None) => {
                let reason = format!(
                    "the row is {} bytes long; the most is {MAX_ROW_BYTES}; its beginning is kept here",
                    row.length
                );
                Err((String::new(), reason))
            }
            (Ok(header), Some(record)) => header
                .message(record)
                .map_err(|error| (columns(&error), error.to_string())),
        };
        let entry = message.and_then(|message| {
            let mut body = String::with_capacity(512);
            message.write_body(&self.config.table_name, &mut body);
            let entry = Entry::new(body, &row);
            match entry.bytes() {
                bytes if bytes > MAX_BYTES => {
                    let reason = format!("the row makes a message of {bytes} bytes; SQS takes {MAX_BYTES}");
                    Err((String::new(), reason))
                }
                _ => Ok(entry),
            }
        });
        match entry {
            Ok(entry) => match self.batch.push(entry) {
                Some(full) => self.send(full).await,
                None => Ok(()),
            },
            Err((columns, reason)) => self.rejects.push(&RejectedRow::of(&row), &columns, &reason).await,
        }
    }

    async fn send(&mut self, batch: Batch) -> Result<(), ExtractError> {
        let sent = self.sender.send(batch).await?;
        self.note(sent).await
    }

    async fn note(&mut self, sent: Sent) -> Result<(), ExtractError> {
        self.rows_sent += sent.count;
        for (row, reason) in sent.refused {
            self.rejects.push(&row, "", &reason).await?;
        }
        Ok(())
    }
}

fn read_header(row: &Row<'_>) -> Result<Header, FileError> {
    let record = row.record.ok_or(FileError::HeaderTooLong(row.length))?;
    Ok(Header::parse(record)?)
}

fn columns(error: &RowError) -> String {
    error.columns().collect::<Vec<_>>().join("; ")
}
