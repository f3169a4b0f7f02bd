//! The record of an ingest, as it is read.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::rows::{Effects, Rows};
use crate::state::{EXTRACTION_STALLED_AFTER, State, WRITING_STALLED_AFTER};
use crate::timestamp::Timestamp;

/// The attributes of a record that are written or read by more than one part of the crate.
pub(crate) mod names {
    pub const INGEST_ID: &str = "ingest_id";
    pub const DAY: &str = "day";
    pub const EXPIRES: &str = "expires";
    pub const UPDATED: &str = "updated";
    pub const BUCKET: &str = "bucket";
    pub const OBJECT: &str = "object";
    pub const VERSION_ID: &str = "version_id";
    pub const ETAG: &str = "etag";
    pub const SEQUENCER: &str = "sequencer";
    pub const SIZE: &str = "size";
    pub const UPLOADER: &str = "uploader";
    pub const UPLOADED: &str = "uploaded";
    pub const STARTED: &str = "started";
    pub const WRITE_MODE: &str = "write_mode";
    pub const RESOURCE: &str = "resource";
    pub const STATE: &str = "state";
    pub const ATTEMPTS: &str = "attempts";
    pub const REQUEST_ID: &str = "request_id";
    pub const TRIES: &str = "tries";
    pub const OPENING: &str = "opening";
    pub const ROWS_READ: &str = "rows_read";
    pub const ROWS_SENT: &str = "rows_sent";
    pub const ROWS_REJECTED: &str = "rows_rejected";
    pub const WARNINGS: &str = "warnings";
    pub const INVOCATIONS: &str = "invocations";
    pub const REPORT: &str = "report";
    pub const EXTRACTED: &str = "extracted";
    pub const COUNTED: &str = "counted";
    pub const WRITTEN: &str = "written";
    pub const REPLACED: &str = "replaced";
    pub const SUPERSEDED: &str = "superseded";
    pub const OUTDATED: &str = "outdated";
    pub const EXISTING: &str = "existing";
    pub const DEAD: &str = "dead";
    pub const LAST_COUNT: &str = "n";
    pub const ERROR: &str = "error";
    pub const REASON: &str = "reason";
    pub const COMPLETED: &str = "completed";
    pub const TOLD_DEAD: &str = "told_dead";
}

/// The record of an ingest. A value is `None` when it is not known, or when an index does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The ingest id.
    pub ingest_id: Uuid,
    /// The time of the last write.
    pub updated: Option<Timestamp>,
    /// The data bucket.
    pub bucket: Option<String>,
    /// The object's key.
    pub object: Option<String>,
    /// The object's version, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// The object's `ETag`, without quotation marks.
    pub etag: Option<String>,
    /// The object's size in bytes.
    pub size: Option<u64>,
    /// Who uploaded the object, by S3's event: the id of a principal or an account.
    pub uploader: Option<String>,
    /// The time of the upload.
    pub uploaded: Option<Timestamp>,
    /// The time at which the first invocation began.
    pub started: Option<Timestamp>,
    /// What a row does when the table already has an item of its key.
    pub write_mode: Option<String>,
    /// The resource of the data package that describes the object.
    pub resource: Option<String>,
    /// The number of attempts so far.
    pub attempts: u32,
    /// The Lambda request that opened the record last.
    pub request_id: Option<String>,
    /// How often that request opened the record.
    pub tries: u32,
    /// The random name of the last opening.
    pub(crate) opening: Option<String>,
    /// The codes of the extraction's warnings.
    pub warnings: Vec<String>,
    /// The number of invocations that the extraction took.
    pub invocations: Option<u32>,
    /// The key of the ingest report in the report bucket.
    pub report: Option<String>,
    /// The time at which the extraction was complete.
    pub extracted: Option<Timestamp>,
    /// The attempts whose messages count as the sent rows; empty until the extraction is complete.
    pub counted: Vec<u32>,
    /// The outcomes of the rows of each attempt.
    pub effects: BTreeMap<u32, Effects>,
    /// The code of the last failure of an attempt.
    pub error: Option<String>,
    /// The reason of that failure, or, when the extraction is complete, what is wrong with the object as a whole.
    pub reason: Option<String>,
    /// The time of the first event that says that the ingest is done.
    pub completed: Option<Timestamp>,
    /// The number of dead letters in the last such event.
    pub told_dead: Option<u64>,
    /// Whether the last try of the extraction failed.
    has_failed: bool,
    rows: [Option<u64>; 3],
    /// The number of the last count of each writer, by the name of its attribute.
    last_counts: BTreeMap<String, u64>,
}

