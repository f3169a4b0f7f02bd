//! The state of an ingest between two invocations. Plain data.

use message::{Precision, WriteMode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::Map;

use crate::convert::collisions::{KeyCollisions, SeenKey};
use crate::convert::witness::Witness;
use crate::input::content::anchor::Anchor;
use crate::input::content::format::Format;
use crate::object::Object;
use crate::rows::{Checkpoint, Delimiter};

/// The most invocations that read one object. One more only reports that the object is too long. At 40,000 rows a
/// second and 14 minutes per invocation, the limit is about three thousand million rows; it ends the chain whatever
/// goes wrong.
pub const MAX_INVOCATIONS: u32 = 100;

/// The JSON member that holds the keys that were seen last.
const SEEN: &str = "seen";

/// Everything that the next invocation needs to know of an ingest.
///
/// It is sent as JSON in the payload of an asynchronous invocation, which takes 1 MB. The header and the resource are
/// the long members, and both are bounded. All members are in one JSON object, as in every earlier version: an ingest
/// may be under way while a new version is deployed, and dead letters contain continuations too.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    /// The work that is done.
    pub progress: Progress,
    /// The keys that were seen last.
    pub seen: Vec<SeenKey>,
}

/// The progress of an ingest over all its invocations, up to the end of one of its rows. Every row before that is sent
/// or rejected.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Progress {
    /// The number of invocations so far.
    pub invocations: u32,
    /// The start of the first invocation, in milliseconds since the Unix epoch.
    pub started: u64,
    /// The attempt numbers that the ledger gave the invocations so far. Versions before the ledger did not write this
    /// member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<u32>,
    /// The object's `ETag` as S3 returns it, with quotation marks. Another `ETag` means another file.
    pub etag: String,
    /// The object's size in bytes.
    pub size: u64,
    /// The object's compression and encoding, known once its first bytes are read.
    pub format: Option<Format>,
    /// How much of a timestamp the keys contain. An object keeps the precision that it was begun with, so that a
    /// deployment with another precision does not mix two in one object.
    #[serde(with = "as_text")]
    pub precision: Precision,
    /// What a row does when an item with its key exists. An object keeps the mode that it was begun with. Versions
    /// before write modes always replaced.
    #[serde(with = "as_text", default)]
    pub write_mode: WriteMode,
    /// The resource that describes the object, as JSON; `None` for the built-in shape. An object keeps the resource
    /// that it was begun with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The delimiter of fields.
    pub delimiter: Delimiter,
    /// The start of the next row.
    pub checkpoint: Checkpoint,
    /// A place at or before the checkpoint from which the object can be decoded. Used where the bytes of the text are
    /// not the bytes of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// The first row of the object, verbatim; known once it is read.
    pub header: Option<String>,
    /// The reason that no row can become a message.
    pub problem: Option<String>,
    /// The rows so far.
    pub counts: Counts,
    /// The names of the files of rejected rows.
    #[serde(rename = "rejecting")]
    pub rejected_files: Vec<String>,
    /// The rows so far whose key an earlier row has.
    pub collisions: KeyCollisions,
    /// The observations about the object so far.
    #[serde(default, skip_serializing_if = "Witness::is_silent")]
    pub witness: Witness,
}

/// The number of rows of an object, without the header and blank lines. At the end, `read` = `sent` + `rejected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    /// Rows that were read.
    #[serde(rename = "rows_read")]
    pub read: u64,
    /// Rows that are on the queue.
    #[serde(rename = "rows_sent")]
    pub sent: u64,
    /// Rows that are kept as rejected in the report bucket.
    #[serde(rename = "rows_rejected")]
    pub rejected: u64,
    /// The first line with a rejected row, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_rejected_line: Option<u64>,
    /// The last line with a rejected row, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_rejected_line: Option<u64>,
}

// `#[serde(flatten)]` cannot read the numbers that `serde_json` keeps with all their digits.
impl Serialize for Continuation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serde_json::to_value(&self.progress).map_err(ser::Error::custom)?;
        members[SEEN] = serde_json::to_value(&self.seen).map_err(ser::Error::custom)?;
        members.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Continuation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        let seen = members.remove(SEEN).ok_or_else(|| de::Error::missing_field(SEEN))?;
        Ok(Self {
            progress: serde_json::from_value(members.into()).map_err(de::Error::custom)?,
            seen: serde_json::from_value(seen).map_err(de::Error::custom)?,
        })
    }
}

