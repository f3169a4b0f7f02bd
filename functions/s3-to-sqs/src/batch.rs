//! Messages gathered into calls of `SendMessageBatch`.

use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use crate::rejects::RejectedRow;
use crate::rows::Row;

/// The most entries of a call.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
pub const MAX_ENTRIES: usize = 10;
/// The most bytes of a message and of all messages of a call, bodies and attributes (same source).
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most bytes that a call holds in memory, but for a single row that is larger. Rows can be much longer than their
/// messages, which leave columns out.
const MAX_HELD_BYTES: usize = MAX_BYTES;
/// What the attribute `Method` adds to each message: its name, type and value.
const ATTRIBUTE_BYTES: usize = "Method".len() + "String".len() + "POST".len();

/// A message to be sent, and the row that it was made of.
#[derive(Debug)]
pub struct Entry {
    /// The SQS body.
    pub body: String,
    /// The row, for the report bucket, should SQS refuse the message.
    pub row: RejectedRow,
}

/// The messages of one call.
#[derive(Debug, Default)]
pub struct Batch {
    /// In the order of their rows.
    pub entries: Vec<Entry>,
    bytes: usize,
    held: usize,
}

impl Entry {
    /// A message of `row`.
    #[must_use]
    pub fn new(body: String, row: &Row<'_>) -> Self {
        Self {
            body,
            row: RejectedRow::of(row),
        }
    }

    /// What SQS counts.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.body.len() + ATTRIBUTE_BYTES
    }

    /// What it holds in memory: the message, and the row that it was made of.
    fn held(&self) -> usize {
        self.body.len() + self.row.text.len()
    }

    /// The SDK's form of the message; `id` is what the reply calls it.
    #[expect(
        clippy::expect_used,
        reason = "building fails only when a field is not set, and each is set here"
    )]
    pub(crate) fn to_request(&self, id: usize) -> SendMessageBatchRequestEntry {
        let post = MessageAttributeValue::builder()
            .data_type("String")
            .string_value("POST");
        SendMessageBatchRequestEntry::builder()
            .id(id.to_string())
            .message_body(&self.body)
            .message_attributes("Method", post.build().expect("the type is set"))
            .build()
            .expect("id and body are set")
    }
}

impl Batch {
    /// Bytes that are held in memory until all of it is sent.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }

    /// Adds a message. When there is no room for it, what was gathered so far is handed out, to be sent, and the
    /// message begins the next batch.
    pub fn push(&mut self, entry: Entry) -> Option<Batch> {
        let full = self.entries.len() == MAX_ENTRIES
            || self.bytes + entry.bytes() > MAX_BYTES
            || self.held + entry.held() > MAX_HELD_BYTES;
        let done = (full && !self.entries.is_empty()).then(|| std::mem::take(self));
        self.bytes += entry.bytes();
        self.held += entry.held();
        self.entries.push(entry);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{Position, Unreadable};

    fn entry(body_bytes: usize) -> Entry {
        let row = Row {
            position: Position { line: 2, byte: 9 },
            length: 1,
            text: b"x",
            record: Err(Unreadable::OpenQuote),
        };
        Entry::new("x".repeat(body_bytes), &row)
    }

    fn sizes(bodies: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut batch = Batch::default();
        let mut sizes: Vec<_> = bodies
            .into_iter()
            .filter_map(|bytes| batch.push(entry(bytes)))
            .map(|done| done.entries.len())
            .collect();
        sizes.push(batch.entries.len());
        sizes
    }

    #[test]
    fn a_batch_has_at_most_ten_messages() {
        assert_eq!(sizes([100; 10]), [10]);
        assert_eq!(sizes([100; 25]), [10, 10, 5]);
    }

    #[test]
    fn a_batch_has_at_most_one_mebibyte() {
        let half = MAX_BYTES / 2 - ATTRIBUTE_BYTES;
        assert_eq!(sizes([half, half, 1]), [2, 1]);
        assert_eq!(sizes([half, half + 1, 1]), [1, 2]);
        assert_eq!(sizes([MAX_BYTES - ATTRIBUTE_BYTES, 1, 1]), [1, 2]);
    }

    #[test]
    fn long_rows_of_short_messages_make_small_batches() {
        let text = vec![b'x'; MAX_HELD_BYTES / 3];
        let long = || {
            let position = Position { line: 2, byte: 9 };
            let row = Row {
                position,
                length: text.len() as u64,
                text: &text,
                record: Err(Unreadable::OpenQuote),
            };
            Entry::new("short".to_owned(), &row)
        };
        let mut batch = Batch::default();
        assert!(batch.push(long()).is_none() && batch.push(long()).is_none());
        let full = batch.push(long()).unwrap();
        assert_eq!((full.entries.len(), full.held()), (2, 2 * (text.len() + "short".len())));
        assert_eq!(batch.entries.len(), 1);
    }
}
