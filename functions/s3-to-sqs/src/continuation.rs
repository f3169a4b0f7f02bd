//! The state of an ingest between two invocations. Plain data.

use message::Precision;
use serde::{Deserialize, Serialize};

use crate::convert::collisions::{Found, Seen};
use crate::input::content::format::Format;
use crate::reports::report::Counts;
use crate::rows::{Checkpoint, Delimiter};

/// The most invocations that read one object; one more only says that it was too long. At 40,000 rows a second and 14
/// minutes each they are three thousand million rows, and whatever goes wrong, the chain ends.
pub const MAX_INVOCATIONS: u32 = 100;

/// What is known of an object when an invocation stops behind one of its rows. All before it is sent or rejected.
///
/// It is sent as JSON in an asynchronous invocation, which takes 1 MB; the header is the only long thing in it, and is
/// bounded.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Continuation {
    /// Invocations so far.
    pub invocations: u32,
    /// When the first of them began, in milliseconds since the Unix epoch.
    pub started: u64,
    /// The object's `ETag` as S3 gave it; another one is another file.
    pub etag: String,
    /// The object's size in bytes.
    pub size: u64,
    /// How the object is compressed and encoded.
    pub format: Format,
    /// What stands between fields.
    pub delimiter: Delimiter,
    /// How much of a timestamp is in the keys.
    #[serde(with = "as_text")]
    pub precision: Precision,
    /// Where the next row is.
    pub checkpoint: Checkpoint,
    /// The first row of the object.
    pub header: String,
    /// Why no row can become a message.
    pub problem: Option<String>,
    /// The rows so far.
    pub counts: Counts,
    /// The names of the files of rejected rows.
    pub rejecting: Vec<String>,
    /// The rows so far whose key an earlier one has.
    pub collisions: Found,
    /// The keys that were seen last.
    pub seen: Vec<Seen>,
}

/// A [`Precision`] by its name.
mod as_text {
    use message::Precision;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub fn serialize<S: Serializer>(precision: &Precision, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(precision)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Precision, D::Error> {
        String::deserialize(from)?.parse().map_err(Error::custom)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::input::content::format::Encoding;
    use crate::reports::keys::rejected_name;

    /// One that fills every field.
    pub fn continuation() -> Continuation {
        Continuation {
            invocations: 3,
            started: 1_559_040_909_385,
            etag: "\"e\"".into(),
            size: 1 << 40,
            format: Format {
                compression: None,
                encoding: Encoding::Utf8,
            },
            delimiter: Delimiter::Semicolon,
            precision: Precision::Microseconds,
            checkpoint: Checkpoint {
                byte: 1 << 39,
                line: 1 << 33,
                after_cr: true,
            },
            header: "a;b".into(),
            problem: Some("the header lacks".into()),
            counts: Counts {
                read: 5,
                sent: 3,
                rejected: 2,
                first_rejected_line: Some(7),
                last_rejected_line: Some(9),
            },
            rejecting: vec!["rejected-1-0.csv".into()],
            collisions: Found::default(),
            seen: Vec::new(),
        }
    }

    #[test]
    fn the_longest_header_fits_the_payload() {
        let worst = Continuation {
            header: "\u{1}".repeat(crate::rows::MAX_HEADER_BYTES),
            problem: Some("\u{1}".repeat(crate::rows::MAX_HEADER_BYTES / 2)),
            rejecting: (1..=MAX_INVOCATIONS).map(rejected_name).collect(),
            seen: crate::convert::collisions::tests::most_seen(),
            ..continuation()
        };
        assert!(serde_json::to_vec(&worst).unwrap().len() < 1_000_000);
    }
}
