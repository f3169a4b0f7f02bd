//! The attributes of an SQS record.

use aws_lambda_events::sqs::SqsMessage;

/// The message attribute that says what to do.
pub const METHOD: &str = "Method";
/// The message attribute that names the ingest which made the message: a UUID of version 7, with the time of the upload.
const INGEST_ID: &str = "IngestId";
/// The system attribute that counts deliveries.
const RECEIVE_COUNT: &str = "ApproximateReceiveCount";
/// The system attribute with the time at which a message was sent, in milliseconds since the Unix epoch.
const SENT_TIMESTAMP: &str = "SentTimestamp";
/// The system attribute with X-Ray's header.
const TRACE_HEADER: &str = "AWSTraceHeader";

/// The value of the attribute `Method`.
#[must_use]
pub fn method(record: &SqsMessage) -> Option<&str> {
    text_attribute(record, METHOD)
}

/// The id of the ingest that a message comes from; `None` for a message that no ingest made.
#[must_use]
pub fn ingest_id(record: &SqsMessage) -> Option<&str> {
    text_attribute(record, INGEST_ID)
}

/// The value of a message attribute; `None` when it is missing or binary.
#[must_use]
pub fn text_attribute<'r>(record: &'r SqsMessage, name: &str) -> Option<&'r str> {
    record.message_attributes.get(name)?.string_value.as_deref()
}

/// The number of times a message was delivered since it was sent, this delivery included.
#[must_use]
pub fn receives(record: &SqsMessage) -> u32 {
    let count = record.attributes.get(RECEIVE_COUNT);
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The time at which the message was sent, in milliseconds since the Unix epoch.
#[must_use]
pub fn sent_millis(record: &SqsMessage) -> Option<u64> {
    record.attributes.get(SENT_TIMESTAMP)?.parse().ok()
}

/// X-Ray's header of the span in which the message was sent.
#[must_use]
pub fn trace_header(record: &SqsMessage) -> Option<&str> {
    record.attributes.get(TRACE_HEADER).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::record;

    #[test]
    fn a_message_that_does_not_say_how_often_it_came_came_once() {
        let mut record = record("id", None, "");
        assert_eq!(receives(&record), 1);
        record.attributes.insert(RECEIVE_COUNT.into(), "7".into());
        assert_eq!(receives(&record), 7);
    }
}
