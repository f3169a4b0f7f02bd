//! S3 events from `EventBridge`.

use foreign_events::Foreign;
use serde::Deserialize;
use serde_json::Value;

use super::notification::{upload_time, uploader};
use super::refusal::EventError;
use super::{Entry, Harmless, Job};
use crate::object::Object;

/// The most characters of a name that an error shows.
const NAME_EXCERPT: usize = 80;

/// The part of an event that S3 writes. Keys in it are not URL-encoded.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
#[derive(Deserialize)]
struct Detail {
    bucket: Bucket,
    object: DetailObject,
    /// The account or service that made the request.
    requester: Option<Value>,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct DetailObject {
    key: String,
    version_id: Option<String>,
    sequencer: Option<String>,
    etag: Option<String>,
    size: Option<u64>,
}

/// The entry for an S3 event from `EventBridge`; `None` for any other event.
pub(super) fn entry(event: &Value) -> Option<Entry> {
    let is_s3 = event["source"] == "aws.s3";
    let name = event["detail-type"].as_str().filter(|_| is_s3)?;
    if name == "Object Created" {
        return Some(of_detail(&event["detail"], event["time"].as_str()));
    }
    name.starts_with("Object ").then(|| {
        Entry::Harmless(Harmless {
            name: name.to_owned(),
            bucket: event.pointer("/detail/bucket/name").and_then(owned),
            key: event.pointer("/detail/object/key").and_then(owned),
        })
    })
}

/// The refusal of an `EventBridge` event that is not from S3.
pub(super) fn refusal(event: &Value) -> EventError {
    match (event["detail-type"].as_str(), event["source"].as_str()) {
        (Some(detail_type), Some(source)) => EventError::EventBridge {
            detail_type: excerpt(detail_type),
            source_name: excerpt(source),
        },
        _ => EventError::Foreign(Foreign::EventBridge),
    }
}

/// The entry for the `detail` of an S3 event. `EventBridge` rules may pass on the `detail` alone.
pub(super) fn of_detail(detail: &Value, time: Option<&str>) -> Entry {
    match Detail::deserialize(detail) {
        Ok(Detail {
            bucket,
            object,
            requester,
        }) => {
            let object = Object {
                bucket: bucket.name,
                key: object.key,
                version_id: object.version_id,
                sequencer: object.sequencer,
                etag: object.etag,
                size: object.size,
                uploader: requester.as_ref().and_then(uploader),
                uploaded: upload_time(time),
            };
            let continuation = None;
            Job { object, continuation }.into()
        }
        Err(error) => Entry::Refused(EventError::Record(error.to_string())),
    }
}

fn owned(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The beginning of a name, without control characters, which would break the log line.
fn excerpt(name: &str) -> String {
    let letters = name.chars().filter(|letter| !letter.is_control());
    letters.take(NAME_EXCERPT).collect()
}
