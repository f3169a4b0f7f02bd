//! The ingest report: what became of an object.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use serde::{Deserialize, Serialize};
use telemetry::trace::aws_span;
use tracing::Instrument;

use super::ReportError;
use super::keys::{REPORT, file_key};
use crate::convert::collisions::Found;
use crate::input::content::format::Format;
use crate::rows::Delimiter;

/// Rows of an object, without the header and blank lines: `read` = `sent` + `rejected` when all is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    /// Rows that were found.
    #[serde(rename = "rows_read")]
    pub read: u64,
    /// Rows that are messages on the queue.
    #[serde(rename = "rows_sent")]
    pub sent: u64,
    /// Rows that are kept as rejected.
    #[serde(rename = "rows_rejected")]
    pub rejected: u64,
    /// The first line that has a rejected row, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_rejected_line: Option<u64>,
    /// The last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_rejected_line: Option<u64>,
}

/// What became of an object, whichever number of invocations it took.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The data bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// Its version, in a bucket that keeps versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// Its `ETag`, without quotation marks.
    pub etag: String,
    /// By which all that comes of it is known.
    pub ingest_id: String,
    /// Its size in bytes.
    pub size: u64,
    /// How it is compressed and encoded.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// What stands between its fields.
    pub delimiter: Delimiter,
    /// Its first row as it stands, to begin a mended file with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// What is wrong with the object as a whole: no row, or none from some place on, could become a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Columns that are in no message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_columns: Vec<String>,
    /// What became of its rows.
    #[serde(flatten)]
    pub counts: Counts,
    /// The keys of the rejected rows in the report bucket, one file for each invocation that had any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected_keys: Vec<String>,
    /// Rows with a key that an earlier row of the object has: one row of each key stays in the table.
    pub key_collisions: Found,
    /// How many invocations it took.
    pub invocations: u32,
    /// The Lambda request that wrote this.
    pub request_id: String,
    /// From the first request to S3 to the last message sent.
    pub duration_ms: u64,
}

impl Report {
    /// Writes the report to the report bucket.
    ///
    /// # Errors
    /// [`ReportError`].
    pub async fn write(&self, client: &Client, bucket: &str) -> Result<(), ReportError> {
        let span = aws_span("S3", "PutObject", bucket);
        let sent = self.put(client, bucket)?.send().instrument(span).await;
        sent.map_err(|error| ReportError::new(error))?;
        Ok(())
    }

    /// Writes the report unless there is one already.
    ///
    /// # Errors
    /// [`ReportError`].
    pub async fn write_first(&self, client: &Client, bucket: &str) -> Result<(), ReportError> {
        let sent = self.put(client, bucket)?.if_none_match("*").send().await;
        match sent {
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(()),
            Err(error) => Err(ReportError::new(error)),
            Ok(_) => Ok(()),
        }
    }

    fn put(&self, client: &Client, bucket: &str) -> Result<PutObjectFluentBuilder, ReportError> {
        let body = serde_json::to_vec_pretty(self).map_err(|error| ReportError::new(error))?;
        let put = client.put_object().bucket(bucket);
        let put = put.key(file_key(&self.key, &self.etag, REPORT));
        Ok(put.content_type("application/json").body(ByteStream::from(body)))
    }
}

impl Counts {
    /// These and later ones.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        Self {
            read: self.read + later.read,
            sent: self.sent + later.sent,
            rejected: self.rejected + later.rejected,
            first_rejected_line: self.first_rejected_line.or(later.first_rejected_line),
            last_rejected_line: later.last_rejected_line.or(self.last_rejected_line),
        }
    }
}