impl Progress {
    /// The progress of an object of which nothing is read yet. `started` is in milliseconds since the Unix epoch.
    #[must_use]
    pub fn new(object: &Object, precision: Precision, started: u64) -> Self {
        Self {
            invocations: 0,
            started,
            attempts: Vec::new(),
            etag: object.etag.clone().unwrap_or_default(),
            size: object.size.unwrap_or_default(),
            format: None,
            precision,
            write_mode: WriteMode::default(),
            resource: None,
            delimiter: Delimiter::default(),
            checkpoint: Checkpoint::START,
            anchor: None,
            header: None,
            problem: None,
            counts: Counts::default(),
            rejected_files: Vec::new(),
            collisions: KeyCollisions::default(),
            witness: Witness::default(),
        }
    }

    /// The `ETag` without quotation marks.
    #[must_use]
    pub fn bare_etag(&self) -> &str {
        self.etag.trim_matches('"')
    }
}

impl Counts {
    /// The sum of these counts and `later` ones.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        Self {
            read: self.read + later.read,
            sent: self.sent + later.sent,
            rejected: self.rejected + later.rejected,
            first_rejected_line: self.first_rejected_line.or(later.first_rejected_line),
            last_rejected_line: later.last_rejected_line.or(self.last_rejected_line),
        }
    }
}

/// Serializes a [`Precision`] or [`WriteMode`] as its name.
mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        String::deserialize(from)?.parse().map_err(Error::custom)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::convert::collisions::tests::{fullest_pairs, most_seen, most_texts_seen};
    use crate::convert::witness::tests::fullest;
    use crate::input::content::format::Encoding;
    use crate::reports::keys::rejected_name;
    use crate::rows::MAX_HEADER_BYTES;

    /// A continuation with every field filled.
    pub fn continuation() -> Continuation {
        let progress = Progress {
            invocations: 3,
            started: 1_559_040_909_385,
            attempts: vec![1, 4],
            etag: "\"e\"".into(),
            size: 1 << 40,
            format: Some(Format {
                compression: None,
                encoding: Encoding::Utf8,
            }),
            precision: Precision::Microseconds,
            write_mode: WriteMode::Latest,
            resource: None,
            delimiter: Delimiter::SEMICOLON,
            checkpoint: Checkpoint {
                byte: 1 << 39,
                line: 1 << 33,
                after_cr: true,
                inner_line_ends: 0,
            },
            anchor: None,
            header: Some("a;b".into()),
            problem: Some("the header lacks".into()),
            counts: Counts {
                read: 5,
                sent: 3,
                rejected: 2,
                first_rejected_line: Some(7),
                last_rejected_line: Some(9),
            },
            rejected_files: vec!["rejected-1-0.csv".into()],
            collisions: KeyCollisions::default(),
            witness: Witness::default(),
        };
        Continuation {
            progress,
            seen: Vec::new(),
        }
    }

    #[test]
    fn the_form_is_that_of_every_version_so_far() {
        let mut json = serde_json::json!({
            "invocations": 3, "started": 1_559_040_909_385_u64, "etag": "\"e\"", "size": 1_u64 << 40,
            "format": {"compression": "gzip", "encoding": "utf-8"}, "delimiter": "semicolon",
            "precision": "microseconds", "checkpoint": {"byte": 1_u64 << 39, "line": 1_u64 << 33, "after_cr": true},
            "header": "a;b", "problem": null, "counts": {"rows_read": 5, "rows_sent": 3, "rows_rejected": 2,
            "first_rejected_line": 7, "last_rejected_line": 9}, "rejecting": ["rejected-1-0.csv"],
            "collisions": {"rows": 0, "exact": true, "first": []}, "seen": [],
        });
        let read: Continuation = serde_json::from_str(&json.to_string()).unwrap();
        assert_eq!(read.progress.checkpoint.byte, 1 << 39);
        assert_eq!(read.progress.write_mode, WriteMode::Replace);
        assert!(read.progress.attempts.is_empty());
        json["write_mode"] = "replace".into();
        assert_eq!(serde_json::to_value(&read).unwrap(), json);
        json["write_mode"] = "create".into();
        let read: Continuation = serde_json::from_str(&json.to_string()).unwrap();
        assert_eq!(read.progress.write_mode, WriteMode::Create);
    }

    #[test]
    fn the_longest_header_fits_the_payload() {
        for seen in [most_seen(), most_texts_seen()] {
            let progress = Progress {
                header: Some("\u{1}".repeat(MAX_HEADER_BYTES)),
                problem: Some("\u{1}".repeat(MAX_HEADER_BYTES / 2)),
                resource: Some("\"".repeat(schema::MAX_RESOURCE_BYTES)),
                rejected_files: (1..=MAX_INVOCATIONS).map(rejected_name).collect(),
                attempts: vec![u32::MAX; MAX_INVOCATIONS as usize],
                witness: fullest(),
                collisions: fullest_pairs(),
                ..continuation().progress
            };
            let worst = serde_json::to_vec(&Continuation { progress, seen }).unwrap();
            assert!(worst.len() < 1_000_000, "{} bytes", worst.len());
        }
    }
}
