//! Dead letters: messages that could not be written, and events that could not be extracted.
//!
//! `tools/lib/observe/dead_letters.py` reads them in the same way. Both are tested on `tests/samples/dead_letters.json`.

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

/// The reason code of a message that names no reason.
const NOT_ANSWERED: &str = "NotAnswered";
/// The reason, in words, of a message that names none.
const NOT_ANSWERED_TEXT: &str = "the writer ended without an answer, or could not give a reason: see its log";

/// A message of the dead-letter queue, with the fields that are used here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The reason code, by which `tools/dlq` groups dead letters.
    pub reason: String,
    /// The reason in words.
    pub text: String,
    /// When it was sent, in seconds since the Unix epoch.
    pub sent: i64,
    /// What died: a message or an event.
    pub kind: Kind,
}

/// What died: a message or an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message that could not be written.
    Message {
        /// The id of its ingest, without the attempt.
        ingest_id: Option<String>,
        /// The number of rows in the message: a `BATCH_WRITE` may hold more than one.
        rows: u64,
    },
    /// An event whose objects could not be extracted.
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
        // Only SQS itself sets this attribute. A reason in the message is then from an earlier stay in the dead-letter queue.
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
        // The extractor gives codes such as AccessDenied, and Lambda itself such as Sandbox.Timedout. Without a code, the reason
        // is the condition, such as RetriesExhausted.
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

    /// Whether this is a message rather than an event.
    #[must_use]
    pub fn is_message(&self) -> bool {
        matches!(self.kind, Kind::Message { .. })
    }

    /// The ingest id of a message, if it names one.
    #[must_use]
    pub fn ingest_id(&self) -> Option<&str> {
        match &self.kind {
            Kind::Message { ingest_id, .. } => ingest_id.as_deref(),
            Kind::Event { .. } => None,
        }
    }

    /// The number of rows in a message; 0 for an event.
    #[must_use]
    pub fn rows(&self) -> u64 {
        match self.kind {
            Kind::Message { rows, .. } => rows,
            Kind::Event { .. } => 0,
        }
    }

    /// Whether this is an event of exactly this upload.
    #[must_use]
    pub fn is_event_of(&self, upload: &UploadedObject) -> bool {
        let Kind::Event { objects } = &self.kind else {
            return false;
        };
        upload.may_have_led_to(self.sent) && objects.iter().any(|object| object.is_of(upload))
    }
}

/// The objects that an event names. The event is S3's, which SNS may have wrapped, or `EventBridge`'s.
fn objects_in(event: &Value) -> Vec<EventObject> {
    let records = event["Records"].as_array().into_iter().flatten();
    let objects = records.flat_map(|record| match record["Sns"]["Message"].as_str() {
        Some(message) => serde_json::from_str(message).map_or_else(|_| Vec::new(), |event| objects_in(&event)),
        None => EventObject::of(record).into_iter().collect(),
    });
    objects.chain(EventObject::of_event_bridge(event)).collect()
}

impl EventObject {
    /// The object of an `EventBridge` event, in which keys are not URL-encoded.
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

/// Parses the time of an event, into seconds since the Unix epoch.
fn seconds(text: &str) -> Option<i64> {
    let time = DateTime::from_str(text, DateTimeFormat::DateTime).ok()?;
    Some(time.secs())
}

/// The number of rows in a message. A message that cannot be parsed counts as one row, as in the table of ingests.
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

/// A message attribute that is a string and not empty.
fn attribute<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    let value = message.message_attributes.as_ref()?.get(name)?;
    value.string_value.as_deref().filter(|text| !text.is_empty())
}

/// The ingest id of `INGEST/ATTEMPT` or `INGEST`.
fn without_attempt(text: &str) -> String {
    text.split('/').next().unwrap_or_default().to_owned()
}

fn system<'a>(message: &'a Message, name: &MessageSystemAttributeName) -> Option<&'a str> {
    message.attributes.as_ref()?.get(name).map(String::as_str)
}

/// An event that an `EventBridge` rule could not deliver, in an envelope like Lambda's; `None` for another message.
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

/// The envelope that Lambda writes around an event that it gives up; `None` for another body.
fn envelope(body: &str) -> Option<Value> {
    let envelope: Value = serde_json::from_str(body).ok()?;
    let parts = ["requestContext", "requestPayload"];
    parts.iter().all(|part| envelope[*part].is_object()).then_some(envelope)
}

/// Whether a text is a code, which needs no quotes on a command line.
fn is_code(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|other| other.is_ascii_alphanumeric() || "_.".contains(other))
}
