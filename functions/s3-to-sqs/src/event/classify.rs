//! Splits an event into its entries.
//!
//! S3 events may be wrapped in `EventBridge`, SNS and SQS envelopes, nested in any way. Only one member of each
//! envelope matters. The structs of `aws_lambda_events` refuse an envelope without its other members, so this module
//! reads that one member itself: `docs/decisions/s3-event-structs.md`.

#[cfg(test)]
mod tests;

use foreign_events::Foreign;
use serde_json::Value;

use super::refusal::EventError;
use super::{Entry, Harmless, event_bridge, notification};

/// The most nested envelopes. S3, `EventBridge`, SNS and SQS make four at most, each with a list of records.
const MAX_DEPTH: usize = 10;

/// The entries of an event, in order. A bad record does not affect the others.
#[must_use]
pub fn classify(payload: &str) -> Vec<Entry> {
    of_text(payload, 0)
}

/// The entries of an event in a text, such as the body of an SQS message.
fn of_text(text: &str, depth: usize) -> Vec<Entry> {
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(event) => of_event(event, depth),
        Err(_) => vec![foreign(text)],
    }
}

fn of_event(event: Value, depth: usize) -> Vec<Entry> {
    if depth > MAX_DEPTH {
        return vec![Entry::Refused(EventError::TooDeep(MAX_DEPTH))];
    }
    match event {
        Value::Array(records) if !records.is_empty() => {
            let records = records.into_iter();
            records.flat_map(|record| of_event(record, depth + 1)).collect()
        }
        Value::String(text) => of_text(&text, depth + 1),
        Value::Object(_) => of_object(event, depth),
        _ => vec![foreign(&event.to_string())],
    }
}

fn of_object(mut event: Value, depth: usize) -> Vec<Entry> {
    if let Some(records) = event.get_mut("Records").filter(|records| records.is_array()) {
        return of_event(records.take(), depth + 1);
    }
    if let Some(message) = enveloped(&event) {
        return of_text(message, depth + 1);
    }
    let has = |name: &str| event.get(name).is_some_and(|member| !member.is_null());
    let entry = if has("s3") {
        notification::entry(event)
    } else if let Some(entry) = event_bridge::entry(&event) {
        entry
    } else if has("bucket") && has("object") {
        event_bridge::of_detail(&event, None)
    } else {
        match foreign(&event.to_string()) {
            Entry::Refused(EventError::Foreign(Foreign::EventBridge)) => Entry::Refused(event_bridge::refusal(&event)),
            entry => entry,
        }
    };
    vec![entry]
}

/// The message that SNS or SQS carries: in an SNS record, in an SNS notification on a queue, or in an SQS record.
fn enveloped(event: &Value) -> Option<&str> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let is_notification = text("/Type") == Some("Notification");
    let is_sqs = text("/eventSource") == Some("aws:sqs") || event.get("messageId").is_some();
    text("/Sns/Message")
        .or_else(|| text("/Message").filter(|_| is_notification))
        .or_else(|| text("/body").filter(|_| is_sqs))
}

/// The entry for an event, or a part of one, that is not from S3.
fn foreign(event: &str) -> Entry {
    let kind = Foreign::of(event);
    if kind.is_harmless() {
        Entry::Harmless(Harmless {
            name: kind.name().to_owned(),
            bucket: None,
            key: None,
        })
    } else {
        Entry::Refused(EventError::Foreign(kind))
    }
}
