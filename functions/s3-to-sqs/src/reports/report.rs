//! The ingest report of an object.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use call_errors::FailedCall;
use schema::{Resource, Write};
use serde::Serialize;
use telemetry::trace::aws_span;
use tracing::Instrument;
use uuid::Uuid;

use super::ReportError;
use super::keys::{REPORT, file_key};
use super::unanswered::Unanswered;
use crate::continuation::{Counts, Progress};
use crate::convert::collisions::KeyCollisions;
use crate::convert::warnings::Warning;
use crate::input::content::format::{Encoding, Format};
use crate::object::Object;
use crate::rows::Delimiter;
use crate::time_limit::now_millis;

/// The note when the object may be another one than that of the event.
pub const AS_FOUND: &str =
    "the event does not identify one version of the object, so the object was read as it was found";

/// The ingest report of an object, over all its invocations. Users and tools read its JSON.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The data bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// Its version id, in a bucket with versioning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// Its `ETag`, without quotation marks.
    pub etag: String,
    /// The ingest id, which everything that this upload produces carries.
    pub ingest_id: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its compression and encoding.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The delimiter of its fields.
    pub delimiter: Delimiter,
    /// Its first row, verbatim: the beginning of the corrected file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The line of the header, counted from 1, when the resource puts it behind the first line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u64>,
    /// The numbers of the rows that the resource skips, in ascending order. The corrected file must not have a row in such a
    /// place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comment_rows: Vec<u64>,
    /// Whether its byte order mark overrides the resource's encoding, so that the corrected file needs one too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub byte_order_mark: bool,
    /// What is wrong with the object as a whole: why no row, or none after some place, could become a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// A caveat about which object the rows are from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
    /// The resource of the data package that describes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Columns that are left out of the messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_columns: Vec<String>,
    /// The numbers of its rows.
    #[serde(flatten)]
    pub counts: Counts,
    /// The keys of the files of rejected rows in the report bucket, one for each invocation that had any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected_keys: Vec<String>,
    /// What a row does when an item with its key exists: `replace`, `latest` or `create`; by a resource's declaration
    /// also `merge` or `delete`.
    pub write_mode: &'static str,
    /// Rows whose key an earlier row of the object has. One row of each key stays in the table: the first one with
    /// `create`, the last one otherwise. With `merge` and `delete` none are counted, since no row replaces another.
    pub key_collisions: KeyCollisions,
    /// Suspicious rows: they are sent, but may not mean what they say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The number of invocations that the object took.
    pub invocations: u32,
    /// The id of the Lambda request that wrote this report.
    pub request_id: String,
    /// The time from the start of the first invocation to this report, in milliseconds.
    pub duration_ms: u64,
}

impl Report {
    /// The report of an ingest that ends now, written by this request.
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
        let has_begun = progress.format.is_some();
        Self {
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            version_id: object.version_id.clone(),
            ingest_id: ingest_id.to_string(),
            size: progress.size,
            format: progress.format,
            delimiter: progress.delimiter,
            problem: progress.problem,
            header: progress.header,
            header_row: None,
            comment_rows: Vec::new(),
            byte_order_mark: false,
            note: (has_begun && !object.is_pinned()).then_some(AS_FOUND),
            resource: None,
            unknown_columns,
            counts: progress.counts,
            rejected_keys: progress.rejected_files.iter().map(rejected_key).collect(),
            write_mode: progress.write_mode.as_str(),
            key_collisions: progress.collisions,
            warnings: progress.witness.warnings(),
            invocations: progress.invocations,
            request_id: request_id.to_owned(),
            duration_ms: now_millis().saturating_sub(progress.started),
            etag,
        }
    }

    /// Adds what the resource of the object declares.
    #[must_use]
    pub fn of_resource(self, resource: &Resource, write: Write) -> Self {
        let dialect = resource.dialect();
        let declared = resource.encoding();
        let declared = declared.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
        let is_declared = |format: Format| declared.is_none_or(|declared| Encoding::from(declared) == format.encoding);
        Self {
            resource: Some(resource.name().to_owned()),
            header_row: dialect.header_row.filter(|row| *row > 1),
            comment_rows: dialect.comment_rows.clone(),
            byte_order_mark: self.format.is_some_and(|format| !is_declared(format)),
            write_mode: write.name(),
            ..self
        }
    }

    /// Writes the report to the report bucket.
    ///
    /// # Errors
    /// [`ReportError`].
    pub async fn write(&self, client: &Client, bucket: &str) -> Result<(), ReportError> {
        let span = aws_span("S3", "PutObject", bucket);
        let sent = self.put(client, bucket)?.send().instrument(span).await;
        sent.map_err(|error| ReportError::new(FailedCall::of(&error)))?;
        Ok(())
    }

    /// Writes the report unless one exists. Returns whether it was written.
    ///
    /// # Errors
    /// [`ReportError`].
    pub async fn write_first(&self, client: &Client, bucket: &str) -> Result<bool, ReportError> {
        let unanswered = Unanswered::default();
        let put = self.put(client, bucket)?.if_none_match("*").customize();
        let sent = put.interceptor(unanswered.clone()).send().await;
        match sent {
            // After a try without an answer, the report that exists is most likely this one.
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(unanswered.any()),
            Err(error) => Err(ReportError::new(FailedCall::of(&error))),
            Ok(_) => Ok(true),
        }
    }

    fn put(&self, client: &Client, bucket: &str) -> Result<PutObjectFluentBuilder, ReportError> {
        let body = serde_json::to_vec_pretty(self).map_err(ReportError::new)?;
        let put = client.put_object().bucket(bucket);
        let put = put.key(file_key(&self.key, &self.etag, REPORT));
        Ok(put.content_type("application/json").body(ByteStream::from(body)))
    }
}

