//! Events by `EventBridge`: S3's, and schedules.

use serde::Deserialize;
use serde_json::Value;

use super::harmless::Harmless;
use super::notification::upload_time;
use super::refusal::{self, EventError};
use super::{Entry, Job};
use crate::object::Object;

/// The part of an event that S3 writes. Keys are not encoded in it.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
#[derive(Deserialize)]
struct Detail {
    bucket: Bucket,
    object: DetailObject,
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

/// What an event of `EventBridge` asks for.
pub(super) fn entry(event: &Value) -> Entry {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    let (source, detail_type) = (text("source"), text("detail-type"));
    if ["aws.events", "aws.scheduler"].contains(&source) || detail_type == "Scheduled Event" {
        return Entry::Harmless(Harmless::new("a scheduled event"));
    }
    match (source, detail_type) {
        ("aws.s3", "Object Created") => of_detail(&event["detail"], event["time"].as_str()),
        ("aws.s3", other) if other.starts_with("Object ") => Entry::Harmless(Harmless {
            name: other.to_owned(),
            bucket: event.pointer("/detail/bucket/name").and_then(owned),
            key: event.pointer("/detail/object/key").and_then(owned),
        }),
        _ => Entry::Refused(refusal::of_other_kind(event)),
    }
}

/// What the detail of S3's event asks for, which rules of `EventBridge` may pass on alone.
pub(super) fn of_detail(detail: &Value, time: Option<&str>) -> Entry {
    match Detail::deserialize(detail) {
        Ok(Detail { bucket, object }) => {
            let object = Object {
                bucket: bucket.name,
                key: object.key,
                version_id: object.version_id,
                sequencer: object.sequencer,
                etag: object.etag,
                size: object.size,
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
