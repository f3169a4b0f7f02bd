//! An object of the data bucket, and the id of its ingest.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// The ends of the keys that are read, whatever the Content-Type; letter case does not count. The content tells whether a
/// file is compressed.
const SUFFIXES: [&str; 3] = [".csv", ".csv.gz", ".csv.zst"];

/// An object of the data bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// The bucket's name.
    pub bucket: String,
    /// The key as the uploader wrote it.
    pub key: String,
    /// The version, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// S3's order of events on the key, a hexadecimal number.
    pub sequencer: Option<String>,
    /// The `ETag` that the event gives, without quotation marks.
    pub etag: Option<String>,
    /// The size in bytes that the event gives.
    pub size: Option<u64>,
    /// The time at which S3 says that it was created, or else at which the event was read, in milliseconds since the Unix
    /// epoch.
    pub uploaded: u64,
}

impl Object {
    /// Whether this is a file to extract.
    #[must_use]
    pub fn is_csv(&self) -> bool {
        SUFFIXES.iter().any(|suffix| {
            let start = self.key.len().checked_sub(suffix.len());
            let end = start.and_then(|start| self.key.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        })
    }

    /// The ingest id: a deterministic UUID of version 7 that is shared by everything one upload produces: log lines, queue
    /// messages, dead letters and the report.
    ///
    /// Its time is that of S3's event, so that the writer knows how long a message was under way. An event that comes again
    /// has the same id.
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
    fn only_the_end_of_the_key_decides() {
        let csv = |key: &str| object(key, "0A").is_csv();
        assert!(csv(".csv") && csv("a/b.Csv") && csv("a.csv.gz") && csv("a.CSV.ZST"));
        assert!(!csv("csv") && !csv("a.csv.bak") && !csv("a.csv/") && !csv("ü.cs") && !csv(""));
        assert!(!csv("a.gz") && !csv("folder/"));
    }
}
