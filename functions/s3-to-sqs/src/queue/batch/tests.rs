//! Batches of messages of one row.

mod packed;

use message::IngestId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::queue::message::message_bytes;
use crate::rows::{Position, Unreadable};

fn row(text: &[u8]) -> Row<'_> {
    Row {
        position: Position { line: 2, byte: 9 },
        length: text.len() as u64,
        text,
        has_line_ends: false,
        is_ended: true,
        record: Err(Unreadable::OpenQuote),
    }
}

fn plain(text: &str) -> Body<'_> {
    Body {
        json: text,
        bytes: text.len(),
        method: "POST",
    }
}

/// A URL that JSON escapes, so that no test relies on one without escapes.
const QUEUE_URL: &str = "https://q/\"";
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

fn batch() -> Batch {
    Batch::new(Envelope::new(
        QUEUE_URL,
        IngestId::from(Uuid::nil()),
        "POST",
        Some(TRACE),
    ))
}

fn sizes(bodies: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut batch = batch();
    let mut sizes: Vec<_> = bodies
        .into_iter()
        .filter_map(|bytes| batch.push(plain(&"x".repeat(bytes)), &row(b"x")))
        .map(|done| done.len())
        .collect();
    sizes.push(batch.take().unwrap().len());
    sizes
}

#[test]
fn a_batch_has_at_most_ten_messages() {
    assert_eq!(sizes([100; 10]), [10]);
    assert_eq!(sizes([100; 25]), [10, 10, 5]);
}

#[test]
fn a_batch_has_at_most_one_mebibyte() {
    let half = MAX_BYTES / 2 - message_bytes(0, "POST");
    assert_eq!(sizes([half, half, 1]), [2, 1]);
    assert_eq!(sizes([half, half + 1, 1]), [1, 2]);
    assert_eq!(sizes([MAX_BYTES - message_bytes(0, "POST"), 1, 1]), [1, 2]);
}

#[test]
fn long_rows_of_short_messages_make_small_batches() {
    let text = vec![b'x'; MAX_HELD_BYTES / 3];
    let mut batch = batch();
    assert!(batch.push(plain("short"), &row(&text)).is_none() && batch.push(plain("short"), &row(&text)).is_none());
    let full = batch.push(plain("short"), &row(&text)).unwrap();
    assert_eq!(full.len(), 2);
    assert!(
        (2 * text.len()..2 * text.len() + 1000).contains(&full.held()),
        "{}",
        full.held()
    );
    assert_eq!(batch.take().unwrap().len(), 1);
}

#[test]
fn a_request_has_the_messages_that_are_asked_for() {
    let mut batch = batch();
    let bodies = [r#"{"a":"\"ä"}"#, "", "plain"];
    let contents = [r#"{\"a\":\"\\\"ä\"}"#, "", "plain"];
    for (body, json) in bodies.into_iter().zip(contents) {
        let bytes = body.len();
        assert!(
            batch
                .push(
                    Body {
                        json,
                        bytes,
                        method: "POST"
                    },
                    &row(body.as_bytes())
                )
                .is_none()
        );
    }
    let request = batch.take().unwrap();
    let entry = |id: usize| {
        json!({"Id": id.to_string(), "MessageBody": bodies[id],
            "MessageAttributes": {
                "Method": {"DataType": "String", "StringValue": "POST"},
                "IngestId": {"DataType": "String", "StringValue": "00000000-0000-0000-0000-000000000000"},
            },
            "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}})
    };
    for ids in [&[0, 1, 2][..], &[0, 2], &[1], &[1, 2]] {
        let body: Value = serde_json::from_slice(&request.body(ids)).unwrap();
        let entries: Vec<_> = ids.iter().map(|&id| entry(id)).collect();
        assert_eq!(body, json!({"QueueUrl": QUEUE_URL, "Entries": entries}));
    }
    let rows: Vec<_> = request.rows(2).map(|row| row.text).collect();
    assert_eq!(rows, [b"plain"[..].into()]);
}
