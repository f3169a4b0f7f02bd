//! A message on the queue: its body and its attributes, as JSON.

use std::fmt::Write;
use std::sync::Arc;

use message::IngestId;
use uuid::fmt::Hyphenated;

/// The most bytes of a message, body and attributes, and of all messages of a call.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most messages of a call, by the same page.
pub const MAX_ENTRIES: usize = 10;
/// The most bytes of an ingest id with its attempt. Each is counted so, lest it depend on the attempt which rows fit.
const INGEST_ID_BYTES: usize = Hyphenated::LENGTH + "/4294967295".len();
/// The bytes that the attributes `Method` and `IngestId` add to each message beside the method: their names and types, and the
/// ingest id.
const ATTRIBUTE_BYTES: usize = "Method".len() + "String".len() + "IngestId".len() + "String".len() + INGEST_ID_BYTES;

/// The body of the message of one row.
#[derive(Clone, Copy, Debug)]
pub struct Body<'b> {
    /// The content of a JSON string: escaped, without the quotation marks.
    pub json: &'b str,
    /// The length of the body itself, in bytes.
    pub bytes: usize,
    /// The attribute `Method` of its message.
    pub method: &'static str,
}

/// The size of a message as SQS counts it, by the bytes of its body and its attribute `Method`; of one whose attempt is not the
/// longest, at most eleven bytes more.
#[must_use]
pub fn message_bytes(body_bytes: usize, method: &str) -> usize {
    body_bytes + ATTRIBUTE_BYTES + method.len()
}

/// The attributes that each message of an object has: the JSON behind its body. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Attributes(Arc<str>);

impl Body<'_> {
    /// The size of the message, as [`message_bytes`] has it.
    #[must_use]
    pub fn message_bytes(self) -> usize {
        message_bytes(self.bytes, self.method)
    }
}

impl Attributes {
    /// The attributes of the messages of an ingest, which all have this method. `trace` is X-Ray's header, when there is a trace: a system attribute,
    /// which SQS does not count among a message's bytes.
    ///
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/sqs-message-metadata.html>
    #[must_use]
    pub fn new(ingest_id: IngestId, method: &str, trace: Option<&str>) -> Self {
        let mut json = String::new();
        // Writing to a string always succeeds.
        _ = write!(
            json,
            r#"","MessageAttributes":{{"Method":{{"DataType":"String","StringValue":"{method}"}},"IngestId":{{"DataType":"String","StringValue":"{ingest_id}"}}}}"#
        );
        if let Some(trace) = trace {
            let trace = serde_json::Value::from(trace);
            _ = write!(
                json,
                r#","MessageSystemAttributes":{{"AWSTraceHeader":{{"DataType":"String","StringValue":{trace}}}}}"#
            );
        }
        json.push('}');
        Self(json.into())
    }

    /// Everything of an entry of the call that is behind the content of its body.
    pub(super) fn json(&self) -> &str {
        &self.0
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
            let attributes = Attributes::new(longest, method, None);
            let json = format!("{{\"MessageBody\":\"{}", attributes.json());
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
