//! By which everything that comes of an object is known: log lines, messages, dead letters, the report.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::event::Object;

/// How many characters it has.
pub const LENGTH: usize = 36;

/// The id of an ingest: a UUID of version 7, whose time is that of S3's event, so that the writer knows how long a message
/// was under way. An event that comes again has the same id.
///
/// <https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7>
#[must_use]
pub fn ingest_id(object: &Object) -> Uuid {
    let mut digest = Sha256::new();
    for part in [&object.bucket, &object.key] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    for part in [&object.version_id, &object.sequencer, &object.etag] {
        digest.update(part.as_deref().unwrap_or_default());
        digest.update([0]);
    }
    let mut random = [0; 10];
    random.copy_from_slice(&digest.finalize()[..10]);
    Builder::from_unix_timestamp_millis(object.uploaded, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str, sequencer: &str) -> Object {
        Object {
            bucket: "data".to_owned(),
            key: key.to_owned(),
            version_id: None,
            sequencer: Some(sequencer.to_owned()),
            etag: None,
            size: None,
            uploaded: 1_559_040_909_385,
        }
    }

    #[test]
    fn an_event_that_comes_again_has_the_same_id() {
        let id = ingest_id(&object("a.csv", "0A"));
        assert_eq!(id, ingest_id(&object("a.csv", "0A")));
        assert_ne!(id, ingest_id(&object("a.csv", "0B")), "uploaded again");
        assert_ne!(id, ingest_id(&object("b.csv", "0A")));
        assert_eq!(id.to_string().len(), LENGTH);
        assert_eq!(id.get_version_num(), 7);
    }

    #[test]
    fn it_says_when_the_object_was_uploaded() {
        let time = ingest_id(&object("a.csv", "0A")).get_timestamp();
        assert_eq!(time.map(|time| time.to_unix()), Some((1_559_040_909, 385_000_000)));
    }
}
