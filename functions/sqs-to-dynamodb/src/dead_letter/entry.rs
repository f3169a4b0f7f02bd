//! The form that a message has on the dead-letter queue: as it came, with the reason beside it.

use aws_lambda_events::sqs::{SqsMessage, SqsMessageAttribute};
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use crate::operation::METHOD;
use crate::problem::Problem;

/// The most message attributes of a message.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/sqs-message-metadata.html>
const MAX_ATTRIBUTES: usize = 10;
/// The most characters of a reason: enough to read, little beside the body.
const MAX_REASON: usize = 1000;
/// Stands for a body that is missing, since SQS takes no message without one.
const NO_BODY: &str = "{}";

/// The attributes that hold the reason. They have precedence over those of the original message.
mod names {
    pub const REASON_CODE: &str = "ReasonCode";
    pub const REASON: &str = "Reason";
    pub const ORIGINAL_MESSAGE_ID: &str = "OriginalMessageId";
    pub const SOURCE_QUEUE_ARN: &str = "SourceQueueArn";
    pub const ALL: [&str; 4] = [REASON_CODE, REASON, ORIGINAL_MESSAGE_ID, SOURCE_QUEUE_ARN];
}

/// A message, ready to be sent to the dead-letter queue.
#[derive(Debug)]
pub struct Entry {
    pub request: SendMessageBatchRequestEntry,
    /// What SQS counts against its limit: the body and the attributes' names, types and values.
    pub bytes: usize,
    /// Names of original attributes for which there was no room.
    pub dropped: Vec<String>,
}

/// The entry of a message, with its index in the batch for its id.
#[expect(
    clippy::expect_used,
    reason = "building fails only when the id or body is not set, and both are set here"
)]
pub fn entry(message: usize, record: &SqsMessage, problem: &Problem) -> Entry {
    let mut attributes = vec![
        (names::REASON_CODE, text(problem.code())),
        (names::REASON, text(&reason(problem))),
    ];
    for (name, value) in [
        (names::ORIGINAL_MESSAGE_ID, &record.message_id),
        (names::SOURCE_QUEUE_ARN, &record.event_source_arn),
    ] {
        attributes.extend(
            value
                .as_deref()
                .filter(|value| !value.is_empty())
                .map(|value| (name, text(value))),
        );
    }
    let mut dropped = Vec::new();
    for (name, attribute) in originals(record) {
        match original(attribute) {
            Some(value) if attributes.len() < MAX_ATTRIBUTES => attributes.push((name, value)),
            _ => dropped.push(name.to_owned()),
        }
    }
    let body = record
        .body
        .as_deref()
        .filter(|body| !body.is_empty())
        .unwrap_or(NO_BODY);
    let bytes = body.len()
        + attributes
            .iter()
            .map(|(name, value)| name.len() + bytes(value))
            .sum::<usize>();
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
    let request = SendMessageBatchRequestEntry::builder()
        .id(message.to_string())
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

/// The problem as text, of characters that SQS takes.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub fn reason(problem: &Problem) -> String {
    let text = problem.to_string();
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

/// The attributes of the original message, the most useful one first. What an earlier visit to the dead-letter queue
/// left on it is outdated.
fn originals(record: &SqsMessage) -> Vec<(&str, &SqsMessageAttribute)> {
    let mut originals: Vec<_> = record
        .message_attributes
        .iter()
        .map(|(name, attribute)| (name.as_str(), attribute))
        .filter(|(name, _)| !names::ALL.contains(name))
        .collect();
    originals.sort_unstable_by_key(|&(name, _)| (name != METHOD, name));
    originals
}

/// The same attribute for sending; `None` when it has no value.
fn original(attribute: &SqsMessageAttribute) -> Option<MessageAttributeValue> {
    let (text, bytes) = (&attribute.string_value, &attribute.binary_value);
    let default_type = if text.is_some() { "String" } else { "Binary" };
    let value = MessageAttributeValue::builder().data_type(attribute.data_type.as_deref().unwrap_or(default_type));
    match (text, bytes) {
        (Some(text), _) => value.string_value(text),
        (None, Some(bytes)) => value.binary_value(Blob::new(bytes.as_slice())),
        (None, None) => return None,
    }
    .build()
    .ok()
}

#[expect(
    clippy::expect_used,
    reason = "building fails only when the type is not set, and it is set here"
)]
fn text(text: &str) -> MessageAttributeValue {
    let value = MessageAttributeValue::builder().data_type("String").string_value(text);
    value.build().expect("the type is set")
}

fn bytes(value: &MessageAttributeValue) -> usize {
    let text = value.string_value.as_ref().map_or(0, String::len);
    let binary = value.binary_value.as_ref().map_or(0, |bytes| bytes.as_ref().len());
    value.data_type.len() + text + binary
}
