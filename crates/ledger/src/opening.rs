//! The opening of a record: each invocation that extracts a part of an object does so before its first message.

use uuid::Uuid;

use crate::record::names;
use crate::state::State;
use crate::timestamp::Timestamp;
use crate::update::{Update, number, text};

/// The tries that Lambda makes of an asynchronous invocation: the first one, and two more by `MaximumRetryAttempts` of the
/// template, which is the most that Lambda takes.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
pub(crate) const TRIES: u32 = 3;

/// What an invocation that extracts a part of an object knows of the ingest.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// The ingest id.
    pub ingest_id: Uuid,
    /// The Lambda request: that of a try after a failure is the same.
    pub request_id: &'a str,
    /// The data bucket.
    pub bucket: &'a str,
    /// The object's key.
    pub object: &'a str,
    /// The object's version, in a bucket that keeps versions.
    pub version_id: Option<&'a str>,
    /// The object's `ETag`, without quotation marks, when the event has it.
    pub etag: Option<&'a str>,
    /// S3's order of events on the key, when the event has it: with the version and the `ETag` it makes the ingest id.
    pub sequencer: Option<&'a str>,
    /// The object's size in bytes, when the event has it.
    pub size: Option<u64>,
    /// Who uploaded it, when the event says so.
    pub uploader: Option<&'a str>,
    /// The time at which the first invocation began.
    pub started: Timestamp,
    /// What a row does where an item is already there.
    pub write_mode: &'a str,
    /// The resource of the data package that describes the object.
    pub resource: Option<&'a str>,
}

/// An open record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The number of the attempt, which the messages carry; `None` when the extraction is complete, so that the messages of
    /// this repetition are not counted.
    pub attempt: Option<u32>,
    /// How often the request has opened the record.
    pub tries: u32,
}

impl Opened {
    /// Whether Lambda makes no other try of the request when this one fails.
    #[must_use]
    pub fn is_last_try(&self) -> bool {
        self.tries >= TRIES
    }
}

impl Opening<'_> {
    /// The request of an invocation that opens the record for the first time.
    pub(crate) fn first(&self, now: Timestamp) -> Update {
        let condition = format!(
            "attribute_not_exists(#{EXTRACTED}) AND (attribute_not_exists(#{REQUEST_ID}) OR #{REQUEST_ID} <> :{REQUEST_ID})",
            EXTRACTED = names::EXTRACTED,
            REQUEST_ID = names::REQUEST_ID,
        );
        self.of_try(1, now)
            .when(condition, &[names::EXTRACTED, names::REQUEST_ID])
    }

    /// The request of an invocation that Lambda tries again, as the try of this number.
    pub(crate) fn again(&self, tries: u32, now: Timestamp) -> Update {
        let condition = format!("attribute_not_exists(#{})", names::EXTRACTED);
        self.of_try(tries, now).when(condition, &[names::EXTRACTED])
    }

    fn of_try(&self, tries: u32, now: Timestamp) -> Update {
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
            .add(names::ATTEMPTS, number(&1))
    }
}
