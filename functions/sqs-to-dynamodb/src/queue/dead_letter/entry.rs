//! Makes dead letters: a message as it was received, with the reason in attributes.

use std::borrow::Cow;
use std::time::SystemTime;

use aws_sdk_sqs::primitives::{Blob, DateTime, DateTimeFormat};
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use crate::failure::PermanentFailure;
use crate::record::{METHOD, MessageAttribute, REASON_CODE, Record, receives, text_attribute};

/// The most bytes of a message, including its attributes, and of all messages of a call together.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/quotas-messages.html>
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most message attributes of a message.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/sqs-message-metadata.html>
const MAX_ATTRIBUTES: usize = 10;
/// The most characters of a reason: enough for a reader, and little compared with a body.
const MAX_REASON: usize = 1000;
/// Replaces a missing body, because SQS takes no message without one.
const NO_BODY: &str = "{}";

/// The names of the attributes that are added.
mod names {
    use super::REASON_CODE;

    pub const REASON: &str = "Reason";
    /// How many times the message has been put on the dead-letter queue.
    pub const ATTEMPTS: &str = "Attempts";
    pub const ORIGINAL_MESSAGE_ID: &str = "OriginalMessageId";
    pub const FAILED_AT: &str = "FailedAt";
    pub const SOURCE_QUEUE_ARN: &str = "SourceQueueArn";
    /// The first delivery of all, before the message was first put on the dead-letter queue.
    pub const FIRST_RECEIVED_AT: &str = "FirstReceivedAt";
    /// The number of deliveries since the message was last sent.
    pub const RECEIVE_COUNT: &str = "ReceiveCount";
    pub const ALL: [&str; 8] = [
        REASON_CODE,
        REASON,
        ATTEMPTS,
        ORIGINAL_MESSAGE_ID,
        FAILED_AT,
        SOURCE_QUEUE_ARN,
        FIRST_RECEIVED_AT,
        RECEIVE_COUNT,
    ];
}

/// A message, ready to be sent to the dead-letter queue.
#[derive(Debug)]
pub struct Entry {
    pub request: SendMessageBatchRequestEntry,
    /// The bytes that SQS counts against its limit: the body, and the names, types and values of the attributes.
    pub bytes: usize,
    /// The number of attributes that were left out.
    pub dropped: usize,
}

/// Makes the entry of a message, or of one of its rows with a body of its own. When there are too many attributes, the reason and
/// `Method` have precedence over the message's other attributes, and those over the source queue, the first delivery and the
/// number of deliveries. When the message is too large for all added attributes, only the code of the reason is added, beside as
/// many of the message's own attributes as SQS takes.
#[expect(
    clippy::expect_used,
    reason = "building fails only when the id or body is not set, and both are set here"
)]
pub fn entry(id: usize, record: &Record<'_>, body: &str, failure: &PermanentFailure, now: SystemTime) -> Entry {
    let wanted = wanted(record, failure, now);
    let body = if body.is_empty() { NO_BODY } else { body };
    let size = |attributes: &[(&str, MessageAttributeValue)]| {
        let sizes = attributes.iter().map(|(name, value)| name.len() + bytes(value));
        body.len() + sizes.sum::<usize>()
    };
    let mut attributes = kept(&wanted, |_| true);
    if size(&attributes) > MAX_BYTES {
        attributes = kept(&wanted, |name| name == REASON_CODE || !names::ALL.contains(&name));
    }
    let dropped = wanted.len() - attributes.len();
    let bytes = size(&attributes);
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
    let request = SendMessageBatchRequestEntry::builder()
        .id(id.to_string())
        .message_body(body)
        .set_message_attributes(Some(attributes.collect()))
        .build()
        .expect("id and body are set");
    Entry {
        request,
        bytes,
        dropped,
    }
}

