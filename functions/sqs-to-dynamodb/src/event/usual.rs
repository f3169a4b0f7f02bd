//! Reads an event of the usual form: as the event source mapping sends it, mostly. Any other form gives `None`.
//!
//! | what | its usual form |
//! |---|---|
//! | the event | an object with `Records` only, a list of at least one record |
//! | a record | an object with an id; its members are texts, except the two maps of attributes |
//! | `attributes` | an object of texts |
//! | `messageAttributes` | at most as many attributes as SQS takes, no two of the same name, each with a `stringValue` |

use std::borrow::Cow;

use crate::record::{MessageAttribute, Record, SystemAttributes};
use crate::scanner::Scanner;

/// The most message attributes of a message. Each name is compared with all names before it.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SWDeveloperGuide/sqs-message-metadata.html>
const MAX_ATTRIBUTES: usize = 10;

/// Reads the records of an event; `None` for an event that does not have the usual form.
pub fn records(payload: &str) -> Option<Vec<Record<'_>>> {
    let (mut event, mut records) = (Scanner::new(payload), None);
    event.object(|event, name| match name {
        "Records" => set(&mut records, list(event)?),
        _ => None,
    })?;
    event.end()?;
    records.filter(|records| !records.is_empty())
}

fn list<'e>(event: &mut Scanner<'e>) -> Option<Vec<Record<'e>>> {
    let mut records = Vec::new();
    event.list(|event| {
        records.push(record(event)?);
        Some(())
    })?;
    Some(records)
}

fn record<'e>(event: &mut Scanner<'e>) -> Option<Record<'e>> {
    let mut record = Record::default();
    let (mut attributes, mut message_attributes) = (None, None);
    event.object(|event, name| match name {
        "messageId" => set(&mut record.message_id, event.any_text()?),
        "receiptHandle" => set(&mut record.receipt_handle, event.any_text()?),
        "body" => set(&mut record.body, event.any_text()?),
        "attributes" => set(&mut attributes, system_attributes(event)?),
        "messageAttributes" => set(&mut message_attributes, attributes_of_sender(event)?),
        "eventSourceARN" => set(&mut record.event_source_arn, event.any_text()?),
        // The writer does not use the others, so it does not matter which of two counts.
        _ => event.any_text().map(drop),
    })?;
    record.attributes = attributes.unwrap_or_default();
    record.message_attributes = message_attributes.unwrap_or_default();
    record.has_id().then_some(record)
}

fn system_attributes<'e>(event: &mut Scanner<'e>) -> Option<SystemAttributes<'e>> {
    let mut attributes = SystemAttributes::default();
    event.object(|event, name| match attributes.place(name) {
        Some(place) => set(place, event.any_text()?),
        None => event.any_text().map(drop),
    })?;
    Some(attributes)
}

fn attributes_of_sender<'e>(event: &mut Scanner<'e>) -> Option<Vec<(Cow<'e, str>, MessageAttribute<'e>)>> {
    let mut attributes = Vec::new();
    event.object(|event, name| {
        let is_new = attributes.iter().all(|(other, _)| other != name);
        (is_new && attributes.len() < MAX_ATTRIBUTES).then_some(())?;
        attributes.push((Cow::Borrowed(name), attribute_of_sender(event)?));
        Some(())
    })?;
    Some(attributes)
}

fn attribute_of_sender<'e>(event: &mut Scanner<'e>) -> Option<MessageAttribute<'e>> {
    let mut attribute = MessageAttribute::default();
    event.object(|event, name| match name {
        "stringValue" => set(&mut attribute.string_value, event.any_text()?),
        "dataType" => set(&mut attribute.data_type, event.any_text()?),
        // SQS always leaves them empty.
        "stringListValues" | "binaryListValues" => event.list(|_| None),
        _ => None,
    })?;
    attribute.string_value.is_some().then_some(attribute)
}

/// Sets a value that is not set yet.
fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}
