//! The attributes of an SQS record.

use aws_lambda_events::sqs::SqsMessage;
use message::IngestId;
use uuid::{Uuid, Variant};

/// The message attribute that names the operation.
pub const METHOD: &str = "Method";
/// The message attribute with the reason code of a dead letter. It stays on the message when the dead letter is moved back.
pub const REASON_CODE: &str = "ReasonCode";
/// The message attribute that names the ingest of a message: a UUID of version 7, which contains the time of the upload,
/// optionally followed by the attempt that sent the message (`UUID/ATTEMPT`).
const INGEST_ID: &str = "IngestId";
/// The system attribute that counts deliveries.
const RECEIVE_COUNT: &str = "ApproximateReceiveCount";
/// The system attribute with the time of sending, in milliseconds since the Unix epoch.
const SENT_TIMESTAMP: &str = "SentTimestamp";
/// The system attribute with the X-Ray trace header.
const TRACE_HEADER: &str = "AWSTraceHeader";

/// The known values of the attribute `Method`.
pub const METHODS: [&str; 6] = ["POST", "PUT", "DELETE", "GET", "GET_ALL", "BATCH_WRITE"];

/// The value of the attribute `Method`, for the log; `None` when it is unknown, since an unknown value may contain anything.
#[must_use]
pub fn known_method(record: &SqsMessage) -> Option<&'static str> {
    let method = method(record)?;
    METHODS.into_iter().find(|known| *known == method)
}

/// The ingest id, for the log; `None` when it is not a valid id, since it may then contain anything.
#[must_use]
pub fn loggable_ingest_id(record: &SqsMessage) -> Option<Uuid> {
    Some(ingest_id(record)?.id)
}

/// The value of the attribute `Method`.
#[must_use]
pub fn method(record: &SqsMessage) -> Option<&str> {
    text_attribute(record, METHOD)
}

/// The ingest id of a message, with the attempt if it has one; `None` for a message that no ingest sent.
#[must_use]
pub fn ingest_id(record: &SqsMessage) -> Option<IngestId> {
    text_attribute(record, INGEST_ID)?.parse().ok()
}

/// The ingest and the attempt that count this message in the ledger. `None` for a message that no ingest sent, or that was sent
/// without an attempt.
#[must_use]
pub fn attempt(record: &SqsMessage) -> Option<(Uuid, u32)> {
    let IngestId { id, attempt } = ingest_id(record)?;
    is_of_upload(id).then_some((id, attempt?))
}

/// Whether the message was a dead letter of the writer that somebody has moved back. `false` for a message that SQS itself had
/// moved to the dead-letter queue.
#[must_use]
pub fn was_dead_letter(record: &SqsMessage) -> bool {
    record.message_attributes.contains_key(REASON_CODE)
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
pub fn upload(record: &SqsMessage) -> Option<Upload> {
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
pub fn text_attribute<'r>(record: &'r SqsMessage, name: &str) -> Option<&'r str> {
    record.message_attributes.get(name)?.string_value.as_deref()
}

/// The number of deliveries since the message was sent, this one included.
#[must_use]
pub fn receives(record: &SqsMessage) -> u32 {
    let count = record.attributes.get(RECEIVE_COUNT);
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The time of sending, in milliseconds since the Unix epoch.
#[must_use]
pub fn sent_millis(record: &SqsMessage) -> Option<u64> {
    record.attributes.get(SENT_TIMESTAMP)?.parse().ok()
}

/// The X-Ray trace header of the span that sent the message.
#[must_use]
pub fn trace_header(record: &SqsMessage) -> Option<&str> {
    record.attributes.get(TRACE_HEADER).map(String::as_str)
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
            .insert(INGEST_ID.into(), crate::testing::text_attribute(id));
        assert_eq!(known_method(&message), Some("BATCH_WRITE"));
        assert_eq!(loggable_ingest_id(&message).unwrap().to_string(), id);
        let mut message = record("id", Some("secret"), "");
        message
            .message_attributes
            .insert(INGEST_ID.into(), crate::testing::text_attribute("secret"));
        assert_eq!((known_method(&message), loggable_ingest_id(&message)), (None, None));
    }

    #[test]
    fn the_attempt_is_for_the_books_and_the_id_for_all_else() {
        let id = "0197f2f4-6a4e-7cc3-98c4-dc0c0c07398f";
        let read = |text: &str| {
            let mut message = record("id", Some("POST"), "");
            let text = crate::testing::text_attribute(text);
            message.message_attributes.insert(INGEST_ID.into(), text);
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
        record.attributes.insert(RECEIVE_COUNT.into(), "7".into());
        assert_eq!(receives(&record), 7);
    }
}