/// Why an item is not the record of an ingest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of an ingest cannot be read: `{name}` is missing or has an unexpected form")]
pub struct RecordError {
    name: String,
}

impl Record {
    /// Reads an item in DynamoDB's JSON, such as `{"ingest_id":{"S":"…"},…}`. Unknown attributes are ignored.
    ///
    /// # Errors
    /// [`RecordError`] names an attribute that does not have the form in which it is written. Only the ingest id is required.
    pub fn from_item(item: &Map<String, Value>) -> Result<Self, RecordError> {
        let item = Item(item);
        let ingest_id = item.text(names::INGEST_ID)?;
        let ingest_id = ingest_id.and_then(|id| Uuid::try_parse(id).ok());
        Ok(Self {
            ingest_id: ingest_id.ok_or_else(|| error(names::INGEST_ID))?,
            updated: item.time(names::UPDATED)?,
            bucket: item.owned(names::BUCKET)?,
            object: item.owned(names::OBJECT)?,
            version_id: item.owned(names::VERSION_ID)?,
            etag: item.owned(names::ETAG)?,
            size: item.number(names::SIZE)?,
            uploader: item.owned(names::UPLOADER)?,
            uploaded: item.time(names::UPLOADED)?,
            started: item.time(names::STARTED)?,
            write_mode: item.owned(names::WRITE_MODE)?,
            resource: item.owned(names::RESOURCE)?,
            attempts: item.number(names::ATTEMPTS)?.unwrap_or_default(),
            request_id: item.owned(names::REQUEST_ID)?,
            tries: item.number(names::TRIES)?.unwrap_or_default(),
            opening: item.owned(names::OPENING)?,
            warnings: item.list(names::WARNINGS, "S")?,
            invocations: item.number(names::INVOCATIONS)?,
            report: item.owned(names::REPORT)?,
            extracted: item.time(names::EXTRACTED)?,
            counted: item.list(names::COUNTED, "N")?,
            effects: item.effects()?,
            error: item.owned(names::ERROR)?,
            reason: item.owned(names::REASON)?,
            completed: item.time(names::COMPLETED)?,
            told_dead: item.number(names::TOLD_DEAD)?,
            has_failed: item.text(names::STATE)? == Some(State::Failed.as_str()),
            rows: [
                item.number(names::ROWS_READ)?,
                item.number(names::ROWS_SENT)?,
                item.number(names::ROWS_REJECTED)?,
            ],
            last_counts: item.last_counts()?,
        })
    }

    /// The rows of the ingest. When the extraction is complete, these are the rows of the attempts that count. Before, they are
    /// the rows of all attempts so far, so a row may be counted once for each attempt.
    #[must_use]
    pub fn rows(&self) -> Rows {
        let counts = |attempt: &u32| self.extracted.is_none() || self.counted.contains(attempt);
        let mut sum = Effects::default();
        for (_, effects) in self.effects.iter().filter(|(attempt, _)| counts(attempt)) {
            sum += *effects;
        }
        let [read, sent, rejected] = self.rows;
        Rows {
            read,
            sent,
            rejected,
            ..Rows::of(sum)
        }
    }

    /// The state at a time.
    #[must_use]
    pub fn state(&self, now: SystemTime) -> State {
        let now = Timestamp::of(now);
        let is_silent = self
            .updated
            .is_none_or(|updated| now.since(updated) > self.stalled_after());
        if self.rows().are_full() {
            State::Done
        } else if self.has_failed {
            State::Failed
        } else if is_silent {
            State::Stalled
        } else if self.extracted.is_some() {
            State::Writing
        } else {
            State::Extracting
        }
    }

