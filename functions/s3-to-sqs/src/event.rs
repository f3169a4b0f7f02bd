//! The S3 event and the objects that it names.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// What S3 sends, as far as it is needed: notification records, or the test event that S3 sends when a notification is
/// set up.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    records: Option<Vec<Record>>,
    event: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Debug, Deserialize)]
struct Entity {
    bucket: Bucket,
    object: EventObject,
}

#[derive(Debug, Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventObject {
    key: String,
    version_id: Option<String>,
    sequencer: Option<String>,
}

/// An object of the data bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The bucket's name.
    pub bucket: String,
    /// The key as the uploader wrote it.
    pub key: String,
    /// The version, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// S3's order of events on the key, a hexadecimal number.
    pub sequencer: Option<String>,
}

/// Why an event names no objects.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Something else was sent to the function.
    #[error("the event has no `Records`: it is no S3 notification")]
    NoRecords,
    /// S3 encodes UTF-8.
    #[error("the key `{0}` is not UTF-8 when decoded")]
    Key(String),
}

impl Event {
    /// The objects of the event; none for S3's test event.
    ///
    /// # Errors
    /// [`EventError`] for what S3 does not send.
    pub fn objects(self) -> Result<Vec<Object>, EventError> {
        match self.records {
            Some(records) => records.into_iter().map(Object::from_record).collect(),
            None if self.event.as_deref() == Some("s3:TestEvent") => Ok(Vec::new()),
            None => Err(EventError::NoRecords),
        }
    }
}

impl Object {
    fn from_record(record: Record) -> Result<Self, EventError> {
        let EventObject {
            key,
            version_id,
            sequencer,
        } = record.s3.object;
        let key = decode_key(&key)?;
        Ok(Self {
            bucket: record.s3.bucket.name,
            key,
            version_id,
            sequencer,
        })
    }

    /// Whether this is a file to extract, whatever its Content-Type.
    #[must_use]
    pub fn is_csv(&self) -> bool {
        let suffix = self
            .key
            .len()
            .checked_sub(".csv".len())
            .and_then(|start| self.key.get(start..));
        suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(".csv"))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// S3 encodes keys as HTML forms do: a space is `+`, and what is no letter, digit or `.-*_/` is `%XX`.
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
        serde_json::from_str::<Event>(json).unwrap().objects()
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

    #[test]
    fn only_the_end_of_the_key_decides() {
        let csv = |key: &str| {
            Object {
                bucket: "b".into(),
                key: key.into(),
                version_id: None,
                sequencer: None,
            }
            .is_csv()
        };
        assert!(csv(".csv") && csv("a/b.Csv"));
        assert!(!csv("csv") && !csv("a.csv.bak") && !csv("a.csv/") && !csv("ü.cs") && !csv(""));
    }
}
