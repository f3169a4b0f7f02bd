//! The ingest report: what became of an object.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use serde::{Deserialize, Serialize};
use telemetry::trace::aws_span;
use tracing::Instrument;

use crate::collisions::Found;
use crate::content::Format;
use crate::error::ExtractError;
use crate::rows::Delimiter;

/// The longest key.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
const MAX_KEY_BYTES: usize = 1024;
const REPORT: &str = "report.json";
/// The longest name below a folder.
const LONGEST: &str = "rejected-100-00000000.csv";

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
    /// [`ExtractError::Report`].
    pub async fn write(&self, client: &Client, bucket: &str) -> Result<(), ExtractError> {
        let span = aws_span("S3", "PutObject", bucket);
        let sent = self.put(client, bucket)?.send().instrument(span).await;
        sent.map_err(|error| ExtractError::Report(error.into()))?;
        Ok(())
    }

    /// Writes the report unless there is one already.
    ///
    /// # Errors
    /// [`ExtractError::Report`].
    pub async fn write_first(&self, client: &Client, bucket: &str) -> Result<(), ExtractError> {
        let sent = self.put(client, bucket)?.if_none_match("*").send().await;
        match sent {
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(()),
            Err(error) => Err(ExtractError::Report(error.into())),
            Ok(_) => Ok(()),
        }
    }

    fn put(&self, client: &Client, bucket: &str) -> Result<PutObjectFluentBuilder, ExtractError> {
        let body = serde_json::to_vec_pretty(self).map_err(|error| ExtractError::Report(error.into()))?;
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

/// `KEY/ETAG/NAME`
#[must_use]
pub fn file_key(key: &str, etag: &str, name: &str) -> String {
    format!("{}{name}", folder(key, etag))
}

/// `rejected-INVOCATION-ID.csv`, with an id of its own for each try: when an object is extracted twice at once, or an
/// invocation is repeated, the files do not replace each other. The report says which ones count.
#[must_use]
pub fn rejected_name(invocation: u32) -> String {
    format!("rejected-{invocation}-{:08x}.csv", fastrand::u32(..))
}

/// `KEY/ETAG/`, with so much of the end of KEY cut off as it takes to stay a valid key. The report names KEY whole.
fn folder(key: &str, etag: &str) -> String {
    let room = MAX_KEY_BYTES.saturating_sub(etag.len() + LONGEST.len() + 2);
    let end = key.floor_char_boundary(room);
    format!("{}/{etag}/", &key[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::continuation::MAX_INVOCATIONS;

    #[test]
    fn files_are_beside_each_other_and_none_replaces_another() {
        assert_eq!(file_key("a/b.csv", "e", REPORT), "a/b.csv/e/report.json");
        let names = [rejected_name(2), rejected_name(2)];
        assert!(names.iter().all(|name| name.starts_with("rejected-2-")), "{names:?}");
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn the_longest_key_still_has_a_report() {
        let (key, etag) = ("ü".repeat(MAX_KEY_BYTES / 2), "0".repeat(32));
        let name = rejected_name(MAX_INVOCATIONS);
        let rejected = file_key(&key, &etag, &name);
        assert!(
            (MAX_KEY_BYTES - 1..=MAX_KEY_BYTES).contains(&rejected.len()),
            "{}",
            rejected.len()
        );
        assert!(rejected.ends_with(&format!("ü/{etag}/{name}")));
    }
}