/// Keeps the first wanted attributes that have a value, as many as SQS takes.
fn kept<'a>(
    wanted: &[(&'a str, Option<MessageAttributeValue>)],
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<(&'a str, MessageAttributeValue)> {
    let wanted = wanted.iter().filter(|(name, _)| is_wanted(name));
    let kept = wanted.filter_map(|(name, value)| Some((*name, value.clone()?)));
    kept.take(MAX_ATTRIBUTES).collect()
}

/// Writes the failure as text, with only characters that SQS takes.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub fn reason(failure: &PermanentFailure) -> String {
    let text = failure.to_string();
    let mut characters = text.chars().map(|character| match character {
        '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => character,
        _ => char::REPLACEMENT_CHARACTER,
    });
    let mut reason: String = characters.by_ref().take(MAX_REASON).collect();
    if characters.next().is_some() {
        reason.push('…');
    }
    reason
}

/// Lists all attributes that the dead letter should have, the most useful first. An attribute that SQS does not take has no
/// value. Attributes from an earlier time on the dead-letter queue are left out as outdated.
fn wanted<'a>(
    record: &'a Record<'_>,
    failure: &PermanentFailure,
    now: SystemTime,
) -> Vec<(&'a str, Option<MessageAttributeValue>)> {
    let own = |name| text_attribute(record, name);
    let attempts = own(names::ATTEMPTS)
        .and_then(|attempts| attempts.parse::<u32>().ok())
        .unwrap_or(0)
        .saturating_add(1);
    let mut wanted = vec![
        (REASON_CODE, Some(text(failure.code()))),
        (names::REASON, Some(text(&reason(failure)))),
        (names::ATTEMPTS, Some(number(attempts))),
        (names::FAILED_AT, rfc3339(DateTime::from(now).secs())),
    ];
    let given = |value: &Option<Cow<'_, str>>| value.as_deref().filter(|value| !value.is_empty()).map(text);
    wanted.extend(given(&record.message_id).map(|id| (names::ORIGINAL_MESSAGE_ID, Some(id))));

    let mut originals: Vec<_> = record.message_attributes.iter().collect();
    originals.retain(|(name, _)| !names::ALL.contains(&name.as_ref()));
    originals.sort_unstable_by_key(|(name, _)| (name != METHOD, name));
    wanted.extend(
        originals
            .into_iter()
            .map(|(name, attribute)| (name.as_ref(), original(attribute))),
    );

    wanted.extend(given(&record.event_source_arn).map(|arn| (names::SOURCE_QUEUE_ARN, Some(arn))));
    let earlier =
        own(names::FIRST_RECEIVED_AT).filter(|time| DateTime::from_str(time, DateTimeFormat::DateTime).is_ok());
    let first = record.attributes.first_receive_timestamp.as_deref();
    let first = first.and_then(|millis| rfc3339(millis.parse::<i64>().ok()? / 1000));
    wanted.extend(
        earlier
            .map(text)
            .or(first)
            .map(|time| (names::FIRST_RECEIVED_AT, Some(time))),
    );
    wanted.push((names::RECEIVE_COUNT, Some(number(receives(record)))));
    wanted
}

/// Formats a time, in seconds since the Unix epoch, in UTC; `None` for years that RFC 3339 cannot express.
fn rfc3339(seconds: i64) -> Option<MessageAttributeValue> {
    let time = DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime);
    time.ok().map(|time| text(&time))
}

/// Converts an attribute for sending; `None` when it has no value.
fn original(attribute: &MessageAttribute<'_>) -> Option<MessageAttributeValue> {
    let (text, bytes) = (attribute.string_value.as_deref(), attribute.binary_value.as_deref());
    let default_type = if text.is_some() { "String" } else { "Binary" };
    let value = MessageAttributeValue::builder().data_type(attribute.data_type.as_deref().unwrap_or(default_type));
    match (text, bytes) {
        (Some(text), _) => value.string_value(text),
        (None, Some(bytes)) => value.binary_value(Blob::new(bytes)),
        (None, None) => return None,
    }
    .build()
    .ok()
}

fn text(text: &str) -> MessageAttributeValue {
    of_type("String", text)
}

fn number(number: u32) -> MessageAttributeValue {
    of_type("Number", &number.to_string())
}

#[expect(
    clippy::expect_used,
    reason = "building fails only when the type is not set, and it is set here"
)]
fn of_type(data_type: &str, text: &str) -> MessageAttributeValue {
    let value = MessageAttributeValue::builder().data_type(data_type).string_value(text);
    value.build().expect("the type is set")
}

fn bytes(value: &MessageAttributeValue) -> usize {
    let text = value.string_value.as_ref().map_or(0, String::len);
    let binary = value.binary_value.as_ref().map_or(0, |bytes| bytes.as_ref().len());
    value.data_type.len() + text + binary
}
