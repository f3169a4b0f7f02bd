//! A message on the queue: its body and attributes, as JSON.

use std::fmt::Write;
use std::sync::Arc;

use message::IngestId;
use uuid::fmt::Hyphenated;

/// The most bytes of a message with its attributes, and of all messages of one request.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most messages of one request (same source).
pub const MAX_ENTRIES: usize = 10;
/// The most bytes of an ingest id with its attempt number. Every id is counted as this long, so that the attempt number
/// does not decide which rows fit.
const INGEST_ID_BYTES: usize = Hyphenated::LENGTH + "/4294967295".len();
/// The bytes that the attributes `Method` and `IngestId` add to each message, except the method itself: their names,
/// their types and the ingest id.
const ATTRIBUTE_BYTES: usize = "Method".len() + "String".len() + "IngestId".len() + "String".len() + INGEST_ID_BYTES;

/// The body of a message of one row.
#[derive(Clone, Copy, Debug)]
pub struct Body<'b> {
    /// The body as the content of a JSON string: escaped, without the quotation marks.
    pub json: &'b str,
    /// The length of the unescaped body, in bytes.
    pub bytes: usize,
    /// The message's attribute `Method`.
    pub method: &'static str,
}

/// The size of a message as SQS counts it, from the length of its body and its attribute `Method`. It is exact for the
/// longest attempt number, and up to eleven bytes too large for others.
#[must_use]
pub fn message_bytes(body_bytes: usize, method: &str) -> usize {
    body_bytes + ATTRIBUTE_BYTES + method.len()
}

/// The JSON around the bodies of an object's messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Envelope(Arc<Texts>);

#[derive(Debug)]
struct Texts {
    /// What precedes the messages of a request.
    head: String,
    /// What follows the body of a message: its attributes.
    entry_tail: String,
}

impl Body<'_> {
    /// The size of the message; see [`message_bytes`].
    #[must_use]
    pub fn message_bytes(self) -> usize {
        message_bytes(self.bytes, self.method)
    }
}

impl Envelope {
    /// The JSON around the bodies of an ingest's messages to a queue, all of this method. `trace` is X-Ray's header, if there is a trace. It
    /// becomes a system attribute, which SQS does not count among a message's bytes.
    ///
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/sqs-message-metadata.html>
    #[must_use]
    pub fn new(queue_url: &str, ingest_id: IngestId, method: &str, trace: Option<&str>) -> Self {
        let queue_url = serde_json::Value::from(queue_url);
        let mut entry_tail = String::new();
        // Writing to a string always succeeds.
        _ = write!(
            entry_tail,
            r#"","MessageAttributes":{{"Method":{{"DataType":"String","StringValue":"{method}"}},"IngestId":{{"DataType":"String","StringValue":"{ingest_id}"}}}}"#
        );
        if let Some(trace) = trace {
            let trace = serde_json::Value::from(trace);
            _ = write!(
                entry_tail,
                r#","MessageSystemAttributes":{{"AWSTraceHeader":{{"DataType":"String","StringValue":{trace}}}}}"#
            );
        }
        entry_tail.push('}');
        Self(Arc::new(Texts {
            head: format!("{{\"QueueUrl\":{queue_url},\"Entries\":["),
            entry_tail,
        }))
    }

    /// The part of a request that precedes its entries.
    pub(super) fn head(&self) -> &str {
        &self.0.head
    }

    /// The part of an entry that follows the content of its body.
    pub(super) fn entry_tail(&self) -> &str {
        &self.0.entry_tail
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn without_a_trace_there_is_no_system_attribute() {
        for method in ["POST", "PUT", "DELETE"] {
            let longest = IngestId {
                id: Uuid::nil(),
                attempt: Some(u32::MAX),
            };
            let envelope = Envelope::new("https://q", longest, method, None);
            let json = format!("{{\"MessageBody\":\"{}", envelope.entry_tail());
            let entry: Value = serde_json::from_str(&json).unwrap();
            let attributes = entry["MessageAttributes"].as_object().unwrap();
            let bytes = attributes.iter().map(|(name, value)| {
                name.len() + value["DataType"].as_str().unwrap().len() + value["StringValue"].as_str().unwrap().len()
            });
            assert_eq!(bytes.sum::<usize>(), message_bytes(0, method));
            assert_eq!(attributes["Method"]["StringValue"], method);
            assert_eq!(entry.as_object().unwrap().len(), 2);
        }
    }
}