    /// Whether the last count of the writer with this attribute has this number.
    #[must_use]
    pub(crate) fn has_last_count(&self, attribute: &str, number: u64) -> bool {
        self.last_counts.get(attribute) == Some(&number)
    }

    /// The longest time between two writes of the record while the ingest is on its way.
    #[must_use]
    pub fn stalled_after(&self) -> Duration {
        match self.extracted {
            None => EXTRACTION_STALLED_AFTER,
            Some(_) => WRITING_STALLED_AFTER,
        }
    }

    /// Whether the ingest is done and no event was put yet, or only one with fewer dead letters.
    #[must_use]
    pub(crate) fn is_to_be_told(&self) -> bool {
        let rows = self.rows();
        rows.are_full() && self.told_dead.is_none_or(|told| rows.dead > told)
    }
}

fn error(name: &str) -> RecordError {
    RecordError { name: name.to_owned() }
}

/// An item in DynamoDB's JSON.
struct Item<'a>(&'a Map<String, Value>);

impl<'a> Item<'a> {
    /// The value of an attribute of this type, as JSON.
    fn value(&self, name: &str, of_type: &str) -> Result<Option<&'a Value>, RecordError> {
        let attribute = self.0.get(name);
        let value = attribute.map(|attribute| attribute.get(of_type).ok_or_else(|| error(name)));
        value.transpose()
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, RecordError> {
        let value = self.value(name, "S")?;
        let text = value.map(|value| value.as_str().ok_or_else(|| error(name)));
        text.transpose()
    }

    fn owned(&self, name: &str) -> Result<Option<String>, RecordError> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    fn time(&self, name: &str) -> Result<Option<Timestamp>, RecordError> {
        let time = self.text(name)?.map(str::parse);
        time.transpose().map_err(|_| error(name))
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, RecordError> {
        let value = self.value(name, "N")?;
        let number = value.map(|value| parsed(value).ok_or_else(|| error(name)));
        number.transpose()
    }

    fn list<T: FromStr>(&self, name: &str, of_type: &str) -> Result<Vec<T>, RecordError> {
        let Some(list) = self.value(name, "L")? else {
            return Ok(Vec::new());
        };
        let elements = list.as_array().ok_or_else(|| error(name))?.iter();
        let element = |element: &Value| element.get(of_type).and_then(parsed).ok_or_else(|| error(name));
        elements.map(element).collect()
    }

    fn last_counts(&self) -> Result<BTreeMap<String, u64>, RecordError> {
        let names = self.0.keys().filter(|name| {
            let prefix = name.split_once('_').map(|(prefix, _)| prefix);
            prefix == Some(names::LAST_COUNT)
        });
        let numbers = names.map(|name| Ok((name.clone(), self.number(name)?.unwrap_or_default())));
        numbers.collect()
    }

    fn effects(&self) -> Result<BTreeMap<u32, Effects>, RecordError> {
        let mut all: BTreeMap<u32, Effects> = BTreeMap::new();
        for name in self.0.keys() {
            let Some((effect, attempt)) = name.rsplit_once('_') else {
                continue;
            };
            let Ok(attempt) = attempt.parse() else { continue };
            let count = |effects: &mut u64| {
                let number = self.number(name)?;
                *effects = number.unwrap_or_default();
                Ok(())
            };
            let mut effects: Effects = all.get(&attempt).copied().unwrap_or_default();
            match effect {
                names::WRITTEN => count(&mut effects.written)?,
                names::REPLACED => count(&mut effects.replaced)?,
                names::SUPERSEDED => count(&mut effects.superseded)?,
                names::OUTDATED => count(&mut effects.outdated)?,
                names::EXISTING => count(&mut effects.existing)?,
                names::DEAD => effects.dead = self.number(name)?.unwrap_or_default(),
                // Such as the last count of an environment whose id has digits only.
                _ => continue,
            }
            all.insert(attempt, effects);
        }
        Ok(all)
    }
}

/// Parses a text or number of DynamoDB's JSON; both are JSON strings.
fn parsed<T: FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}
