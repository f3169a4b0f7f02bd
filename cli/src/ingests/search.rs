//! The search for the ingest of an upload: the ingest of the same object whose time is nearest to that of the upload.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use ledger::{Record, Timestamp};
use uuid::Uuid;

use super::error::IngestsError;
use super::span::{DAY, Span, time_of};
use super::table::{self, Entry, Which};
use crate::object::{CLOCKS, UploadedObject};
use crate::stack::Stack;

/// The longest time from the `Last-Modified` of an object to the time of its event, in milliseconds. Both are the time of the
/// upload, by different clocks of S3.
const LATEST: u64 = 60_000;

/// The ingest that was found for an upload.
#[derive(Clone, Debug)]
pub struct Match {
    /// The record of the ingest.
    pub record: Record,
    /// Whether the record cannot belong to a slightly earlier upload of the same content.
    pub is_certain: bool,
}

/// Looks for the ingests of uploads. Returns an entry for each upload, in their order; `None` where no ingest is found yet.
///
/// # Errors
/// When the table cannot be read.
pub async fn ingests_of(
    stack: &Stack,
    uploads: &[&UploadedObject],
    now: SystemTime,
) -> Result<Vec<Option<Match>>, IngestsError> {
    let spans = uploads.iter().filter_map(|upload| span_of(upload, now)).collect();
    let mut entries = Vec::new();
    let objects: HashSet<_> = uploads.iter().map(|upload| (&*upload.bucket, &*upload.key)).collect();
    for span in Span::merged(spans) {
        for day in span.days() {
            let found = table::of_day(stack, &day, Which::Of(span)).await?;
            entries.extend(
                found
                    .into_iter()
                    .filter(|entry| objects.contains(&(&*entry.bucket, &*entry.object))),
            );
        }
    }
    let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    let records = table::records(stack, &ids).await?;
    Ok(uploads
        .iter()
        .map(|upload| nearest(upload, &entries, &records))
        .collect())
}

/// The span of time in which the event of an upload may be. `None` when the time of the upload is unknown.
fn span_of(upload: &UploadedObject, now: SystemTime) -> Option<Span> {
    let at = milliseconds(upload)?;
    // The object of a multipart upload has the time when the upload began, which may be days before it was completed:
    // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>
    let latest = if upload.etag.contains('-') { DAY } else { LATEST };
    Some(Span {
        from: at.saturating_sub(CLOCKS.unsigned_abs() * 1000),
        // No event is in the future, except by a clock of S3 that is ahead of ours.
        to: (at + latest).min(Timestamp::of(now).millis().max(at) + LATEST),
    })
}

/// The time of an upload, in milliseconds since the Unix epoch. S3 gives it in whole seconds.
fn milliseconds(upload: &UploadedObject) -> Option<u64> {
    Some(u64::try_from(upload.at?).ok()? * 1000)
}

/// The ingest that may be of this upload and whose time is nearest to that of the upload.
fn nearest(upload: &UploadedObject, entries: &[Entry], records: &HashMap<Uuid, Record>) -> Option<Match> {
    let at = milliseconds(upload)?;
    let is_of = |entry: &&Entry| entry.bucket == upload.bucket && entry.object == upload.key;
    let records = entries.iter().filter(is_of).filter_map(|entry| records.get(&entry.id));
    let same = records.filter(|record| is_same(upload, record));
    let times = same.filter_map(|record| Some((time_of(record.ingest_id)?, record)));
    let (time, record) = times.min_by_key(|(time, _)| time.abs_diff(at))?;
    let is_version = upload.version_id.is_some() && upload.version_id == record.version_id;
    Some(Match {
        record: record.clone(),
        is_certain: is_version || (time >= at && !upload.has_earlier_report()),
    })
}

/// Whether a record may be of this upload, judging by `ETag` and version.
fn is_same(upload: &UploadedObject, record: &Record) -> bool {
    let same = |upload: Option<&str>, record: Option<&str>| match (upload, record) {
        (Some(upload), Some(record)) => upload == record,
        _ => true,
    };
    let etag = record.etag.as_deref().map(|etag| etag.trim_matches('"'));
    same(Some(&upload.etag), etag) && same(upload.version_id.as_deref(), record.version_id.as_deref())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::object::testing;

    // 2026-01-01T00:00:00Z
    const AT: i64 = 1_767_225_600;

    /// An ingest of `data/a.csv` with this `ETag`, whose event is `after` milliseconds after the upload.
    fn ingest(after: i64, etag: &str) -> (Entry, Record) {
        let time = u128::try_from(AT * 1000 + after).unwrap();
        let id = Uuid::from_u128(time << 80 | 7 << 76 | 2 << 62);
        let item = json!({"ingest_id": {"S": id.to_string()}, "etag": {"S": etag}});
        let entry = Entry {
            id,
            bucket: "data".into(),
            object: "a.csv".into(),
        };
        (entry, Record::from_item(item.as_object().unwrap()).unwrap())
    }

    fn found(upload: &UploadedObject, ingests: &[(Entry, Record)]) -> Option<(Uuid, bool)> {
        let entries: Vec<_> = ingests.iter().map(|(entry, _)| entry.clone()).collect();
        let records = ingests
            .iter()
            .map(|(entry, record)| (entry.id, record.clone()))
            .collect();
        let found = nearest(upload, &entries, &records)?;
        Some((found.record.ingest_id, found.is_certain))
    }

    #[test]
    fn an_upload_is_told_from_others_of_its_key() {
        let upload = testing::object("a.csv", "e", AT);
        let (other, before, ours, after) = (
            ingest(100, "f"),
            ingest(-2_000, "e"),
            ingest(385, "e"),
            ingest(9_000, "e"),
        );
        let all = [other.clone(), before.clone(), ours.clone(), after];
        assert_eq!(found(&upload, &all), Some((ours.0.id, true)));
        assert_eq!(
            found(&upload, std::slice::from_ref(&before)),
            Some((before.0.id, false)),
            "ours may come yet"
        );
        assert_eq!(found(&upload, &[other]), None);
        assert_eq!(found(&testing::object("b.csv", "e", AT), &[ours]), None);
    }

    #[test]
    fn an_object_is_looked_for_around_its_time_and_one_of_parts_for_a_day() {
        let seconds = |etag: &str, now: u64| {
            let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(now);
            let span = span_of(&testing::object("a.csv", etag, AT), now).unwrap();
            (span.from / 1000, span.to / 1000)
        };
        let at = AT.unsigned_abs();
        assert_eq!(seconds("e", at + 1_000_000), (at - 5, at + 60));
        assert_eq!(seconds("e-2", at + 1_000_000), (at - 5, at + 86_400));
        assert_eq!(seconds("e-2", at + 10), (at - 5, at + 70), "not in the future");
        assert_eq!(seconds("e", at - 3_600), (at - 5, at + 60), "by a clock that is behind");
        let timeless = UploadedObject {
            at: None,
            ..testing::object("a.csv", "e", AT)
        };
        assert_eq!(span_of(&timeless, SystemTime::UNIX_EPOCH), None);
    }
}
