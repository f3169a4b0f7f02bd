//! What an event asks for.
//!
//! Envelopes are opened whichever way they are nested: `EventBridge`'s, SNS's and SQS's around S3's event. Of each only one
//! member counts, so they are read by that member, and not by the structs of `aws_lambda_events`, which refuse envelopes
//! without the others: `docs/decisions/s3-event-structs.md`.

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::harmless::{self, Harmless};
use super::refusal::{self, EventError};
use super::{Entry, event_bridge, notification};

/// The most envelopes around an event. S3, `EventBridge`, SNS and SQS make four at most, each with a list of records.
const MAX_DEPTH: usize = 10;
/// The name of a list of nothing.
const NO_RECORDS: &str = "an event without records";

/// The parts of an event in their order: each record is one, whatever the others are.
#[must_use]
pub fn classify(payload: &str) -> Vec<Entry> {
    of_text(payload, 0)
}

/// The parts of an event in a text, such as the body of an SQS message.
fn of_text(text: &str, depth: usize) -> Vec<Entry> {
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(event) => of_event(event, depth),
        Err(_) if harmless::is_ping_text(text) => vec![Entry::Harmless(Harmless::ping())],
        Err(_) => vec![other_kind(&Value::from(text))],
    }
}

fn of_event(event: Value, depth: usize) -> Vec<Entry> {
    if depth > MAX_DEPTH {
        return vec![Entry::Refused(EventError::TooDeep(MAX_DEPTH))];
    }
    match event {
        Value::Null | Value::Bool(_) => vec![Entry::Harmless(Harmless::ping())],
        Value::Array(records) => of_records(records, depth),
        Value::String(text) => of_text(&text, depth + 1),
        Value::Object(_) => of_object(event, depth),
        Value::Number(_) => vec![other_kind(&event)],
    }
}

fn of_records(records: Vec<Value>, depth: usize) -> Vec<Entry> {
    if records.is_empty() {
        return vec![Entry::Harmless(Harmless::new(NO_RECORDS))];
    }
    records
        .into_iter()
        .flat_map(|record| of_event(record, depth + 1))
        .collect()
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
    } else if event["Event"] == "s3:TestEvent" {
        Entry::Harmless(Harmless::new("s3:TestEvent"))
    } else if has("detail-type") {
        event_bridge::entry(&event)
    } else if has("bucket") && has("object") {
        event_bridge::of_detail(&event, None)
    } else {
        of_members(&event)
    };
    vec![entry]
}

/// The text that SNS or SQS carries: an SNS record, what SNS puts on a queue, or an SQS record.
fn enveloped(event: &Value) -> Option<&str> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let is_notification = text("/Type") == Some("Notification");
    let is_sqs = text("/eventSource") == Some("aws:sqs") || event.get("messageId").is_some();
    text("/Sns/Message")
        .or_else(|| text("/Message").filter(|_| is_notification))
        .or_else(|| text("/body").filter(|_| is_sqs))
}

/// What an object that no service of AWS wraps a text in asks for.
fn of_members(event: &Value) -> Entry {
    if event.get("Records").is_some_and(Value::is_null) {
        return Entry::Harmless(Harmless::new(NO_RECORDS));
    }
    let harmless = event.as_object().and_then(harmless::of_members);
    let harmless = harmless.filter(|_| refusal::known(event).is_none());
    harmless.map_or_else(|| other_kind(event), Entry::Harmless)
}

fn other_kind(event: &Value) -> Entry {
    Entry::Refused(refusal::of_other_kind(event))
}