#[cfg(test)]
mod tests {
    use message::Precision;

    use super::*;
    use crate::continuation::tests::continuation;

    const JSON: &str = r#"{
  "bucket": "data",
  "key": "a b.csv",
  "version_id": "v",
  "etag": "e",
  "ingest_id": "00000000-0000-0000-0000-000000000000",
  "size": 1099511627776,
  "encoding": "utf-8",
  "delimiter": "semicolon",
  "header": "a;b",
  "problem": "the header lacks",
  "unknown_columns": [
    "note"
  ],
  "rows_read": 5,
  "rows_sent": 3,
  "rows_rejected": 2,
  "first_rejected_line": 7,
  "last_rejected_line": 9,
  "rejected_keys": [
    "a b.csv/e/rejected-1-0.csv"
  ],
  "write_mode": "latest",
  "key_collisions": {
    "rows": 0,
    "exact": true,
    "first": []
  },
  "invocations": 3,
  "request_id": "request",
  "duration_ms": 12
}"#;

    fn object() -> Object {
        Object {
            bucket: "data".into(),
            key: "a b.csv".into(),
            version_id: Some("v".into()),
            ..Object::default()
        }
    }

    #[test]
    fn the_fields_are_those_that_tools_read() {
        let progress = continuation().progress;
        let mut report = Report::new(&object(), Uuid::nil(), "request", progress, vec!["note".into()]);
        report.duration_ms = 12;
        assert_eq!(serde_json::to_string_pretty(&report).unwrap(), JSON);
    }

    #[test]
    fn an_object_that_the_event_does_not_pin_has_a_note() {
        let note = |object: &Object| {
            let progress = continuation().progress;
            Report::new(object, Uuid::nil(), "request", progress, Vec::new()).note
        };
        assert_eq!(note(&object()), None, "it names the version");
        let by_hand = Object {
            version_id: None,
            ..object()
        };
        assert_eq!(note(&by_hand), Some(AS_FOUND));
        let unread = Progress::new(&by_hand, Precision::Seconds, 0);
        assert_eq!(
            Report::new(&by_hand, Uuid::nil(), "request", unread, Vec::new()).note,
            None
        );
    }

    #[test]
    fn an_object_without_a_header_is_empty_and_has_no_problem_of_its_own() {
        let object = object();
        let problem = |problem: Option<&str>| {
            let problem = problem.map(str::to_owned);
            let progress = Progress {
                problem,
                ..Progress::new(&object, Precision::Seconds, 0)
            };
            Report::new(&object, Uuid::nil(), "request", progress, Vec::new()).problem
        };
        assert_eq!(problem(None), None);
        assert_eq!(problem(Some("gone")).as_deref(), Some("gone"));
    }
}
