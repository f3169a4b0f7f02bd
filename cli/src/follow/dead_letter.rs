//! What a dead letter means: a message that could not be written, or an event that could not be extracted.
//!
//! `tools/lib/observe/dead_letters.py` reads them in the same way: both are tested on `tests/samples/dead_letters.json`.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use aws_sdk_sqs::primitives::{DateTime, DateTimeFormat};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use percent_encoding::percent_decode_str;
use s3_to_sqs::queue::packing;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::object::UploadedObject;

/// The reason of a message that has none.
const NOT_ANSWERED: &str = "NotAnswered";
/// What is known of such a message.
const NOT_ANSWERED_TEXT: &str = "the writer never answered for it, or could not give the reason: its log has more";

/// A message of the dead-letter queue, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The code that `tools/dlq` groups by.
    pub reason: String,
    /// The reason in words.
    pub text: String,
    /// When it was sent, in seconds since the Unix epoch.
    pub sent: i64,
    /// What could not be done.
    pub kind: Kind,
}

/// What could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message could not be written.
    Message {
        /// The ingest that it is of, whatever the attempt.
        ingest_id: Option<String>,
        /// The rows that it holds: more than one in a `BATCH_WRITE`.
        rows: u64,
    },
    /// An event could not be extracted.
    Event {
        /// The objects that it names.
        objects: Vec<EventObject>,
    },
}

/// An object that an event names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventObject {
    bucket: String,
    key: String,
    etag: Option<String>,
    /// When it was uploaded, in seconds since the Unix epoch.
    at: Option<i64>,
}

impl DeadLetter {
    /// Reads a message of the dead-letter queue.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let sent = system(message, &MessageSystemAttributeName::SentTimestamp);
        let sent = sent.and_then(|text| text.parse::<i64>().ok()).unwrap_or_default() / 1000;
        match envelope_of_rule(message).or_else(|| message.body.as_deref().and_then(envelope)) {
            Some(envelope) => Self::of_event(&envelope, sent),
            None => Self::of_message(message, sent),
        }
    }

    fn of_message(message: &Message, sent: i64) -> Self {
        // Only SQS itself sets this. Reasons are then those of an earlier visit, if of any.
        let moved_by_sqs = system(message, &MessageSystemAttributeName::DeadLetterQueueSourceArn).is_some();
        let reason = attribute(message, "ReasonCode").filter(|_| !moved_by_sqs);
        let text = match reason {
            Some(_) => attribute(message, "Reason").unwrap_or_default(),
            None => NOT_ANSWERED_TEXT,
        };
        Self {
            reason: reason.unwrap_or(NOT_ANSWERED).to_owned(),
            text: text.to_owned(),
            sent,
            kind: Kind::Message {
                ingest_id: attribute(message, "IngestId").map(without_attempt),
                rows: rows_of(message),
            },
        }
    }

    fn of_event(envelope: &Value, sent: i64) -> Self {
        let condition = envelope["requestContext"]["condition"].as_str().unwrap_or("unknown");
        let error = &envelope["responsePayload"];
        // Such as AccessDenied of the extractor or Sandbox.Timedout of Lambda; without an answer, RetriesExhausted.
        let code = error["errorType"].as_str().filter(|code| is_code(code));
        let text = error["errorMessage"].as_str().filter(|text| !text.is_empty());
        Self {
            reason: code.unwrap_or(condition).to_owned(),
            text: text.map_or_else(|| format!("Lambda gave up: {condition}"), str::to_owned),
            sent,
            kind: Kind::Event {
                objects: objects_in(&envelope["requestPayload"]),
            },
        }
    }

    /// Whether it is a message, not an event.
    #[must_use]
    pub fn is_message(&self) -> bool {
        matches!(self.kind, Kind::Message { .. })
    }

    /// The ingest of a message, when it names one.
    #[must_use]
    pub fn ingest_id(&self) -> Option<&str> {
        match &self.kind {
            Kind::Message { ingest_id, .. } => ingest_id.as_deref(),
            Kind::Event { .. } => None,
        }
    }

    /// The rows of a message; none of an event.
    #[must_use]
    pub fn rows(&self) -> u64 {
        match self.kind {
            Kind::Message { rows, .. } => rows,
            Kind::Event { .. } => 0,
        }
    }

    /// Whether it is an event of this very upload.
    #[must_use]
    pub fn is_event_of(&self, upload: &UploadedObject) -> bool {
        let Kind::Event { objects } = &self.kind else {
            return false;
        };
        upload.may_have_led_to(self.sent) && objects.iter().any(|object| object.is_of(upload))
    }
}

