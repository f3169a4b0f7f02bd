//! The ingest report of an object.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use serde::Serialize;
use telemetry::trace::aws_span;
use tracing::Instrument;
use uuid::Uuid;

use super::ReportError;
use super::keys::{REPORT, file_key};
use crate::continuation::{Counts, Progress};
use crate::convert::collisions::KeyCollisions;
use crate::input::content::format::Format;
use crate::object::Object;
use crate::rows::Delimiter;
use crate::time_limit::now_millis;

/// The problem of an object without a first row.
const EMPTY: &str = "the object has no rows, not even a header";

/// The ingest report of an object, whichever number of invocations it took. Its JSON is what users and tools read.
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
    /// The ingest id, which everything that comes of the object has.
    pub ingest_id: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its compression and encoding.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The separator of its fields.
    pub delimiter: Delimiter,
    /// Its first row as it stands: the beginning of a mended file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The fault of the object as a whole: no row, or none from some place on, could become a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Columns that are in no message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_columns: Vec<String>,
    /// Its rows.
    #[serde(flatten)]
    pub counts: Counts,
    /// The keys of the rejected rows in the report bucket, one file for each invocation that had any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected_keys: Vec<String>,
    /// Rows with a key that an earlier row of the object has: one row of each key stays in the table.
    pub key_collisions: KeyCollisions,
    /// The number of invocations that it took.
    pub invocations: u32,
    /// The Lambda request that wrote this.
    pub request_id: String,
    /// The time from the start of the first invocation to this report, in milliseconds.
    pub duration_ms: u64,
}

impl Report {
    /// The report of an ingest that ends now, written by the request.
    #[must_use]
    pub fn new(
        object: &Object,
        ingest_id: Uuid,
        request_id: &str,
        progress: Progress,
        unknown_columns: Vec<String>,
    ) -> Self {
        let etag = progress.bare_etag().to_owned();
        let rejected_key = |name: &String| file_key(&object.key, &etag, name);
        let empty = progress.header.is_none().then(|| EMPTY.to_owned());
        Self {
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            version_id: object.version_id.clone(),
            ingest_id: ingest_id.to_string(),
            size: progress.size,
            format: progress.format,
            delimiter: progress.delimiter,
            problem: progress.problem.or(empty),
            header: progress.header,
            unknown_columns,
            counts: progress.counts,
            rejected_keys: progress.rejected_files.iter().map(rejected_key).collect(),
            key_collisions: progress.collisions,
            invocations: progress.invocations,
            request_id: request_id.to_owned(),
            duration_ms: now_millis().saturating_sub(progress.started),
            etag,
        }
    }

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
