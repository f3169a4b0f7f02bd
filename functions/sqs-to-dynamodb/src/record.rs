//! An SQS record: the members that the writer uses, and the meaning of its attributes.

use std::borrow::Cow;

use aws_lambda_events::sqs::{SqsMessage, SqsMessageAttribute};
use message::IngestId;
use uuid::{Uuid, Variant};

/// The message attribute that names the operation.
pub const METHOD: &str = "Method";
/// The message attribute with the reason code of a dead letter. It stays on the message when the dead letter is moved back.
pub const REASON_CODE: &str = "ReasonCode";
/// The message attribute that names the ingest of a message: a UUID of version 7, which contains the time of the upload,
/// optionally followed by the attempt that sent the message (`UUID/ATTEMPT`).
const INGEST_ID: &str = "IngestId";
/// The known values of the attribute `Method`.
pub const METHODS: [&str; 6] = ["POST", "PUT", "DELETE", "GET", "GET_ALL", "BATCH_WRITE"];

/// A record. Its texts are parts of the event where they have no escapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record<'e> {
    /// The message's id.
    pub message_id: Option<Cow<'e, str>>,
    /// Names this delivery of the message to SQS.
    pub receipt_handle: Option<Cow<'e, str>>,
    /// The body.
    pub body: Option<Cow<'e, str>>,
    /// The attributes that SQS gives the message.
    pub attributes: SystemAttributes<'e>,
    /// The attributes that the sender gives the message, each with its name. No two have the same name.
    pub message_attributes: Vec<(Cow<'e, str>, MessageAttribute<'e>)>,
    /// The ARN of the queue.
    pub event_source_arn: Option<Cow<'e, str>>,
}

/// The attributes that SQS gives a message, as far as the writer uses them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemAttributes<'e> {
    /// The number of deliveries.
    pub receive_count: Option<Cow<'e, str>>,
    /// The time of the first delivery, in milliseconds since the Unix epoch.
    pub first_receive_timestamp: Option<Cow<'e, str>>,
    /// The time of sending, in milliseconds since the Unix epoch.
    pub sent_timestamp: Option<Cow<'e, str>>,
    /// The X-Ray trace header.
    pub trace_header: Option<Cow<'e, str>>,
}

/// An attribute that the sender gives a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageAttribute<'e> {
    /// The type, such as `String` or `Number.float`.
    pub data_type: Option<Cow<'e, str>>,
    /// The value of an attribute that is not binary.
    pub string_value: Option<Cow<'e, str>>,
    /// The value of a binary attribute.
    pub binary_value: Option<Vec<u8>>,
}

impl Record<'_> {
    /// Whether the record has an id. A record without one cannot be reported as failed.
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.message_id.as_deref().is_some_and(|id| !id.is_empty())
    }
}

impl<'e> SystemAttributes<'e> {
    /// The place of the attribute with this name; `None` for an attribute that the writer does not use.
    pub fn place(&mut self, name: &str) -> Option<&mut Option<Cow<'e, str>>> {
        match name {
            "ApproximateReceiveCount" => Some(&mut self.receive_count),
            "ApproximateFirstReceiveTimestamp" => Some(&mut self.first_receive_timestamp),
            "SentTimestamp" => Some(&mut self.sent_timestamp),
            "AWSTraceHeader" => Some(&mut self.trace_header),
            _ => None,
        }
    }
}

impl From<SqsMessage> for Record<'_> {
    fn from(message: SqsMessage) -> Self {
        let mut attributes = SystemAttributes::default();
        for (name, value) in message.attributes {
            if let Some(place) = attributes.place(&name) {
                *place = Some(value.into());
            }
        }
        let of_sender = message.message_attributes.into_iter();
        Self {
            message_id: message.message_id.map(Cow::Owned),
            receipt_handle: message.receipt_handle.map(Cow::Owned),
            body: message.body.map(Cow::Owned),
            attributes,
            message_attributes: of_sender
                .map(|(name, attribute)| (name.into(), attribute.into()))
                .collect(),
            event_source_arn: message.event_source_arn.map(Cow::Owned),
        }
    }
}

impl From<SqsMessageAttribute> for MessageAttribute<'_> {
    fn from(attribute: SqsMessageAttribute) -> Self {
        Self {
            data_type: attribute.data_type.map(Cow::Owned),
            string_value: attribute.string_value.map(Cow::Owned),
            binary_value: attribute.binary_value.map(|bytes| bytes.0),
        }
    }
}

/// The value of the attribute `Method`, for the log; `None` when it is unknown, since an unknown value may contain anything.
#[must_use]
pub fn known_method(record: &Record<'_>) -> Option<&'static str> {
    let method = method(record)?;
    METHODS.into_iter().find(|known| *known == method)
}

/// The ingest id, for the log; `None` when it is not a valid id, since it may then contain anything.
#[must_use]
pub fn loggable_ingest_id(record: &Record<'_>) -> Option<Uuid> {
    Some(ingest_id(record)?.id)
}

/// The value of the attribute `Method`.
#[must_use]
pub fn method<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    text_attribute(record, METHOD)
}

