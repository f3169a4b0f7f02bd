//! What a dead letter means: a message of an ingest that could not be written, or an event that could not be extracted.

use aws_sdk_sqs::primitives::{DateTime, DateTimeFormat};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::object::UploadedObject;

/// The reason of a dead letter that has none, as `tools/dlq` calls it.
const NOT_ANSWERED: &str = "NotAnswered";

/// A message of the dead-letter queue, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The code that `tools/dlq` groups by.
    pub reason: String,
    /// The reason in words.
    pub text: String,
    /// When it was sent, in seconds since the Unix epoch.
    pub sent: i64,
    /// The ingest that it is of.
    pub ingest_id: Option<String>,
    /// When it is an event that the extractor failed on: the objects of it.
    pub objects: Vec<EventObject>,
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
    /// What a message of the dead-letter queue says.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let said = |name: &str| {
            let value = message.message_attributes.as_ref()?.get(name)?;
            value.string_value.clone()
        };
        let system = |name| message.attributes.as_ref()?.get(&name).cloned();
        let sent = system(MessageSystemAttributeName::SentTimestamp);
        let sent = sent.and_then(|text| text.parse::<i64>().ok()).unwrap_or_default() / 1000;
        if let Some(event) = message.body.as_deref().and_then(Self::event) {
            return Self { sent, ..event };
        }
        // Only SQS itself sets this. Reasons are then those of an earlier visit, if of any.
        let moved_by_sqs = system(MessageSystemAttributeName::DeadLetterQueueSourceArn).is_some();
        let reason = said("ReasonCode").filter(|_| !moved_by_sqs);
        let text = match reason {
            Some(_) => said("Reason").unwrap_or_default(),
            None => "the writer never answered for it".to_owned(),
        };
        Self {
            reason: reason.unwrap_or_else(|| NOT_ANSWERED.to_owned()),
            text,
            sent,
            ingest_id: said("IngestId"),
            objects: Vec::new(),
        }
    }

    /// The event that Lambda gave up; `None` when the body is something else.
    fn event(body: &str) -> Option<Self> {
        let envelope: Value = serde_json::from_str(body).ok()?;
        let condition = envelope.get("requestContext")?.get("condition").and_then(Value::as_str);
        let condition = condition.unwrap_or("unknown");
        let error = &envelope["responsePayload"];
        let records = envelope.get("requestPayload")?.get("Records").and_then(Value::as_array);
        Some(Self {
            reason: error["errorType"].as_str().unwrap_or(condition).to_owned(),
            text: match error["errorMessage"].as_str() {
                Some(text) => text.to_owned(),
                None => format!("Lambda gave up: {condition}"),
            },
            sent: 0,
            ingest_id: None,
            objects: records.into_iter().flatten().filter_map(EventObject::of).collect(),
        })
    }

    /// Whether it is an event of this very upload.
    #[must_use]
    pub fn is_event_of(&self, upload: &UploadedObject) -> bool {
        upload.may_have_led_to(self.sent)
            && self.objects.iter().any(|object| {
                let same_content = object.etag.as_ref().is_none_or(|etag| *etag == upload.etag);
                let same_upload = same_content && object.at.is_none_or(|at| upload.may_have_led_to(at));
                object.bucket == upload.bucket && object.key == upload.key && same_upload
            })
    }
}

impl EventObject {
    fn of(record: &Value) -> Option<Self> {
        let entity = record.get("s3")?;
        let key = entity["object"]["key"].as_str()?.replace('+', " ");
        let at = record.get("eventTime").and_then(Value::as_str);
        let at = at.and_then(|text| DateTime::from_str(text, DateTimeFormat::DateTime).ok());
        Some(Self {
            bucket: entity["bucket"]["name"].as_str()?.to_owned(),
            key: percent_decode_str(&key).decode_utf8_lossy().into_owned(),
            etag: entity["object"]["eTag"].as_str().map(str::to_owned),
            at: at.as_ref().map(DateTime::secs),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::testing::object;
    use aws_sdk_sqs::types::MessageAttributeValue;
    use serde_json::json;

    fn message(body: &str, attributes: &[(&str, &str)]) -> Message {
        let mut message = Message::builder().body(body);
        for (name, value) in attributes {
            let text = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(*value);
            message = message.message_attributes(*name, text.build().unwrap());
        }
        message
            .attributes(MessageSystemAttributeName::SentTimestamp, "5000")
            .build()
    }

    #[test]
    fn a_dead_letter_of_the_writers_says_why_and_of_which_ingest() {
        let attributes = [
            ("ReasonCode", "InvalidItem"),
            ("Reason", "too large"),
            ("IngestId", "i"),
        ];
        let dead_letter = DeadLetter::of(&message("{}", &attributes));
        assert_eq!(
            (dead_letter.reason.as_str(), dead_letter.text.as_str(), dead_letter.sent),
            ("InvalidItem", "too large", 5)
        );
        assert_eq!(dead_letter.ingest_id.as_deref(), Some("i"));
    }

    #[test]
    fn a_dead_letter_that_sqs_moved_has_no_reason_of_its_own() {
        let mut moved = message("{}", &[("ReasonCode", "Throttled")]);
        if let Some(attributes) = &mut moved.attributes {
            attributes.insert(MessageSystemAttributeName::DeadLetterQueueSourceArn, "arn".into());
        }
        assert_eq!(DeadLetter::of(&moved).reason, NOT_ANSWERED);
    }

    #[test]
    fn an_event_that_was_given_up_is_that_of_its_object() {
        let envelope = json!({
            "requestContext": {"condition": "RetriesExhausted"},
            "requestPayload": {"Records": [{"eventTime": "1970-01-01T00:00:04.500Z", "s3": {
                "bucket": {"name": "data"}, "object": {"key": "x/a+b%C3%BC.csv", "eTag": "e"},
            }}]},
            "responsePayload": {"errorType": "AccessDenied", "errorMessage": "it may not read it"},
        });
        let dead_letter = DeadLetter::of(&message(&envelope.to_string(), &[]));
        assert_eq!(
            (dead_letter.reason.as_str(), dead_letter.text.as_str()),
            ("AccessDenied", "it may not read it")
        );
        // S3's times of one upload may differ by seconds.
        for at in [4, 5, 9] {
            assert!(dead_letter.is_event_of(&object("x/a bü.csv", "e", at)), "{at}");
        }
        for other in [
            object("x/a bü.csv", "f", 4),
            object("a.csv", "e", 4),
            object("x/a bü.csv", "e", 10),
        ] {
            assert!(!dead_letter.is_event_of(&other), "{other:?}");
        }
    }
}
