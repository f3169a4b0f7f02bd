//! The records of S3 events, and the event that the function sends to itself.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusal::EventError;
use super::{Entry, Harmless, Job};
use crate::continuation::Continuation;
use crate::object::Object;

/// The event that the function sends to itself: an S3 event whose record holds a [`Continuation`]. The structs of
/// `aws_lambda_events` have no member for it: `docs/decisions/s3-event-structs.md`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    records: [Record; 1],
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_identity: Option<Value>,
    s3: Entity,
    #[serde(skip_serializing_if = "Option::is_none")]
    continuation: Option<Continuation>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Entity {
    bucket: Bucket,
    object: EventObject,
}

#[derive(Debug, Deserialize, Serialize)]
struct Bucket {
    name: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct EventObject {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

/// The member of `userIdentity` that names the user.
const PRINCIPAL_ID: &str = "principalId";
/// The longest uploader name that is kept. A role's id with its session name has no more than 200 bytes.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MAX_UPLOADER_BYTES: usize = 256;

/// The characters that S3 does not encode in the keys of its events.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'.')
    .remove(b'-')
    .remove(b'*')
    .remove(b'_')
    .remove(b'/');

impl From<Job> for Event {
    fn from(job: Job) -> Self {
        let Job { object, continuation } = job;
        let user_identity = object.uploader.map(|id| json!({PRINCIPAL_ID: id}));
        let uploaded = i64::try_from(object.uploaded).ok().filter(|millis| *millis > 0);
        let record = Record {
            event_name: None,
            event_time: uploaded.and_then(|millis| DateTime::from_millis(millis).fmt(Format::DateTime).ok()),
            user_identity,
            s3: Entity {
                bucket: Bucket { name: object.bucket },
                object: EventObject {
                    key: utf8_percent_encode(&object.key, PLAIN).to_string(),
                    version_id: object.version_id,
                    sequencer: object.sequencer,
                    e_tag: object.etag,
                    size: object.size,
                },
            },
            continuation,
        };
        Self { records: [record] }
    }
}

/// The entry for a record of an S3 event. A record without an event name was written by hand and counts as an upload.
pub(super) fn entry(record: Value) -> Entry {
    let record: Record = match serde_json::from_value(record) {
        Ok(record) => record,
        Err(error) => return Entry::Refused(EventError::Record(error.to_string())),
    };
    match record.event_name.as_deref() {
        Some(name) if !is_upload(name) => Entry::Harmless(Harmless {
            name: name.to_owned(),
            key: decode_key(&record.s3.object.key).ok(),
            bucket: Some(record.s3.bucket.name),
        }),
        _ => job(record).map_or_else(Entry::Refused, Entry::from),
    }
}

/// Whether an event of this name is an upload, such as `ObjectCreated:Put`. Other events change no content.
fn is_upload(name: &str) -> bool {
    name.is_empty() || name.trim_start_matches("s3:").starts_with("ObjectCreated")
}

fn job(record: Record) -> Result<Job, EventError> {
    let Record {
        event_time,
        user_identity,
        s3: Entity { bucket, object },
        continuation,
        ..
    } = record;
    let object = Object {
        bucket: bucket.name,
        key: decode_key(&object.key)?,
        version_id: object.version_id,
        sequencer: object.sequencer,
        etag: object.e_tag,
        size: object.size,
        uploader: user_identity
            .as_ref()
            .and_then(|user| uploader(user.get(PRINCIPAL_ID)?)),
        uploaded: upload_time(event_time.as_deref()),
    };
    Ok(Job { object, continuation })
}

/// The uploader's name; `None` unless it is a string of acceptable length.
pub(super) fn uploader(name: &Value) -> Option<String> {
    let name = name.as_str()?;
    (1..=MAX_UPLOADER_BYTES).contains(&name.len()).then(|| name.to_owned())
}

/// The time of an event, in milliseconds since the Unix epoch; 0 when it has none, as in [`Object::uploaded`].
pub(super) fn upload_time(text: Option<&str>) -> u64 {
    let time = text.and_then(|text| DateTime::from_str(text, Format::DateTime).ok());
    let millis = time.and_then(|time| time.to_millis().ok());
    millis.and_then(|millis| u64::try_from(millis).ok()).unwrap_or_default()
}

/// Decodes a key. S3 encodes keys like HTML forms: a space becomes `+`, and everything except letters, digits and
/// `.-*_/` becomes `%XX`.
fn decode_key(encoded: &str) -> Result<String, EventError> {
    let spaced = encoded.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| EventError::Key(encoded.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_as_s3_encodes_them() {
        for (encoded, key) in [
            ("a+b%2Bc%25d.csv", "a b+c%d.csv"),
            ("%E6%B8%AC%E5%AE%9A/%C3%BC.csv", "測定/ü.csv"),
            ("plain/path.csv", "plain/path.csv"),
        ] {
            assert_eq!(decode_key(encoded).unwrap(), key);
        }
        assert_eq!(decode_key("%FF.csv"), Err(EventError::Key("%FF.csv".into())));
    }

    #[test]
    fn what_the_function_sends_to_itself_comes_back_whole() {
        for (key, uploaded) in [
            ("a b+c%d.csv", 1_559_040_909_385),
            ("測定/ü.csv", 1_559_040_909_000),
            ("\"\\\u{1}.csv", 0),
        ] {
            let object = Object {
                bucket: "data".into(),
                key: key.into(),
                version_id: Some("v".into()),
                sequencer: Some("0A".into()),
                etag: Some("e".into()),
                size: Some(5),
                uploader: Some("AWS:AIDA".into()),
                uploaded,
            };
            let job = Job {
                object,
                continuation: Some(crate::continuation::tests::continuation()),
            };
            let mut sent = serde_json::to_value(Event::from(job.clone())).unwrap();
            assert_eq!(entry(sent["Records"][0].take()), Entry::from(job));
        }
    }

    #[test]
    fn only_created_objects_are_uploads() {
        for name in [
            "ObjectCreated:Put",
            "ObjectCreated:CompleteMultipartUpload",
            "s3:ObjectCreated:Copy",
            "",
        ] {
            assert!(is_upload(name), "{name}");
        }
        for name in [
            "ObjectTagging:Put",
            "ObjectRestore:Completed",
            "ObjectRemoved:DeleteMarkerCreated",
            "ObjectAcl:Put",
            "LifecycleTransition",
            "LifecycleExpiration:Delete",
            "IntelligentTiering",
            "ReducedRedundancyLostObject",
            "Replication:OperationFailedReplication",
        ] {
            assert!(!is_upload(name), "{name}");
        }
    }

    #[test]
    fn a_time_that_nothing_was_uploaded_at_is_none() {
        assert_eq!(upload_time(Some("2019-05-28T10:55:09.385Z")), 1_559_040_909_385);
        assert_eq!(upload_time(Some("2019-05-28T10:55:09Z")), 1_559_040_909_000);
        for none in [
            None,
            Some(""),
            Some("yesterday"),
            Some("1970-01-01T00:00:00.000Z"),
            Some("1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(upload_time(none), 0, "{none:?}");
        }
    }
}