/// The ingest id of a message, with the attempt if it has one; `None` for a message that no ingest sent.
#[must_use]
pub fn ingest_id(record: &Record<'_>) -> Option<IngestId> {
    text_attribute(record, INGEST_ID)?.parse().ok()
}

/// The ingest and the attempt that count this message in the ledger. `None` for a message that no ingest sent, or that was sent
/// without an attempt.
#[must_use]
pub fn attempt(record: &Record<'_>) -> Option<(Uuid, u32)> {
    let IngestId { id, attempt } = ingest_id(record)?;
    is_of_upload(id).then_some((id, attempt?))
}

/// Whether the message was a dead letter of the writer that somebody has moved back. `false` for a message that SQS itself had
/// moved to the dead-letter queue.
#[must_use]
pub fn was_dead_letter(record: &Record<'_>) -> bool {
    message_attribute(record, REASON_CODE).is_some()
}

/// The upload of an ingest.
pub struct Upload {
    /// The ingest id: a UUID of version 7.
    pub ingest_id: u128,
    /// The time of the upload, in milliseconds since the Unix epoch.
    pub millis: u64,
}

/// The upload that a message comes from; `None` for a message that no ingest sent.
#[must_use]
pub fn upload(record: &Record<'_>) -> Option<Upload> {
    let id = ingest_id(record)?.id;
    is_of_upload(id).then(|| Upload {
        ingest_id: id.as_u128(),
        millis: id.as_u64_pair().0 >> 16,
    })
}

/// Whether an id contains the time of an upload: a UUID of version 7.
fn is_of_upload(id: Uuid) -> bool {
    id.get_version_num() == 7 && id.get_variant() == Variant::RFC4122
}

/// The value of a message attribute; `None` when it is missing or binary.
#[must_use]
pub fn text_attribute<'r>(record: &'r Record<'_>, name: &str) -> Option<&'r str> {
    message_attribute(record, name)?.string_value.as_deref()
}

fn message_attribute<'r, 'e>(record: &'r Record<'e>, name: &str) -> Option<&'r MessageAttribute<'e>> {
    let mut attributes = record.message_attributes.iter();
    attributes.find_map(|(other, attribute)| (other == name).then_some(attribute))
}

/// The number of deliveries since the message was sent, this one included.
#[must_use]
pub fn receives(record: &Record<'_>) -> u32 {
    let count = record.attributes.receive_count.as_deref();
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The time of sending, in milliseconds since the Unix epoch.
#[must_use]
pub fn sent_millis(record: &Record<'_>) -> Option<u64> {
    record.attributes.sent_timestamp.as_deref()?.parse().ok()
}

/// The X-Ray trace header of the span that sent the message.
#[must_use]
pub fn trace_header<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    record.attributes.trace_header.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::record;

    #[test]
    fn only_what_is_known_is_logged() {
        let mut message = record("id", Some("BATCH_WRITE"), "");
        let id = "0197f2f4-6a4e-7cc3-98c4-dc0c0c07398f";
        message
            .message_attributes
            .push((INGEST_ID.into(), crate::testing::text_attribute(id)));
        assert_eq!(known_method(&message), Some("BATCH_WRITE"));
        assert_eq!(loggable_ingest_id(&message).unwrap().to_string(), id);
        let mut message = record("id", Some("secret"), "");
        message
            .message_attributes
            .push((INGEST_ID.into(), crate::testing::text_attribute("secret")));
        assert_eq!((known_method(&message), loggable_ingest_id(&message)), (None, None));
    }

    #[test]
    fn the_attempt_is_for_the_books_and_the_id_for_all_else() {
        let id = "0197f2f4-6a4e-7cc3-98c4-dc0c0c07398f";
        let read = |text: &str| {
            let mut message = record("id", Some("POST"), "");
            let text = crate::testing::text_attribute(text);
            message.message_attributes.push((INGEST_ID.into(), text));
            let upload = upload(&message).map(|upload| (Uuid::from_u128(upload.ingest_id).to_string(), upload.millis));
            let id = loggable_ingest_id(&message).map(|id| id.to_string());
            (upload, id, attempt(&message).map(|(_, attempt)| attempt))
        };
        let upload = Some((id.to_owned(), 1_752_127_793_742));
        assert_eq!(read(id), (upload.clone(), Some(id.to_owned()), None));
        assert_eq!(read(&format!("{id}/7")), (upload, Some(id.to_owned()), Some(7)));
        for other in ["secret", "secret/1", &format!("{id}/0"), &format!("{id}/")] {
            assert_eq!(read(other), (None, None, None), "{other}");
        }
        // A UUID without the time of an upload.
        let other = "0197f2f4-6a4e-4cc3-98c4-dc0c0c07398f";
        assert_eq!(read(&format!("{other}/1")), (None, Some(other.to_owned()), None));
    }

    #[test]
    fn a_message_that_does_not_say_how_often_it_came_came_once() {
        let mut record = record("id", None, "");
        assert_eq!(receives(&record), 1);
        record.attributes.receive_count = Some("7".into());
        assert_eq!(receives(&record), 7);
    }
}
