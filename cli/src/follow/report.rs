//! The ingest report.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::DateTime;
use ledger::Record;
use serde::Deserialize;

use super::error::FollowError;
use crate::aws_call::{broken_off, failed};
use crate::ingests::span::time_of;
use crate::object::UploadedObject;
use crate::object::report_key::report_key;
use crate::stack::Stack;

/// What became of an object, as far as it is shown. docs/reference/report.md has all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The bucket of the object.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The version that was read, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// The ingest, as every message of it says.
    pub ingest_id: Option<String>,
    /// The compression, if there is one.
    pub compression: Option<String>,
    /// The encoding, by its label in the Encoding Standard.
    pub encoding: Option<String>,
    /// The first row as it stands.
    pub header: Option<String>,
    /// The line of the header, when it is not the first one.
    pub header_row: Option<u64>,
    /// The numbers of the rows that are passed over, in ascending order.
    pub comment_rows: Vec<u64>,
    /// Whether a mended file needs a byte order mark.
    pub byte_order_mark: bool,
    /// What is wrong with the object as a whole.
    pub problem: Option<String>,
    /// Columns that are in no message.
    pub unknown_columns: Vec<String>,
    /// Rows that were found.
    pub rows_read: u64,
    /// Rows that are messages.
    pub rows_sent: u64,
    /// Rows that are kept as rejected.
    pub rows_rejected: u64,
    /// Where they are kept, in the report bucket.
    pub rejected_keys: Vec<String>,
    /// What a row does where an item of its key is already there.
    pub write_mode: WriteMode,
    /// Rows with the key of an earlier one.
    pub key_collisions: Collisions,
    /// Rows that were sent, and look as if they did not mean what they say.
    pub warnings: Vec<Warning>,
    /// How many invocations it took.
    pub invocations: u32,
    /// From the first request to the last message sent, in milliseconds.
    pub duration_ms: u64,
}

/// What a row does where an item of its key is already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WriteMode {
    /// It replaces the item. Functions that do not say it do so.
    #[default]
    Replace,
    /// It replaces an older one.
    Latest,
    /// The item stays.
    Create,
    /// Something that this command does not know.
    #[serde(other)]
    Other,
}

/// Rows with the key of an earlier row of the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Collisions {
    /// How many.
    pub rows: u64,
    /// Whether there are no more.
    pub exact: bool,
}

impl Default for Collisions {
    fn default() -> Self {
        Self { rows: 0, exact: true }
    }
}

/// Rows of one kind that look suspicious.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Warning {
    /// What looks suspicious.
    pub kind: String,
    /// How many rows.
    pub rows: u64,
    /// The lines where the first of them start.
    pub first_lines: Vec<u64>,
}

/// The report of exactly this upload; `None` until it is there.
///
/// # Errors
/// When it cannot be read, or is none.
pub async fn of(stack: &Stack, upload: &UploadedObject) -> Result<Option<Report>, FollowError> {
    let key = report_key(&upload.key, &upload.etag);
    let Some(Stored { report, etag, written }) = stored(stack, &key).await? else {
        return Ok(None);
    };
    let is_earlier = upload.earlier_reports.as_ref();
    let is_earlier = is_earlier.is_some_and(|earlier| earlier.contain(&key, etag.as_deref()));
    Ok((!is_earlier && report.is_of(upload, written)).then_some(report))
}

/// A report as it is in the report bucket.
pub struct Stored {
    /// The report.
    pub report: Report,
    /// Its own `ETag`.
    etag: Option<String>,
    /// When it was written, in seconds since the Unix epoch.
    written: i64,
}

/// The report with this key; `None` when there is none.
///
/// # Errors
/// When it cannot be read, or is none.
pub async fn stored(stack: &Stack, key: &str) -> Result<Option<Stored>, FollowError> {
    let url = format!("s3://{}/{key}", stack.report_bucket);
    let get = stack.s3.get_object().bucket(&stack.report_bucket).key(key);
    let object = match get.send().await {
        Ok(object) => object,
        Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
        Err(error) => return Err(failed(format!("reading {url} (s3:GetObject)"))(error).into()),
    };
    let written = object.last_modified.as_ref().map_or(i64::MAX, DateTime::secs);
    let body = object.body.collect().await;
    let body = body.map_err(broken_off(format!("reading {url}")))?.into_bytes();
    let report = serde_json::from_slice(&body).map_err(|source| FollowError::Report { url, source })?;
    Ok(Some(Stored {
        report,
        etag: object.e_tag,
        written,
    }))
}