/// The objects that an event names: one of S3, which SNS may have wrapped, or one of `EventBridge`.
fn objects_in(event: &Value) -> Vec<EventObject> {
    let records = event["Records"].as_array().into_iter().flatten();
    let objects = records.flat_map(|record| match record["Sns"]["Message"].as_str() {
        Some(message) => serde_json::from_str(message).map_or_else(|_| Vec::new(), |event| objects_in(&event)),
        None => EventObject::of(record).into_iter().collect(),
    });
    objects.chain(EventObject::of_event_bridge(event)).collect()
}

impl EventObject {
    /// The object of an event by `EventBridge`, in which keys are not encoded.
    fn of_event_bridge(event: &Value) -> Option<Self> {
        let detail = event.get("detail")?;
        Some(Self {
            bucket: detail["bucket"]["name"].as_str()?.to_owned(),
            key: detail["object"]["key"].as_str()?.to_owned(),
            etag: detail["object"]["etag"].as_str().map(str::to_owned),
            at: event.get("time").and_then(Value::as_str).and_then(seconds),
        })
    }

    fn of(record: &Value) -> Option<Self> {
        let entity = record.get("s3")?;
        let key = entity["object"]["key"].as_str()?.replace('+', " ");
        let at = record.get("eventTime").and_then(Value::as_str);
        Some(Self {
            bucket: entity["bucket"]["name"].as_str()?.to_owned(),
            key: percent_decode_str(&key).decode_utf8_lossy().into_owned(),
            etag: entity["object"]["eTag"].as_str().map(str::to_owned),
            at: at.and_then(seconds),
        })
    }

    fn is_of(&self, upload: &UploadedObject) -> bool {
        let same_content = self.etag.as_ref().is_none_or(|etag| *etag == upload.etag);
        let same_upload = same_content && self.at.is_none_or(|at| upload.may_have_led_to(at));
        self.bucket == upload.bucket && self.key == upload.key && same_upload
    }
}

/// A time of an event, in seconds since the Unix epoch.
fn seconds(text: &str) -> Option<i64> {
    let time = DateTime::from_str(text, DateTimeFormat::DateTime).ok()?;
    Some(time.secs())
}

/// The rows of a message. One that cannot be read is one row, as in the books.
fn rows_of(message: &Message) -> u64 {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "RequestItems")]
        tables: HashMap<String, Vec<IgnoredAny>>,
    }
    if attribute(message, "Method") != Some(packing::METHOD) {
        return 1;
    }
    let body = message.body.as_deref().unwrap_or_default();
    let tables = serde_json::from_str(body).map_or_else(|_| HashMap::new(), |Body { tables }| tables);
    let rows: usize = tables.values().map(Vec::len).sum();
    rows.max(1) as u64
}

/// A message attribute that is a text, and not empty.
fn attribute<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    let value = message.message_attributes.as_ref()?.get(name)?;
    value.string_value.as_deref().filter(|text| !text.is_empty())
}

/// The ingest of `INGEST/ATTEMPT`, or of `INGEST`.
fn without_attempt(text: &str) -> String {
    text.split('/').next().unwrap_or_default().to_owned()
}

fn system<'a>(message: &'a Message, name: &MessageSystemAttributeName) -> Option<&'a str> {
    message.attributes.as_ref()?.get(name).map(String::as_str)
}

/// An event that a rule of `EventBridge` gave up, in an envelope as Lambda's; `None` when the message is something else.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
fn envelope_of_rule(message: &Message) -> Option<Value> {
    attribute(message, "RULE_ARN")?;
    let event: Value = serde_json::from_str(message.body.as_deref()?).ok()?;
    let words = attribute(message, "ERROR_MESSAGE").unwrap_or("EventBridge could not give the event to the extractor");
    event.is_object().then(|| {
        json!({
            "requestContext": {"condition": attribute(message, "EXHAUSTED_RETRY_CONDITION").unwrap_or("NotTaken")},
            "requestPayload": event,
            "responsePayload": {"errorType": attribute(message, "ERROR_CODE"), "errorMessage": words},
        })
    })
}

/// What Lambda writes around an event that it gives up; `None` when the body is something else.
fn envelope(body: &str) -> Option<Value> {
    let envelope: Value = serde_json::from_str(body).ok()?;
    let parts = ["requestContext", "requestPayload"];
    parts.iter().all(|part| envelope[*part].is_object()).then_some(envelope)
}

/// Whether a text is a code: a command line takes it as it is.
fn is_code(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|other| other.is_ascii_alphanumeric() || "_.".contains(other))
}
