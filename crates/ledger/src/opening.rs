//! The opening of a record. Each invocation that extracts a part of an object opens the record before its first message.

use uuid::Uuid;

use crate::record::names;
use crate::state::State;
use crate::timestamp::Timestamp;
use crate::update::{Update, number, text};

/// The tries that Lambda makes of an asynchronous invocation: the first one, and two more by the template's
/// `MaximumRetryAttempts`. Lambda allows no more.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
pub(crate) const TRIES: u32 = 3;

/// What an invocation that extracts a part of an object knows of the ingest.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// The ingest id.
    pub ingest_id: Uuid,
    /// The id of the Lambda request. It stays the same when Lambda retries after a failure.
    pub request_id: &'a str,
    /// The data bucket.
    pub bucket: &'a str,
    /// The object's key.
    pub object: &'a str,
    /// The object's version, in a bucket that keeps versions.
    pub version_id: Option<&'a str>,
    /// The object's `ETag`, without quotation marks, when the event has it.
    pub etag: Option<&'a str>,
    /// S3's order of events on the key, when the event has it. The ingest id is made of it, the version and the `ETag`.
    pub sequencer: Option<&'a str>,
    /// The object's size in bytes, when the event has it.
    pub size: Option<u64>,
    /// Who uploaded the object, when the event says so.
    pub uploader: Option<&'a str>,
    /// The time at which the first invocation began.
    pub started: Timestamp,
    /// What a row does when the table already has an item of its key.
    pub write_mode: &'a str,
    /// The resource of the data package that describes the object.
    pub resource: Option<&'a str>,
}

/// An open record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The number of the attempt, which the messages carry. `None` when the extraction is already complete: the messages of
    /// this repetition are not counted.
    pub attempt: Option<u32>,
    /// How often the request has opened the record.
    pub tries: u32,
}

impl Opened {
    /// Whether this is the last try that Lambda makes of the request.
    #[must_use]
    pub fn is_last_try(&self) -> bool {
        self.tries >= TRIES
    }
}

impl Opening<'_> {
    /// The update with which an invocation's first try opens the record. `name` is the random name of this opening.
    pub(crate) fn first(&self, name: &str, now: Timestamp) -> Update {
        let condition = format!(
            "attribute_not_exists(#{EXTRACTED}) AND (attribute_not_exists(#{REQUEST_ID}) OR #{REQUEST_ID} <> :{REQUEST_ID})",
            EXTRACTED = names::EXTRACTED,
            REQUEST_ID = names::REQUEST_ID,
        );
        self.of_try(1, name, now)
            .when(condition, &[names::EXTRACTED, names::REQUEST_ID])
    }

    /// The update with which a retry by Lambda opens the record, as the try of this number.
    pub(crate) fn again(&self, tries: u32, name: &str, now: Timestamp) -> Update {
        let condition = format!("attribute_not_exists(#{})", names::EXTRACTED);
        self.of_try(tries, name, now).when(condition, &[names::EXTRACTED])
    }

    fn of_try(&self, tries: u32, name: &str, now: Timestamp) -> Update {
        Update::new(self.ingest_id, now)
            .set_first(names::BUCKET, text(self.bucket))
            .set_first(names::OBJECT, text(self.object))
            .set_first_known(names::VERSION_ID, self.version_id.map(text))
            .set_first_known(names::ETAG, self.etag.map(text))
            .set_first_known(names::SEQUENCER, self.sequencer.map(text))
            .set_first_known(names::SIZE, self.size.as_ref().map(number))
            .set_first_known(names::UPLOADER, self.uploader.map(text))
            .set_first(names::UPLOADED, text(&Timestamp::of_upload(self.ingest_id)))
            .set_first(names::STARTED, text(&self.started))
            .set_first(names::WRITE_MODE, text(self.write_mode))
            .set_first_known(names::RESOURCE, self.resource.map(text))
            .set(names::STATE, text(&State::Extracting))
            .set(names::REQUEST_ID, text(self.request_id))
            .set(names::TRIES, number(&tries))
            .set(names::OPENING, text(name))
            .add(names::ATTEMPTS, number(&1))
    }
}
