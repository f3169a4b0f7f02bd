//! An object of the data bucket, and its ingest id.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// The suffixes of the keys to extract; upper and lower case are the same. The content decides whether a file is
/// compressed, and the header decides its delimiter: neither depends on the key or the Content-Type.
const SUFFIXES: [&str; 6] = [".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst"];
/// The `ETag`s of sample events, which no real object has: the one of `sam local generate-event s3 put` and the Lambda
/// console, the one in Lambda's documentation, and all zeros.
const INVENTED: [&str; 3] = [
    "0123456789abcdef0123456789abcdef",
    "b21b84d653bb07b05b1e6b33684dc11b",
    "00000000000000000000000000000000",
];
/// The `ETag` of an empty object. A sample event in S3's documentation has it for an object that is not empty.
const OF_NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// An object of the data bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// The bucket's name.
    pub bucket: String,
    /// The key as the uploader wrote it, not URL-encoded.
    pub key: String,
    /// The version id, in a bucket with versioning.
    pub version_id: Option<String>,
    /// S3's sequencer, a hexadecimal number that orders the events of one key.
    pub sequencer: Option<String>,
    /// The `ETag` in the event, without quotation marks. Use [`Object::named_etag`], which leaves out invented ones.
    pub etag: Option<String>,
    /// The size in the event, in bytes.
    pub size: Option<u64>,
    /// The uploader according to the event: a principal id, or the requester of an `EventBridge` event. It is never
    /// logged.
    pub uploader: Option<String>,
    /// The time of the upload, in milliseconds since the Unix epoch: the time of the event, or else the object's
    /// `Last-Modified`. It is 0 while neither is known.
    pub uploaded: u64,
}

impl Object {
    /// Whether the key has one of the suffixes of files to extract.
    #[must_use]
    pub fn is_csv(&self) -> bool {
        SUFFIXES.iter().any(|suffix| {
            let start = self.key.len().checked_sub(suffix.len());
            let end = start.and_then(|start| self.key.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        })
    }

    /// The `ETag` that identifies the object of the event. `None` when the event has no `ETag`, or an invented one:
    /// then nothing distinguishes the object from another one under the same key.
    #[must_use]
    pub fn named_etag(&self) -> Option<&str> {
        let etag = self.etag.as_deref()?.trim_matches('"');
        let is_invented = INVENTED.contains(&etag) || etag == OF_NOTHING && self.size.is_some_and(|size| size > 0);
        (!etag.is_empty() && !is_invented).then_some(etag)
    }

    /// Whether the event identifies the content, by `ETag` or version.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.named_etag().is_some() || self.version_id.as_deref().is_some_and(|version| version != "null")
    }

    /// The ingest id: a deterministic UUID of version 7 that is shared by everything one upload produces: log lines, queue
    /// messages, dead letters and the report.
    ///
    /// The timestamp in the id is the time of the upload, from which the writer computes how long a message was under
    /// way. A repeated event has the same id, and so have all invocations that one object takes.
    ///
    /// <https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7>
    #[must_use]
    pub fn ingest_id(&self) -> Uuid {
        let mut digest = Sha256::new();
        for part in [&self.bucket, &self.key] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        for part in [&self.version_id, &self.sequencer, &self.etag] {
            digest.update(part.as_deref().unwrap_or_default());
            digest.update([0]);
        }
        let mut random = [0; 10];
        random.copy_from_slice(&digest.finalize()[..10]);
        Builder::from_unix_timestamp_millis(self.uploaded, &random).into_uuid()
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str, sequencer: &str) -> Object {
        Object {
            bucket: "data".to_owned(),
            key: key.to_owned(),
            sequencer: Some(sequencer.to_owned()),
            uploaded: 1_559_040_909_385,
            ..Object::default()
        }
    }

    #[test]
    fn an_event_that_comes_again_has_the_same_id() {
        let id = object("a.csv", "0A").ingest_id();
        assert_eq!(id, object("a.csv", "0A").ingest_id());
        assert_ne!(id, object("a.csv", "0B").ingest_id(), "uploaded again");
        assert_ne!(id, object("b.csv", "0A").ingest_id());
        assert_eq!(id.to_string().len(), 36);
        assert_eq!(id.get_version_num(), 7);
    }

    #[test]
    fn the_ingest_id_says_when_the_object_was_uploaded() {
        let time = object("a.csv", "0A").ingest_id().get_timestamp();
        assert_eq!(time.map(|time| time.to_unix()), Some((1_559_040_909, 385_000_000)));
    }

    #[test]
    fn an_etag_that_sample_events_invent_names_no_object() {
        let named = |etag: &str, size: u64| {
            let object = Object {
                etag: Some(etag.into()),
                size: Some(size),
                ..Object::default()
            };
            object.named_etag().is_some()
        };
        assert!(named("ea4905a1ea4905a1ea4905a1ea4905a1", 5) && named("ea4905a1ea4905a1ea4905a1ea4905a1-2", 5));
        assert!(named(OF_NOTHING, 0), "that of an empty object");
        assert!(!named(OF_NOTHING, 1024) && !named("", 5));
        assert!(INVENTED.iter().all(|etag| !named(etag, 1024)));
        assert_eq!(object("a.csv", "0A").named_etag(), None);
        let quoted = Object {
            etag: Some("\"e\"".into()),
            ..Object::default()
        };
        assert_eq!(quoted.named_etag(), Some("e"), "as S3 answers it");
    }

    #[test]
    fn a_version_pins_an_object_unless_it_is_that_of_a_bucket_without_versions() {
        let is_pinned = |version: &str| {
            let version_id = Some(version.to_owned());
            let object = object("a.csv", "0A");
            Object { version_id, ..object }.is_pinned()
        };
        assert!(is_pinned("v1") && !is_pinned("null") && !object("a.csv", "0A").is_pinned());
    }

    #[test]
    fn only_the_end_of_the_key_decides() {
        let csv = |key: &str| object(key, "0A").is_csv();
        assert!(csv(".csv") && csv("a/b.Csv") && csv("a.csv.gz") && csv("a.CSV.ZST"));
        assert!(csv("a.tsv") && csv("a.TSV") && csv("a.tsv.gz") && csv("a.Tsv.zst") && csv("a.TSV.GZ"));
        assert!(!csv("tsv") && !csv("a.tsv.bak") && !csv("a.tsv.bz2"));
        assert!(!csv("csv") && !csv("a.csv.bak") && !csv("a.csv/") && !csv("ü.cs") && !csv(""));
        assert!(!csv("a.gz") && !csv("folder/"));
    }
}
