use std::time::{Duration, SystemTime};

use aws_sdk_sqs::types::MessageAttributeValue;
use backoff::{Deadline, Turns};

use super::entry::{Entry, MAX_BYTES, reason};
use super::*;
use crate::metrics::Tally;
use crate::record::{MessageAttribute, Record};
use crate::testing::{Aws, record, text_attribute};

fn attribute<'e>(entry: &'e Entry, name: &str) -> &'e MessageAttributeValue {
    &entry.request.message_attributes.as_ref().unwrap()[name]
}

fn text<'e>(entry: &'e Entry, name: &str) -> &'e str {
    attribute(entry, name).string_value().unwrap()
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_559_041_500_250)
}

/// The entry of a record at the time of these tests.
fn dead_letter(record: &Record<'_>, failure: &PermanentFailure) -> Entry {
    entry(7, record, record.body.as_deref().unwrap_or_default(), failure, now())
}

#[test]
fn a_message_is_kept_as_it_came_with_its_reason() {
    let mut record = record("id-1", Some("SMASH"), " not JSON\u{1F600} ");
    record.event_source_arn = Some("arn:aws:sqs:us-east-1:000000000000:queue".into());
    let mut number = text_attribute("5.50");
    number.data_type = Some("Number.float".into());
    let binary = MessageAttribute {
        data_type: Some("Binary.png".into()),
        string_value: None,
        binary_value: Some(vec![0, 255]),
    };
    let others = [("Number", number), ("Picture", binary)];
    record
        .message_attributes
        .extend(others.map(|(name, value)| (name.into(), value)));
    record.attributes.receive_count = Some("3".into());
    record.attributes.first_receive_timestamp = Some("1559041400012".into());

    let entry = dead_letter(&record, &PermanentFailure::UnknownMethod("SMASH".into()));
    assert_eq!(
        (entry.request.id(), entry.request.message_body()),
        ("7", " not JSON\u{1F600} ")
    );
    assert_eq!(text(&entry, "Method"), "SMASH");
    assert_eq!(text(&entry, "ReasonCode"), "UnknownMethod");
    assert!(text(&entry, "Reason").starts_with("the message attribute Method is `SMASH`; it must be POST"));
    assert_eq!(text(&entry, "OriginalMessageId"), "id-1");
    assert_eq!(
        text(&entry, "SourceQueueArn"),
        "arn:aws:sqs:us-east-1:000000000000:queue"
    );
    assert_eq!(text(&entry, "FirstReceivedAt"), "2019-05-28T11:03:20Z");
    assert_eq!(text(&entry, "FailedAt"), "2019-05-28T11:05:00Z");
    assert_eq!(text(&entry, "Attempts"), "1");
    let number = attribute(&entry, "Number");
    assert_eq!(
        (number.data_type(), number.string_value()),
        ("Number.float", Some("5.50"))
    );
    let picture = attribute(&entry, "Picture");
    assert_eq!(picture.data_type(), "Binary.png");
    assert_eq!(picture.binary_value().unwrap().as_ref(), [0, 255]);
    assert_eq!(entry.request.message_attributes().unwrap().len(), 10);
    assert_eq!(entry.dropped, 1);
}

#[test]
fn a_dead_letter_that_was_moved_back_counts_its_attempts() {
    let mut record = record("id-2", Some("POST"), "{}");
    let earlier = [
        ("ReasonCode", "Throttled"),
        ("Reason", "outdated"),
        ("OriginalMessageId", "id-1"),
        ("FailedAt", "2001-01-01T00:00:00Z"),
        ("FirstReceivedAt", "2000-12-31T23:59:59.5Z"),
        ("ReceiveCount", "15"),
        ("Attempts", "4"),
    ];
    let earlier = earlier.map(|(name, value)| (name.into(), text_attribute(value)));
    record.message_attributes.extend(earlier);
    let entry = dead_letter(&record, &PermanentFailure::NoBody);
    let texts = |names: [&'static str; 4]| names.map(|name| text(&entry, name));
    assert_eq!(
        texts(["ReasonCode", "OriginalMessageId", "ReceiveCount", "Attempts"]),
        ["NoBody", "id-2", "1", "5"]
    );
    assert_eq!(text(&entry, "FirstReceivedAt"), "2000-12-31T23:59:59.5Z");
    assert_ne!(text(&entry, "Reason"), "outdated");
    assert!(text(&entry, "FailedAt").starts_with("2019-"));
    assert_eq!(entry.dropped, 0);
}

#[test]
fn what_others_wrote_into_our_attributes_does_no_harm() {
    let mut record = record("id-1", Some("POST"), "{}");
    for name in ["Attempts", "FirstReceivedAt", "ReceiveCount"] {
        record
            .message_attributes
            .push((name.into(), text_attribute("nonsense")));
    }
    let entry = dead_letter(&record, &PermanentFailure::NoBody);
    assert_eq!((text(&entry, "Attempts"), text(&entry, "ReceiveCount")), ("1", "1"));
    let attributes = entry.request.message_attributes().unwrap();
    assert!(
        !attributes.contains_key("FirstReceivedAt"),
        "nobody knows when that was"
    );
}

#[test]
fn the_reason_and_the_method_have_precedence_over_other_attributes_and_these_over_when_it_came() {
    let mut record = record("id-1", Some("POST"), "{}");
    for name in ["A", "B", "C", "D", "Z"] {
        record.message_attributes.push((name.into(), text_attribute("x")));
    }
    let entry = dead_letter(&record, &PermanentFailure::ConditionFailed);
    let attributes = entry.request.message_attributes().unwrap();
    let mut names: Vec<_> = attributes.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "A",
            "Attempts",
            "B",
            "C",
            "D",
            "FailedAt",
            "Method",
            "OriginalMessageId",
            "Reason",
            "ReasonCode"
        ]
    );
    assert_eq!(entry.dropped, 2);
}

