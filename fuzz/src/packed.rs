//! Checks of packed rows: the messages must have each row's write once, in the order of the rows.

use std::collections::VecDeque;

use message::WriteMode;
use s3_to_sqs::convert::{Converted, Converter};
use s3_to_sqs::object::Object;
use s3_to_sqs::queue::batch::Batch;
use s3_to_sqs::queue::message::{Envelope, MAX_BYTES, MAX_ENTRIES, message_bytes};
use s3_to_sqs::queue::packing::METHOD;
use s3_to_sqs::queue::request::Request;
use s3_to_sqs::rows::{Row, Rows};
use serde_json::Value;

use crate::table::TABLE;

/// Checks a file with its first converter and this many rows a message.
///
/// # Panics
/// If a call is larger than SQS allows, a message has too many rows, or a row is lost, repeated or different from the row in a
/// message of its own.
pub(crate) fn check(file: &[u8], converter: Converter, rows_per_message: usize) {
    let Some(packing) = converter.shape().packing(TABLE, WriteMode::Replace, rows_per_message) else {
        return;
    };
    let mut converter = converter.packed(Some(&packing));
    let envelope = Envelope::new("https://queue", Object::default().ingest_id().into(), METHOD, None);
    let mut packed = Packed {
        batch: Batch::packed(envelope, packing),
        rows_per_message,
        requests: VecDeque::new(),
    };
    let mut rows = Rows::new(converter.shape().dialect());
    let mut rest = file;
    while rows.advance(&mut rest) {
        packed.add(&mut converter, &rows.row());
    }
    while rows.finish() {
        packed.add(&mut converter, &rows.row());
    }
    if let Some(last) = packed.batch.take() {
        packed.check_call(&last);
    }
    assert!(packed.requests.is_empty(), "lost: {:?}", packed.requests);
}

/// Rows on their way into packed messages.
struct Packed {
    batch: Batch,
    rows_per_message: usize,
    /// The requests that the next messages must contain, made of the rows' own messages.
    requests: VecDeque<String>,
}

impl Packed {
    fn add(&mut self, converter: &mut Converter, row: &Row<'_>) {
        let Converted::Message(body) = converter.convert(row) else {
            return;
        };
        let full = self.batch.push(body, row);
        if let Some(full) = full {
            self.check_call(&full);
        }
        let alone: String = serde_json::from_str(&format!("\"{}\"", body.json))
            .unwrap_or_else(|error| panic!("{} is no content of a JSON string: {error}", body.json));
        let item = |member: &str| alone.strip_prefix(&format!("{{\"TableName\":\"{TABLE}\",\"{member}\":"));
        self.requests.push_back(match (item("Item"), item("Key")) {
            (Some(item), _) => format!("{{\"PutRequest\":{{\"Item\":{item}}}"),
            (None, Some(key)) => format!("{{\"DeleteRequest\":{{\"Key\":{key}}}"),
            (None, None) => panic!("{alone} is packed"),
        });
    }

    fn check_call(&mut self, call: &Request) {
        let ids: Vec<_> = (0..call.len()).collect();
        let request: Value =
            serde_json::from_slice(&call.body(&ids)).unwrap_or_else(|error| panic!("the call is not JSON: {error}"));
        let entries = request["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert!((1..=MAX_ENTRIES).contains(&entries.len()), "{} messages", entries.len());
        let bodies = entries
            .iter()
            .map(|entry| entry["MessageBody"].as_str().unwrap_or_default());
        let bytes: usize = bodies.clone().map(|body| message_bytes(body.len(), METHOD)).sum();
        assert!(bytes <= MAX_BYTES, "{bytes} bytes");
        bodies.for_each(|body| self.check_message(body));
    }

    fn check_message(&mut self, body: &str) {
        let requests = body
            .strip_prefix(&format!("{{\"RequestItems\":{{\"{TABLE}\":["))
            .and_then(|requests| requests.strip_suffix("]}}"));
        let mut rest = requests.unwrap_or_else(|| panic!("{body} is no BATCH_WRITE"));
        let mut count = 0;
        while !rest.is_empty() {
            let expected = self.requests.pop_front();
            let expected = expected.unwrap_or_else(|| panic!("{rest} comes from nowhere"));
            let behind = rest.strip_prefix(expected.as_str());
            let behind = behind.unwrap_or_else(|| panic!("{rest} is not {expected}"));
            rest = behind.strip_prefix(',').unwrap_or(behind);
            count += 1;
        }
        assert!((1..=self.rows_per_message).contains(&count), "{count} rows");
    }
}
