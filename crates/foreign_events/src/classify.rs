//! The kind of an event, by the members that only events of that kind have.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::Foreign;
use crate::ping;
use crate::signs::{MARKS, NESTED, REQUEST, TOGETHER, of_source};

/// The members of a JSON object, each with its text.
type Members<'e> = BTreeMap<String, &'e RawValue>;

/// The most lists, texts and envelopes around an event that are opened, one within the other.
const MAX_DEPTH: u8 = 10;

/// The kind of the event with this text.
pub fn kind_of(event: &str) -> Foreign {
    kind_within(event, MAX_DEPTH)
}

/// The kind of an event in which `depth` envelopes may be opened.
fn kind_within(event: &str, depth: u8) -> Foreign {
    let Some(depth) = depth.checked_sub(1) else {
        return Foreign::Unknown;
    };
    let event = event.trim_start_matches('\u{feff}');
    if let Some(members) = object(event) {
        return kind_of_object(&members, depth);
    }
    if let Ok(records) = serde_json::from_str::<Vec<&RawValue>>(event) {
        return kind_of_records(&records, depth);
    }
    if let Ok(text) = serde_json::from_str::<String>(event) {
        return kind_within(&text, depth);
    }
    let says_nothing = event.trim().is_empty() || serde_json::from_str::<Option<bool>>(event).is_ok();
    if says_nothing || ping::is_word(event) {
        Foreign::WarmUp
    } else {
        Foreign::Unknown
    }
}

/// The kind of the first record that asks for something, or else of the first record.
fn kind_of_records(records: &[&RawValue], depth: u8) -> Foreign {
    let mut kinds = records.iter().map(|record| kind_within(record.get(), depth));
    let Some(first) = kinds.next() else {
        return Foreign::NoRecords;
    };
    if first.is_harmless() {
        kinds.find(|kind| !kind.is_harmless()).unwrap_or(first)
    } else {
        first
    }
}

fn kind_of_object(members: &Members<'_>, depth: u8) -> Foreign {
    if members.is_empty() {
        return Foreign::WarmUp;
    }
    if is_sample(members) {
        return Foreign::ConsoleSample;
    }
    if has_text(members, "Event", "s3:TestEvent") {
        return Foreign::S3Test;
    }
    let has = |name: &str| members.contains_key(name);
    let records = members.get("Records").map(|records| records.get());
    if let Some(records) = records.filter(|records| *records != "null") {
        let is_list = records.starts_with('[');
        return if is_list {
            kind_within(records, depth)
        } else {
            Foreign::Unknown
        };
    }
    // SNS and SQS may carry any message, so only a test event or a schedule inside it decides the kind.
    let carried = carried(members).map(|text| kind_within(&text, depth));
    if let Some(kind @ (Foreign::S3Test | Foreign::Schedule)) = carried {
        return kind;
    }
    if let Some(source) = text(members, "eventSource").or_else(|| text(members, "EventSource")) {
        return of_source(&source);
    }
    if let Some(kind) = kind_by_source(members) {
        return kind;
    }
    if has_text(members, "Type", "SubscriptionConfirmation") {
        return Foreign::SnsConfirmation;
    }
    let mark = MARKS.iter().find(|(mark, kind)| *kind != Foreign::Unknown && has(mark));
    if let Some((_, kind)) = mark {
        return *kind;
    }
    let nested = NESTED.iter().find(|(outer, inner, _)| has_in(members, outer, inner));
    if let Some((.., kind)) = nested {
        return *kind;
    }
    if REQUEST.iter().any(|name| has(name)) && !has("method") {
        return Foreign::Request;
    }
    let together = TOGETHER.iter().find(|(names, _)| names.iter().all(|name| has(name)));
    if let Some((_, kind)) = together {
        return *kind;
    }
    let is_alone = members.len() == 1;
    if members.iter().any(|(name, value)| is_ping(name, value, is_alone)) {
        return Foreign::WarmUp;
    }
    if records.is_some() {
        Foreign::NoRecords
    } else {
        Foreign::Unknown
    }
}

/// The text that SNS or SQS carries: in an SNS record, in a notification that SNS put on a queue, or in an SQS record.
fn carried(members: &Members<'_>) -> Option<String> {
    let has = |name: &str| members.contains_key(name);
    let is_notification = has("TopicArn") || has_text(members, "Type", "Notification");
    let is_message = has("messageId") || has_text(members, "eventSource", "aws:sqs");
    let of_record = || text(&object(members.get("Sns")?.get())?, "Message");
    of_record()
        .or_else(|| text(members, "Message").filter(|_| is_notification))
        .or_else(|| text(members, "body").filter(|_| is_message))
}

/// The kind of an `EventBridge` schedule, or of a tool's ping, by the source of the event.
fn kind_by_source(members: &Members<'_>) -> Option<Foreign> {
    let source = text(members, "source").unwrap_or_default();
    let is_scheduler = ["aws.events", "aws.scheduler"].contains(&source.as_str());
    if is_scheduler || has_text(members, "detail-type", "Scheduled Event") {
        return Some(Foreign::Schedule);
    }
    ping::names_tool(&source).then_some(Foreign::WarmUp)
}

/// Whether a member makes the event a ping: by its name, unless its value is `false` or `null`, or by its text, as in
/// `{"action":"ping"}`. The text counts only when the member is the only one, or when its name says what an event is for.
/// Otherwise the text is data, as in `{"state":"warm","value":3}`.
fn is_ping(name: &str, value: &RawValue, is_alone: bool) -> bool {
    let value = value.get();
    if ping::is_word(name) {
        return !["false", "null"].contains(&value);
    }
    (is_alone || ping::names_purpose(name))
        && serde_json::from_str::<String>(value).is_ok_and(|text| ping::is_word(&text))
}

/// Whether these are the members of the sample event that Lambda's console offers for tests.
fn is_sample(members: &Members<'_>) -> bool {
    members.iter().all(|(name, value)| {
        let number = name.strip_prefix("key").filter(|number| !number.is_empty());
        number.is_some_and(|number| value.get() == format!("\"value{number}\""))
    })
}

fn object(json: &str) -> Option<Members<'_>> {
    serde_json::from_str(json).ok()
}

/// Whether a member is an object with a member `inner`.
fn has_in(members: &Members<'_>, outer: &str, inner: &str) -> bool {
    let outer = members.get(outer).and_then(|outer| object(outer.get()));
    outer.is_some_and(|members| members.contains_key(inner))
}

/// The text of a member; `None` when it is missing or is not a JSON string.
fn text(members: &Members<'_>, name: &str) -> Option<String> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// Whether a member is a JSON string with this text.
fn has_text(members: &Members<'_>, name: &str, expected: &str) -> bool {
    text(members, name).is_some_and(|text| text == expected)
}

#[cfg(test)]
mod tests;
