//! Which ingest an upload is: the one of its object whose time is nearest to that of the upload.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use ledger::{Record, Timestamp};
use uuid::Uuid;

use super::error::IngestsError;
use super::span::{DAY, Span, time_of};
use super::table::{self, Entry, Which};
use crate::object::{CLOCKS, UploadedObject};
use crate::stack::Stack;

/// How long after the time of its object the event of an upload may have been, in milliseconds. It is the same time by
/// another of S3's clocks.
const LATEST: u64 = 60_000;

/// The ingest that an upload is taken for.
#[derive(Clone, Debug)]
pub struct Match {
    /// Its record.
    pub record: Record,
    /// Whether it cannot be that of an upload of the same content shortly before.
    pub is_certain: bool,
}

/// Looks for the ingests of uploads: an entry for each of them, in their order, with what was found so far.
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

/// When the event of an upload may have been. `None` when nobody can say.
fn span_of(upload: &UploadedObject, now: SystemTime) -> Option<Span> {
    let at = milliseconds(upload)?;
    // The object of an upload in parts has the time when the upload began, and S3 may take days until it is complete:
    // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>
    let latest = if upload.etag.contains('-') { DAY } else { LATEST };
    Some(Span {
        from: at.saturating_sub(CLOCKS.unsigned_abs() * 1000),
        // Nothing is of the future but what a clock says that is ahead of ours.
        to: (at + latest).min(Timestamp::of(now).millis().max(at) + LATEST),
    })
}

/// The time of an upload, in milliseconds since the Unix epoch. S3 gives whole seconds.
fn milliseconds(upload: &UploadedObject) -> Option<u64> {
    Some(u64::try_from(upload.at?).ok()? * 1000)
}

/// The ingest of this very upload whose time is nearest to its own.
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

/// Whether a record may be of this upload, by what S3 calls its content and version.
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

    /// An ingest of `data/a.csv` that began so many milliseconds after the upload, with this `ETag`.
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
