//! Messages gathered into calls of `SendMessageBatch`, written as JSON as they come.

use std::ops::Range;

use super::message::{Attributes, Body, MAX_BYTES};
use crate::rows::{Position, RejectedRow, Row};

/// The most entries of a call.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
pub const MAX_ENTRIES: usize = 10;
/// The most bytes of bodies and rows that a call holds in memory, but for a single row that is larger. Rows can be much
/// longer than their messages, which leave columns out.
const MAX_HELD_BYTES: usize = MAX_BYTES;
/// The most room that a batch has from the beginning, in bytes.
const MAX_ROOM: usize = 16 * 1024;

/// The messages of one call, and the rows that they were made of: SQS may refuse a message, and then its row is kept in
/// the report bucket.
#[derive(Debug)]
pub struct Batch {
    attributes: Attributes,
    /// The messages in the order of their rows. An entry's id is its place here.
    entries: Vec<Entry>,
    /// All entries in the form of the call.
    json: String,
    /// The original texts of all rows.
    texts: Vec<u8>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    json: Range<usize>,
    text: Range<usize>,
    position: Position,
    length: u64,
}

impl Batch {
    /// An empty one, for messages with these attributes.
    #[must_use]
    pub fn new(attributes: Attributes) -> Self {
        Self {
            attributes,
            entries: Vec::new(),
            json: String::new(),
            texts: Vec::new(),
            bytes: 0,
        }
    }

    /// The number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The bytes that are held in memory until all of it is sent.
    #[must_use]
    pub fn held(&self) -> usize {
        self.json.len() + self.texts.len()
    }

    /// Adds the message of a row. When there is no room for it, the message begins the next batch, and the full one is handed
    /// out to be sent.
    pub fn push(&mut self, body: Body<'_>, row: &Row<'_>) -> Option<Batch> {
        let full = self.entries.len() == MAX_ENTRIES
            || self.bytes + body.message_bytes() > MAX_BYTES
            || self.bytes + body.bytes + self.texts.len() + row.text.len() > MAX_HELD_BYTES;
        let done = (full && !self.entries.is_empty()).then(|| {
            let next = Self::with_room_of(self);
            std::mem::replace(self, next)
        });
        self.add(body, row);
        done
    }

    /// Hands out the messages that were gathered, if there are any.
    pub fn take(&mut self) -> Option<Batch> {
        (!self.entries.is_empty()).then(|| {
            let next = Self::new(self.attributes.clone());
            std::mem::replace(self, next)
        })
    }

    /// An empty one with as much room as `other` needed: rows of a file are much alike.
    fn with_room_of(other: &Self) -> Self {
        Self {
            attributes: other.attributes.clone(),
            entries: Vec::with_capacity(MAX_ENTRIES),
            json: String::with_capacity(other.json.len().min(MAX_ROOM)),
            texts: Vec::with_capacity(other.texts.len().min(MAX_ROOM)),
            bytes: 0,
        }
    }

    fn add(&mut self, body: Body<'_>, row: &Row<'_>) {
        let (json, text) = (self.json.len(), self.texts.len());
        self.json.push_str("{\"Id\":\"");
        // There are no more than ten.
        self.json
            .push(char::from(b'0' + u8::try_from(self.entries.len()).unwrap_or_default()));
        self.json.push_str("\",\"MessageBody\":\"");
        self.json.push_str(body.json);
        self.json.push_str(self.attributes.json());
        self.texts.extend_from_slice(row.text);
        self.bytes += body.message_bytes();
        self.entries.push(Entry {
            json: json..self.json.len(),
            text: text..self.texts.len(),
            position: row.position,
            length: row.length,
        });
    }

    /// The body of a call with the messages that have these ids.
    #[must_use]
    pub fn request(&self, queue_url: &str, ids: &[usize]) -> String {
        let mut request = String::with_capacity(self.json.len() + queue_url.len() + 2 * MAX_ENTRIES + 40);
        request.push_str("{\"QueueUrl\":");
        request.push_str(&serde_json::Value::from(queue_url).to_string());
        request.push_str(",\"Entries\":[");
        for (index, &id) in ids.iter().enumerate() {
            if index > 0 {
                request.push(',');
            }
            request.push_str(&self.json[self.entries[id].json.clone()]);
        }
        request.push_str("]}");
        request
    }

    /// The row of a message.
    pub(super) fn row(&self, id: usize) -> RejectedRow {
        let Entry {
            text, position, length, ..
        } = &self.entries[id];
        RejectedRow {
            position: *position,
            length: *length,
            text: self.texts[text.clone()].into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use message::IngestId;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::super::message::message_bytes;
    use super::*;
    use crate::rows::Unreadable;

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

    const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    fn batch() -> Batch {
        Batch::new(Attributes::new(IngestId::from(Uuid::nil()), "POST", Some(TRACE)))
    }

    fn sizes(bodies: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut batch = batch();
        let mut sizes: Vec<_> = bodies
            .into_iter()
            .filter_map(|bytes| batch.push(plain(&"x".repeat(bytes)), &row(b"x")))
            .map(|done| done.len())
            .collect();
        sizes.push(batch.len());
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
        assert_eq!(batch.len(), 1);
    }

    #[test]
    fn a_call_has_the_messages_that_are_asked_for() {
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
        let request: Value = serde_json::from_str(&batch.request("https://q/\"", &[0, 2])).unwrap();
        let entry = |id: usize| {
            json!({"Id": id.to_string(), "MessageBody": bodies[id],
                "MessageAttributes": {
                    "Method": {"DataType": "String", "StringValue": "POST"},
                    "IngestId": {"DataType": "String", "StringValue": "00000000-0000-0000-0000-000000000000"},
                },
                "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}})
        };
        assert_eq!(
            request,
            json!({"QueueUrl": "https://q/\"", "Entries": [entry(0), entry(2)]})
        );
        assert_eq!(&batch.row(2).text[..], b"plain");
    }
}