impl From<&Record> for Report {
    /// What a record says that its report said.
    fn from(record: &Record) -> Self {
        let rows = record.rows();
        let took = record.extracted.zip(record.started);
        let took = took.map_or(0, |(extracted, started)| extracted.since(started).as_millis());
        Self {
            bucket: record.bucket.clone().unwrap_or_default(),
            key: record.object.clone().unwrap_or_default(),
            version_id: record.version_id.clone(),
            ingest_id: Some(record.ingest_id.to_string()),
            problem: record.reason.clone(),
            rows_read: rows.read.unwrap_or_default(),
            rows_sent: rows.sent.unwrap_or_default(),
            rows_rejected: rows.rejected.unwrap_or_default(),
            write_mode: record.write_mode.as_deref().map_or(WriteMode::Replace, WriteMode::of),
            key_collisions: Collisions { rows: 0, exact: false },
            invocations: record.invocations.unwrap_or_default(),
            duration_ms: u64::try_from(took).unwrap_or(u64::MAX),
            ..Self::default()
        }
    }
}

impl WriteMode {
    fn of(name: &str) -> Self {
        match name {
            "replace" => Self::Replace,
            "latest" => Self::Latest,
            "create" => Self::Create,
            _ => Self::Other,
        }
    }
}

impl Report {
    /// Whether it tells of this upload and not of an earlier one of the same content. `written` is when, in seconds
    /// since the Unix epoch.
    fn is_of(&self, upload: &UploadedObject, written: i64) -> bool {
        let same_version = match (&self.version_id, &upload.version_id) {
            (Some(report), Some(upload)) => report == upload,
            _ => true,
        };
        // S3's event has the time of the upload, and it is the ingest id's.
        let begun = self.ingest_id.as_deref().and_then(seconds_of);
        same_version && upload.may_have_led_to(written) && begun.is_none_or(|begun| upload.may_have_led_to(begun))
    }
}

/// The time of an upload that its ingest id has, in seconds since the Unix epoch; `None` when it has none.
fn seconds_of(id: &str) -> Option<i64> {
    let milliseconds = time_of(id.parse().ok()?)?;
    i64::try_from(milliseconds / 1000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::testing;

    fn upload(at: i64, version_id: Option<&str>) -> UploadedObject {
        UploadedObject {
            version_id: version_id.map(Into::into),
            ..testing::object("a.csv", "e", at)
        }
    }

    #[test]
    fn a_report_of_an_earlier_upload_is_not_taken_for_this_ones() {
        let report = |ingest_id: Option<&str>, version_id: Option<&str>| Report {
            ingest_id: ingest_id.map(Into::into),
            version_id: version_id.map(Into::into),
            ..Report::default()
        };
        // 2026-01-01T00:00:00.000Z
        let (at, id) = (1_767_225_600, "019b76da-a800-7000-8000-000000000000");
        assert_eq!(seconds_of(id), Some(at));
        assert_eq!(seconds_of("019b76da-a800-4000-8000-000000000000"), None);
        assert_eq!(seconds_of("ü"), None);

        assert!(report(None, None).is_of(&upload(at, None), at));
        assert!(report(None, None).is_of(&upload(at, None), at - 5));
        assert!(!report(None, None).is_of(&upload(at, None), at - 6));
        assert!(report(Some(id), None).is_of(&upload(at, None), at + 5));
        // S3's times of one upload may differ by seconds.
        assert!(report(Some(id), None).is_of(&upload(at + 5, None), at + 5));
        assert!(!report(Some(id), None).is_of(&upload(at + 6, None), at + 9));
        let no_time = UploadedObject {
            at: None,
            ..upload(at, None)
        };
        assert!(
            report(Some(id), None).is_of(&no_time, at),
            "of whichever upload of the content"
        );
        assert!(report(None, Some("v1")).is_of(&upload(at, Some("v1")), at));
        assert!(!report(None, Some("v1")).is_of(&upload(at, Some("v2")), at));
    }

    #[test]
    fn a_report_of_today_and_one_with_fields_of_tomorrow_are_read() {
        let text = r#"{"bucket":"b","rows_read":9,"rows_sent":5,"rows_rejected":4,"rejected_keys":["k"],
            "key_collisions":{"rows":1,"exact":true,"first":[]},
            "warnings":[{"kind":"null_words","rows":7,"first_lines":[2,3],"new":1}],"invocations":1,"duration_ms":41,"new":{}}"#;
        let report: Report = serde_json::from_str(text).unwrap();
        assert_eq!((report.rows_read, report.rows_sent, report.rows_rejected), (9, 5, 4));
        assert_eq!((report.key_collisions.rows, report.duration_ms), (1, 41));
        assert_eq!(report.write_mode, WriteMode::Replace);
        let mode = |text: &str| serde_json::from_str::<Report>(text).unwrap().write_mode;
        assert_eq!(mode(r#"{"write_mode":"create"}"#), WriteMode::Create);
        assert_eq!(mode(r#"{"write_mode":"tomorrow"}"#), WriteMode::Other);
        assert_eq!(
            (report.warnings[0].rows, &report.warnings[0].first_lines[..]),
            (7, &[2, 3][..])
        );
    }
}
