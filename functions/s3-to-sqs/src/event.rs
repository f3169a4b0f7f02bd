//! The S3 event and the jobs that it names.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::continuation::Continuation;
use crate::object::Object;
use crate::time_limit::now_millis;

/// The event that S3 sends, as far as it is needed: notification records, or the test event that comes when a notification
/// is set up. The function sends itself events of the same form, with a [`Continuation`] in the record, for which the
/// structs of `aws_lambda_events` have no room: `docs/decisions/s3-event-structs.md`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    records: Option<Vec<Record>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Record {
    #[serde(rename = "eventTime", skip_serializing_if = "Option::is_none")]
    event_time: Option<String>,
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

/// The characters that S3 does not encode in the keys of its events.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'.')
    .remove(b'-')
    .remove(b'*')
    .remove(b'_')
    .remove(b'/');

/// An object to extract, from its beginning or from where another invocation stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The object.
    pub object: Object,
    /// The state that the invocation before this one left.
    pub continuation: Option<Continuation>,
}

/// The reason that an event names no objects.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// JSON of another form.
    #[error("the event is no S3 notification: {0}")]
    Form(String),
    /// An object without records.
    #[error("the event has no `Records`: it is no S3 notification")]
    NoRecords,
    /// A key that S3 did not write, because it encodes UTF-8.
    #[error("the key `{0}` is not UTF-8 when decoded")]
    Key(String),
}

impl Event {
    /// The jobs of the event, one for each object; none for S3's test event.
    ///
    /// # Errors
    /// [`EventError`] for what S3 does not send.
    pub fn jobs(self) -> Result<Vec<Job>, EventError> {
        match self.records {
            Some(records) => records.into_iter().map(Job::from_record).collect(),
            None if self.event.as_deref() == Some("s3:TestEvent") => Ok(Vec::new()),
            None => Err(EventError::NoRecords),
        }
    }
}

impl From<Job> for Event {
    fn from(job: Job) -> Self {
        let Job { object, continuation } = job;
        let uploaded = i64::try_from(object.uploaded).ok();
        let record = Record {
            event_time: uploaded.and_then(|millis| DateTime::from_millis(millis).fmt(Format::DateTime).ok()),
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
        Self {
            records: Some(vec![record]),
            event: None,
        }
    }
}

impl Job {
    fn from_record(record: Record) -> Result<Self, EventError> {
        let Record {
            event_time,
            s3: Entity { bucket, object },
            continuation,
        } = record;
        let uploaded = event_time.and_then(|text| DateTime::from_str(&text, Format::DateTime).ok());
        let object = Object {
            bucket: bucket.name,
            key: decode_key(&object.key)?,
            version_id: object.version_id,
            sequencer: object.sequencer,
            etag: object.e_tag,
            size: object.size,
            uploaded: uploaded
                .and_then(|time| u64::try_from(time.to_millis().ok()?).ok())
                .unwrap_or_else(now_millis),
        };
        Ok(Self { object, continuation })
    }
}

/// Decodes a key. S3 encodes keys as HTML forms do: a space is `+`, and whatever is no letter, digit or `.-*_/` is `%XX`.
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

    fn event(json: &str) -> Result<Vec<Object>, EventError> {
        let jobs = serde_json::from_str::<Event>(json).unwrap().jobs()?;
        assert!(jobs.iter().all(|job| job.continuation.is_none()));
        Ok(jobs.into_iter().map(|job| job.object).collect())
    }

    #[test]
    fn the_sample_event_names_the_sample_file() {
        let objects = event(include_str!("../../../events/s3-to-sqs.json")).unwrap();
        assert_eq!(objects.len(), 1);
        assert_eq!(objects[0].key, "data.csv");
        assert!(objects[0].is_csv());
    }

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
        for key in ["a b+c%d.csv", "測定/ü.csv", "\"\\\u{1}.csv"] {
            let object = Object {
                bucket: "data".into(),
                key: key.into(),
                version_id: Some("v".into()),
                sequencer: Some("0A".into()),
                etag: Some("e".into()),
                size: Some(5),
                uploaded: 1_559_040_909_385,
            };
            let job = Job {
                object,
                continuation: Some(crate::continuation::tests::continuation()),
            };
            let json = serde_json::to_string(&Event::from(job.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&json).unwrap().jobs().unwrap(), [job]);
        }
    }

    #[test]
    fn every_record_counts_and_the_test_event_does_not() {
        let record = |key| format!(r#"{{"s3":{{"bucket":{{"name":"b"}},"object":{{"key":"{key}"}}}}}}"#);
        let objects = event(&format!(r#"{{"Records":[{},{}]}}"#, record("1.csv"), record("2.CSV"))).unwrap();
        assert_eq!(
            objects.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["s3://b/1.csv", "s3://b/2.CSV"]
        );
        assert!(objects.iter().all(Object::is_csv));

        assert_eq!(
            event(r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#),
            Ok(vec![])
        );
        assert_eq!(event(r#"{"detail":{}}"#), Err(EventError::NoRecords));
    }
}
