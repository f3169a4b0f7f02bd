//! The ingest report, and the files of rejected rows beside it.

use std::collections::HashMap;

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::DateTime;
use serde::Deserialize;

use crate::error::{Error, MAX_KEY_BYTES, failed};
use crate::stack::Stack;
use crate::upload::Upload;

const REPORT: &str = "report.json";
/// The longest name beside a report: the extractor keeps room for it in the longest of keys.
const LONGEST: &str = "rejected-100-00000000.csv";
/// Of a file of rejected rows, what is read to show the first few. One row may be longer.
const HEAD_BYTES: u32 = 64 * 1024;

/// What became of an object, as far as it is shown. README.md has all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The version that was read, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// The ingest, as every message of it says.
    pub ingest_id: Option<String>,
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
    /// Rows with the key of an earlier one.
    pub key_collisions: Collisions,
    /// How many invocations it took.
    pub invocations: u32,
    /// From the first request to the last message sent, in milliseconds.
    pub duration_ms: u64,
}

/// Rows with the key of an earlier row of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Collisions {
    /// How many.
    pub rows: u64,
    /// Whether there are no more.
    pub exact: bool,
}

/// A row that was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line where it starts.
    pub line: String,
    /// The columns to blame; empty when it is the row as a whole.
    pub column: String,
    /// Why.
    pub reason: String,
    /// The row as it stands.
    pub row: String,
}

/// The reports of a key that are there already: the `ETag` of each, by its own key. No two reports are the same, as
/// each names the request that wrote it.
#[derive(Clone, Debug, Default)]
pub struct Known(HashMap<String, String>);

/// The reports of a key that are there now.
///
/// # Errors
/// When the report bucket cannot be listed.
pub async fn known(stack: &Stack, key: &str) -> Result<Known, Error> {
    let list = stack
        .s3
        .list_objects_v2()
        .bucket(&stack.report_bucket)
        .prefix(beginning(key));
    let mut pages = list.into_paginator().send();
    let mut known = HashMap::new();
    while let Some(page) = pages.next().await {
        let doing = format!("listing s3://{} (s3:ListBucket)", stack.report_bucket);
        let objects = page.map_err(failed(doing))?.contents.unwrap_or_default().into_iter();
        let objects = objects.filter_map(|object| Some((object.key?, object.e_tag?)));
        known.extend(objects.filter(|(key, _)| key.ends_with(REPORT)));
    }
    Ok(Known(known))
}

/// The report of exactly this upload; `None` until it is there.
///
/// # Errors
/// When it cannot be read, or is none.
pub async fn of(stack: &Stack, upload: &Upload) -> Result<Option<Report>, Error> {
    let key = report_key(&upload.key, &upload.etag);
    let url = format!("s3://{}/{key}", stack.report_bucket);
    let object = match stack
        .s3
        .get_object()
        .bucket(&stack.report_bucket)
        .key(&key)
        .send()
        .await
    {
        Ok(object) => object,
        Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
        Err(error) => return Err(failed(format!("reading {url} (s3:GetObject)"))(error)),
    };
    let is_known = object.e_tag.as_ref() == upload.known.0.get(&key) && object.e_tag.is_some();
    let written = object.last_modified.as_ref().map_or(i64::MAX, DateTime::secs);
    let body = object.body.collect().await.map_err(|source| Error::Aws {
        doing: format!("reading {url}"),
        code: None,
        reason: source.to_string(),
        source: source.into(),
    })?;
    let report: Report = serde_json::from_slice(&body.into_bytes()).map_err(|source| Error::Report { url, source })?;
    Ok((!is_known && report.is_of(upload, written)).then_some(report))
}

impl Report {
    /// Whether it tells of this upload and not of an earlier one of the same content. `written` is when, in seconds
    /// since the Unix epoch.
    fn is_of(&self, upload: &Upload, written: i64) -> bool {
        let same_version = match (&self.version_id, &upload.version_id) {
            (Some(report), Some(upload)) => report == upload,
            _ => true,
        };
        // S3's event has the time of the upload, and it is the ingest id's.
        let begun = self.ingest_id.as_deref().and_then(seconds_of);
        same_version && upload.may_have_led_to(written) && begun.is_none_or(|begun| upload.may_have_led_to(begun))
    }

