//! Reads the event of an invocation: a batch of SQS records, each read separately, or an event of another service.
//!
//! Nearly every event has the usual form, which `usual` reads. Any other event takes the path by `serde_json`, which reads every
//! form and names each fault.

mod odd_record;
#[cfg(test)]
mod property_tests;
mod usual;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use foreign_events::Foreign;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::record::{Record, method};
use odd_record::{fault_of, without_nulls};

/// The reason why the writer refuses an event.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The event is not JSON. Contains the parser's message.
    #[error("the event is not JSON: {0}")]
    NotJson(String),
    /// The event does not come from SQS.
    #[error(
        "the event is {}; it must come from an SQS event source mapping, or have its form: {{\"Records\":[…]}}",
        .0.name()
    )]
    Foreign(Foreign),
}

/// An event that the writer accepts.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'e> {
    /// A batch of SQS records.
    Batch(Batch<'e>),
    /// An event that needs no action.
    Harmless(Foreign),
}

/// The records of a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Batch<'e> {
    /// The messages.
    pub messages: Vec<Record<'e>>,
    /// The records that cannot be read as messages.
    pub unreadable: Vec<Unreadable>,
    /// The messages that need no action: test events of S3, and schedules whose target is the queue.
    pub harmless: Vec<Harmless>,
}

/// A record whose form differs from what SQS sends.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The id that the response reports as failed.
    pub message_id: String,
    /// The wrong member of the record, and the form that it must have.
    pub fault: &'static str,
}

/// A message that needs no action.
#[derive(Debug, PartialEq, Eq)]
pub struct Harmless {
    /// Its id.
    pub message_id: String,
    /// The kind of its content.
    pub kind: Foreign,
}

#[derive(Deserialize)]
struct Records<'e> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'e RawValue>,
}

/// Reads the JSON text of an event.
///
/// # Errors
/// [`EventError`], when the event is neither a batch nor known to need no action.
pub fn read(payload: &[u8]) -> Result<Event<'_>, EventError> {
    let usual = str::from_utf8(payload).ok().and_then(usual::records);
    usual.map_or_else(|| read_any(payload), |messages| Ok(batch_of(messages)))
}

fn batch_of(messages: Vec<Record<'_>>) -> Event<'_> {
    let mut batch = Batch {
        messages,
        ..Batch::default()
    };
    batch.set_harmless_aside();
    Event::Batch(batch)
}

/// Reads an event of any form.
fn read_any(payload: &[u8]) -> Result<Event<'_>, EventError> {
    let payload = first_value(payload).map_err(|error| EventError::NotJson(error.to_string()))?;
    let mut batch = match serde_json::from_str::<SqsEvent>(payload) {
        Ok(event) => Batch {
            messages: event.records.into_iter().map(Record::from).collect(),
            ..Batch::default()
        },
        Err(_) => match serde_json::from_str::<Records>(payload) {
            Ok(records) => one_by_one(&records.records),
            Err(_) => return foreign(Foreign::of(payload)),
        },
    };
    if batch.messages.is_empty() && batch.unreadable.is_empty() {
        return Ok(Event::Harmless(Foreign::NoRecords));
    }
    if batch.messages.iter().all(Record::has_id) {
        batch.set_harmless_aside();
        return Ok(Event::Batch(batch));
    }
    match Foreign::of(payload) {
        // The handler refuses the batch because of the missing id.
        Foreign::Sqs | Foreign::Unknown => Ok(Event::Batch(batch)),
        kind => foreign(kind),
    }
}

/// The JSON value at the start of a payload. What follows it is ignored, as the Lambda runtime ignores it.
fn first_value(payload: &[u8]) -> serde_json::Result<&str> {
    let mut payload = serde_json::Deserializer::from_slice(payload);
    <&RawValue>::deserialize(&mut payload).map(RawValue::get)
}

fn foreign<'e>(kind: Foreign) -> Result<Event<'e>, EventError> {
    if kind.is_harmless() {
        Ok(Event::Harmless(kind))
    } else {
        Err(EventError::Foreign(kind))
    }
}

impl Batch<'_> {
    /// Whether the batch consists only of messages that need no action.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        !self.harmless.is_empty() && self.messages.is_empty() && self.unreadable.is_empty()
    }

    /// Moves messages that need no action from `messages` to `harmless`. Other services put them on the queue, such as S3 when
    /// its notifications are set up; they have no `Method`.
    fn set_harmless_aside(&mut self) {
        let Self { messages, harmless, .. } = self;
        messages.retain(|message| {
            let kind = match (method(message), &message.body) {
                (None, Some(body)) => Foreign::of(body),
                _ => return true,
            };
            let is_harmless = matches!(kind, Foreign::S3Test | Foreign::Schedule);
            if is_harmless {
                let message_id = message.message_id.clone().unwrap_or_default().into_owned();
                harmless.push(Harmless { message_id, kind });
            }
            !is_harmless
        });
    }
}

