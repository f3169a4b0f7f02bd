//! The ingest report: what became of an object.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use serde::Serialize;

use crate::error::ExtractError;

/// The longest key.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
const MAX_KEY_BYTES: usize = 1024;
/// The longer of the two names below a folder.
const REJECTED: &str = "rejected.csv";
const REPORT: &str = "report.json";

/// What became of an object: `rows_read` = `rows_sent` + `rows_rejected`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The data bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// Its version, in a bucket that keeps versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// Its ETag, without quotation marks.
    pub etag: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its first row as it stands, to begin a mended file with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Why no row of the object could become a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Columns that are in no message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_columns: Vec<String>,
    /// Rows without the header and blank lines.
    pub rows_read: u64,
    /// Rows that are messages on the queue.
    pub rows_sent: u64,
    /// Rows in `rejected.csv`.
    pub rows_rejected: u64,
    /// The first line that has a rejected row, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_rejected_line: Option<u64>,
    /// The last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_rejected_line: Option<u64>,
    /// The key of `rejected.csv` in the report bucket, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_key: Option<String>,
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
        let body = serde_json::to_vec_pretty(self).map_err(|error| ExtractError::Report(error.into()))?;
        client
            .put_object()
            .bucket(bucket)
            .key(report_key(&self.key, &self.etag))
            .content_type("application/json")
            .body(ByteStream::from(body))
            .send()
            .await
            .map_err(|error| ExtractError::Report(error.into()))?;
        Ok(())
    }
}

/// `KEY/ETAG/report.json`
#[must_use]
pub fn report_key(key: &str, etag: &str) -> String {
    format!("{}{REPORT}", folder(key, etag))
}

/// `KEY/ETAG/rejected.csv`
#[must_use]
pub fn rejected_key(key: &str, etag: &str) -> String {
    format!("{}{REJECTED}", folder(key, etag))
}

/// `KEY/ETAG/`, with so much of the end of KEY cut off as it takes to stay a valid key. The report names KEY whole.
fn folder(key: &str, etag: &str) -> String {
    let room = MAX_KEY_BYTES.saturating_sub(etag.len() + REJECTED.len() + 2);
    let end = key.floor_char_boundary(room);
    format!("{}/{etag}/", &key[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_beside_each_other() {
        assert_eq!(report_key("a/b.csv", "e"), "a/b.csv/e/report.json");
        assert_eq!(rejected_key("a/b.csv", "e"), "a/b.csv/e/rejected.csv");
    }

    #[test]
    fn the_longest_key_still_has_a_report() {
        let (key, etag) = ("ü".repeat(MAX_KEY_BYTES / 2), "0".repeat(32));
        let rejected = rejected_key(&key, &etag);
        assert!(
            (MAX_KEY_BYTES - 1..=MAX_KEY_BYTES).contains(&rejected.len()),
            "{}",
            rejected.len()
        );
        assert!(rejected.ends_with(&format!("ü/{etag}/rejected.csv")));
    }
}