#[test]
fn a_reason_is_short_and_of_characters_that_sqs_takes() {
    let failure = PermanentFailure::UnknownMethod(format!("\u{0}\u{1b}\u{FFFE}{}", "é".repeat(5000)));
    let reason = reason(&failure);
    assert!(reason.contains("`\u{FFFD}\u{FFFD}\u{FFFD}éé"), "{reason}");
    assert_eq!(reason.chars().count(), 1001);
    assert!(reason.ends_with("é…"));
}

#[test]
fn of_a_message_of_nearly_one_mebibyte_the_code_is_kept_and_what_it_came_with() {
    let mut record = record("id-1", Some("POST"), &"x".repeat(MAX_BYTES - 200));
    record.message_attributes.push(("IngestId".into(), text_attribute("1")));
    let entry = dead_letter(&record, &PermanentFailure::NotAnObject);
    let mut names: Vec<_> = entry.request.message_attributes().unwrap().keys().collect();
    names.sort_unstable();
    assert_eq!(names, ["IngestId", "Method", "ReasonCode"]);
    assert!(entry.bytes <= MAX_BYTES);
    assert_eq!(entry.dropped, 5);

    for name in ["A", "B", "C", "D", "E", "F", "G", "H"] {
        record.message_attributes.push((name.into(), text_attribute("x")));
    }
    let entry = dead_letter(&record, &PermanentFailure::NotAnObject);
    let attributes = entry.request.message_attributes().unwrap();
    assert_eq!(attributes.len(), 10, "as many of its own as there may be");
    assert!(attributes.contains_key("G") && attributes.contains_key("ReasonCode"));
    assert!(!attributes.contains_key("IngestId"), "the last one by name");
}

#[test]
fn a_missing_body_is_sent_as_an_empty_object() {
    for body in [None, Some("".into())] {
        let mut record = record("id-1", Some("POST"), "");
        record.body = body;
        assert_eq!(
            dead_letter(&record, &PermanentFailure::NoBody).request.message_body(),
            "{}"
        );
    }
}

/// Divides records with bodies of these sizes: the number of entries and the bytes of the bodies of each call, and the messages
/// that no call can take.
fn divided(sizes: &[usize]) -> (Vec<(usize, usize)>, Vec<usize>) {
    let aws = Aws::default();
    let writer = aws.writer(&[]);
    let records: Vec<Record<'_>> = sizes
        .iter()
        .map(|&size| record("id", Some("POST"), &"x".repeat(size)))
        .collect();
    let tally = Tally::default();
    let invocation = Invocation {
        turns: &Turns::default(),
        tally: &tally,
        writer: &writer,
        records: &records,
        deadline: Deadline::after(Duration::from_secs(1)),
    };
    let failures = (0..sizes.len())
        .map(|message| (message, DeadPart::Whole(PermanentFailure::NotAnObject)))
        .collect();
    let (calls, unsent) = calls(invocation, &failures);
    let body_bytes = |call: &Call| {
        call.dead_letters
            .values()
            .map(|(_, entry)| entry.message_body().len())
            .sum()
    };
    let calls = calls
        .iter()
        .map(|call| (call.dead_letters.len(), body_bytes(call)))
        .collect();
    (calls, unsent)
}

#[test]
fn calls_keep_to_the_limits_of_sqs() {
    assert_eq!(divided(&[]), (vec![], vec![]));
    assert_eq!(divided(&[1; 21]), (vec![(10, 10), (10, 10), (1, 1)], vec![]));
    // Attributes count, too.
    let attributes = dead_letter(&record("id", Some("POST"), "x"), &PermanentFailure::NotAnObject).bytes - 1;
    let half = MAX_BYTES / 2 - attributes;
    assert_eq!(divided(&[half, half, 5]), (vec![(2, 2 * half), (1, 5)], vec![]));
    assert_eq!(divided(&[half, half + 1]), (vec![(1, half), (1, half + 1)], vec![]));
    let whole = MAX_BYTES - attributes;
    assert_eq!(divided(&[5, whole, 6]), (vec![(1, 5), (1, whole), (1, 6)], vec![]));
    assert_eq!(
        divided(&[5, whole + 1, 6]),
        (vec![(1, 5), (1, whole + 1), (1, 6)], vec![]),
        "no room for the reason"
    );
    let method = "Method".len() + "String".len() + "POST".len();
    let code = "ReasonCode".len() + "String".len() + "NotJson".len();
    let most = MAX_BYTES - method - code;
    assert_eq!(divided(&[most]), (vec![(1, most)], vec![]));
    assert_eq!(divided(&[5, most + 1]), (vec![(1, 5)], vec![1]), "no room for its code");
}