    /// The rejected rows of which the first of its files tells first.
    ///
    /// # Errors
    /// When that file cannot be read.
    pub async fn first_rejected(&self, stack: &Stack, limit: usize) -> Result<Vec<Rejected>, Error> {
        let Some(key) = self.rejected_keys.first() else {
            return Ok(Vec::new());
        };
        let get = stack.s3.get_object().bucket(&stack.report_bucket).key(key);
        let object = get.range(format!("bytes=0-{}", HEAD_BYTES - 1)).send().await;
        let doing = format!("reading s3://{}/{key}", stack.report_bucket);
        let object = object.map_err(failed(doing.clone()))?;
        let body = object.body.collect().await.map_err(|source| Error::Aws {
            doing,
            code: None,
            reason: source.to_string(),
            source: source.into(),
        })?;
        Ok(rejected_in(&body.into_bytes(), limit))
    }
}

/// Where the report of an object is.
#[must_use]
pub fn report_key(key: &str, etag: &str) -> String {
    let room = MAX_KEY_BYTES.saturating_sub(etag.len() + LONGEST.len() + 2);
    format!("{}/{etag}/{REPORT}", &key[..key.floor_char_boundary(room)])
}

/// What the keys of all reports of a key begin with, whatever the `ETag`: one of so many parts has 38 characters.
fn beginning(key: &str) -> String {
    let cut = key.floor_char_boundary(MAX_KEY_BYTES - LONGEST.len() - 2 - 38);
    let slash = if cut == key.len() { "/" } else { "" };
    format!("{}{slash}", &key[..cut])
}

/// The time in a `UUIDv7`, in seconds since the Unix epoch; `None` when it is none.
fn seconds_of(id: &str) -> Option<i64> {
    let hex: String = id.chars().filter(|letter| *letter != '-').collect();
    if hex.len() != 32 || hex.as_bytes()[12] != b'7' {
        return None;
    }
    let milliseconds = i64::from_str_radix(hex.get(..12)?, 16).ok()?;
    Some(milliseconds / 1000)
}

/// The rejected rows at the beginning of a file of them. The last one may be cut off in the row itself.
fn rejected_in(head: &[u8], limit: usize) -> Vec<Rejected> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(head);
    let records = reader.byte_records().map_while(Result::ok).take(limit);
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let whole = records.filter(|record| record.len() == 6);
    whole
        .map(|record| Rejected {
            line: text(&record[0]),
            column: text(&record[3]),
            reason: text(&record[4]),
            row: text(&record[5]),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(at: i64, version_id: Option<&str>) -> Upload {
        Upload {
            bucket: "data".into(),
            key: "a.csv".into(),
            etag: "e".into(),
            version_id: version_id.map(Into::into),
            at,
            known: Known::default(),
        }
    }

    #[test]
    fn the_longest_keys_have_a_report_too_and_it_is_found_by_its_beginning() {
        assert_eq!(report_key("x/ü.csv", "e"), "x/ü.csv/e/report.json");
        assert_eq!(beginning("x/ü.csv"), "x/ü.csv/");
        for etag in ["0".repeat(32), format!("{}-10000", "0".repeat(32))] {
            for length in [900, 959, 960, 966, MAX_KEY_BYTES] {
                let key = "k".repeat(length);
                let report = report_key(&key, &etag);
                assert!(report.len() - REPORT.len() + LONGEST.len() <= MAX_KEY_BYTES, "{length}");
                assert!(report.starts_with(&beginning(&key)), "{length}");
            }
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
        assert!(report(None, Some("v1")).is_of(&upload(at, Some("v1")), at));
        assert!(!report(None, Some("v1")).is_of(&upload(at, Some("v2")), at));
    }

    #[test]
    fn a_report_of_today_and_one_with_fields_of_tomorrow_are_read() {
        let text = r#"{"bucket":"b","rows_read":9,"rows_sent":5,"rows_rejected":4,"rejected_keys":["k"],
            "key_collisions":{"rows":1,"exact":true,"first":[]},"invocations":1,"duration_ms":41,"new":{}}"#;
        let report: Report = serde_json::from_str(text).unwrap();
        assert_eq!((report.rows_read, report.rows_sent, report.rows_rejected), (9, 5, 4));
        assert_eq!((report.key_collisions.rows, report.duration_ms), (1, 41));
    }

    #[test]
    fn the_first_rejected_rows_are_read_from_the_head_of_their_file() {
        let head =
            b"line,byte,length,column,reason,row\n2,70,3,\"a; b\",\"a is empty, b is empty\",\"x,\"\"y\"\n5,90,900,,";
        let rejected = rejected_in(head, 5);
        assert_eq!(rejected.len(), 1, "{rejected:?}");
        assert_eq!((rejected[0].line.as_str(), rejected[0].column.as_str()), ("2", "a; b"));
        assert_eq!(rejected[0].reason, "a is empty, b is empty");
        let long = b"line,byte,length,column,reason,row\n5,90,9000,,too long,\"begins and";
        assert_eq!(rejected_in(long, 5)[0].row, "begins and");
        assert!(rejected_in(b"", 5).is_empty());
    }
}
