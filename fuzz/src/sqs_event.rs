//! Events at the writer -> the records of a batch.

use aws_lambda_events::sqs::SqsEvent;
use sqs_to_dynamodb::event::{Event, read};
use sqs_to_dynamodb::record::Record;

/// Checks an input: the event, as text.
///
/// # Panics
/// If the writer reads another record from an event than `aws_lambda_events` does, or a refusal gives no reason.
pub fn check(input: &[u8]) {
    let batch = match read(input) {
        Ok(Event::Batch(batch)) => batch,
        Ok(Event::Harmless(kind)) => return assert!(kind.is_harmless()),
        Err(refusal) => return assert!(refusal.to_string().len() > 10, "no reason: {refusal}"),
    };
    // Messages that need no action are set aside.
    let Ok(event) = serde_json::from_slice::<SqsEvent>(input) else {
        return;
    };
    if !batch.harmless.is_empty() {
        return;
    }
    let mut expected: Vec<_> = event.records.into_iter().map(Record::from).collect();
    let mut messages = batch.messages;
    for record in messages.iter_mut().chain(&mut expected) {
        record
            .message_attributes
            .sort_by(|(name, _), (other, _)| name.cmp(other));
    }
    assert_eq!(messages, expected);
    assert!(batch.unreadable.is_empty());
}