/// Reads records one by one, when at least one of them does not have the form that SQS gives it.
fn one_by_one<'e>(records: &[&RawValue]) -> Batch<'e> {
    let mut batch = Batch::default();
    for record in records {
        let members = serde_json::from_str(record.get()).unwrap_or_default();
        let members = without_nulls(members);
        match serde_json::from_value::<SqsMessage>(members.clone()) {
            Ok(message) => batch.messages.push(message.into()),
            Err(_) => match &members["messageId"] {
                Value::String(id) if !id.is_empty() => batch.unreadable.push(Unreadable {
                    message_id: id.clone(),
                    fault: fault_of(&members),
                }),
                // Without an id the record cannot fail alone, so the handler refuses the whole batch.
                _ => batch.messages.push(Record::default()),
            },
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch(records: &Value) -> Batch<'static> {
        let event = json!({ "Records": records }).to_string();
        match read(event.leak().as_bytes()) {
            Ok(Event::Batch(batch)) => batch,
            other => panic!("{other:?}"),
        }
    }

    fn ids<'b>(batch: &'b Batch<'_>) -> Vec<&'b str> {
        let messages = batch.messages.iter();
        messages.filter_map(|message| message.message_id.as_deref()).collect()
    }

    #[test]
    fn null_is_missing() {
        let attribute =
            json!({"stringValue": "POST", "binaryValue": null, "stringListValues": null, "dataType": "String"});
        let batch = batch(&json!([
            {"messageId": "1", "body": "{}", "messageAttributes": {"Method": attribute, "None": null}},
            {"messageId": "2", "body": null, "attributes": {"SenderId": null}, "messageAttributes": null, "md5OfBody": null},
        ]));
        assert_eq!(ids(&batch), ["1", "2"]);
        assert_eq!(method(&batch.messages[0]), Some("POST"));
        assert!(batch.unreadable.is_empty());
    }

    #[test]
    fn an_odd_record_fails_alone() {
        let batch = batch(&json!([
            {"messageId": "1", "body": "{}"},
            {"messageId": "2", "body": {"secret": 1}},
            {"messageId": "3", "attributes": []},
            {"messageId": "4", "messageAttributes": {"Method": "POST"}},
            {"messageId": "5", "messageAttributes": {"A": {"binaryValue": "secret*"}}},
            {"messageId": "6", "md5OfBody": 6},
            {"messageId": "7", "body": ""},
        ]));
        assert_eq!(ids(&batch), ["1", "7"]);
        let unreadable: Vec<_> = batch.unreadable.iter().map(|odd| odd.message_id.as_str()).collect();
        assert_eq!(unreadable, ["2", "3", "4", "5", "6"]);
        assert_eq!(batch.unreadable[0].fault, "`body` must be a string");
        assert!(batch.unreadable.iter().all(|odd| !odd.fault.contains("secret")));
    }

    #[test]
    fn a_record_without_an_id_cannot_fail_alone() {
        for odd in [
            json!({}),
            json!({"messageId": null}),
            json!({"messageId": 5}),
            json!(5),
            json!(null),
        ] {
            let batch = batch(&json!([{"messageId": "1"}, odd]));
            assert_eq!(batch.messages[1].message_id, None, "{odd}");
        }
    }

    #[test]
    fn other_events_are_named() {
        for (event, kind) in [
            ("{}", Foreign::WarmUp),
            ("null", Foreign::WarmUp),
            (
                r#"{"detail-type":"Scheduled Event","source":"aws.events"}"#,
                Foreign::Schedule,
            ),
            (
                r#"{"key1":"value1","key2":"value2","key3":"value3"}"#,
                Foreign::ConsoleSample,
            ),
            (
                r#"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{\"Event\":\"s3:TestEvent\"}"}}]}"#,
                Foreign::S3Test,
            ),
        ] {
            assert!(
                matches!(read(event.as_bytes()), Ok(Event::Harmless(found)) if found == kind),
                "{event}"
            );
        }
        for (event, kind) in [
            (r#"{"Records":[{"eventSource":"aws:s3","s3":{}}]}"#, Foreign::S3),
            (r#"{"httpMethod":"GET","path":"/message"}"#, Foreign::Request),
            (r#"{"Records":5}"#, Foreign::Unknown),
            (r#"{"a":1}"#, Foreign::Unknown),
            (r#"{"Item":{}}"#, Foreign::Item),
        ] {
            assert_eq!(read(event.as_bytes()), Err(EventError::Foreign(kind)), "{event}");
        }
        let text = EventError::Foreign(Foreign::S3).to_string();
        assert!(
            text.starts_with("the event is an event of S3; it must come from an SQS event source"),
            "{text}"
        );
    }

    #[test]
    fn a_test_event_on_the_queue_is_no_message() {
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}).to_string();
        let wrapped = json!({"Type": "Notification", "TopicArn": "t", "Message": test}).to_string();
        let post = json!({"Method": {"dataType": "String", "stringValue": "POST"}});
        let batch = batch(&json!([
            {"messageId": "1", "body": test},
            {"messageId": "2", "body": wrapped},
            {"messageId": "3", "body": test, "messageAttributes": post},
            {"messageId": "4", "body": "{}"},
        ]));
        assert_eq!(ids(&batch), ["3", "4"]);
        let kinds: Vec<_> = batch.harmless.iter().map(|harmless| harmless.kind).collect();
        assert_eq!(kinds, [Foreign::S3Test, Foreign::S3Test]);
    }
}
