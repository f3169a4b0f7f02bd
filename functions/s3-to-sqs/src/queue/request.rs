//! A full request of `SendMessageBatch`, and the rows that its messages were made of.

use bytes::Bytes;

use super::message::Envelope;
use crate::rows::{Position, RejectedRow};

/// The end of a request's body.
pub(super) const TAIL: &str = "]}";

/// The messages of one request, and the rows that they were made of. If SQS refuses a message, its rows go to the report
/// bucket.
#[derive(Debug)]
pub struct Request {
    envelope: Envelope,
    /// The request with all messages, as JSON.
    json: Bytes,
    /// The messages, in the order of their rows. An entry's id is its index here.
    entries: Vec<Entry>,
    /// The original texts of all rows, one after the other.
    texts: Vec<u8>,
    rows: Vec<SentRow>,
}

/// A message. It begins after the separator that follows the one before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub json_end: usize,
    pub rows_end: usize,
}

/// A row. Its text begins where the one before it ends.
#[derive(Debug)]
pub(super) struct SentRow {
    pub text_end: usize,
    pub position: Position,
    pub length: u64,
}

impl Request {
    /// A request of these entries. `json` is its body without the end.
    pub(super) fn new(
        envelope: Envelope,
        mut json: String,
        entries: Vec<Entry>,
        texts: Vec<u8>,
        rows: Vec<SentRow>,
    ) -> Self {
        json.push_str(TAIL);
        Self {
            envelope,
            json: json.into(),
            entries,
            texts,
            rows,
        }
    }

    /// The number of messages.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "every request has a message")]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of bytes that the request holds in memory until it is sent.
    #[must_use]
    pub fn held(&self) -> usize {
        self.json.len() + self.texts.len() + self.rows.len() * size_of::<SentRow>()
    }

    /// The body with the messages of these ids, which are in ascending order.
    #[must_use]
    pub fn body(&self, ids: &[usize]) -> Bytes {
        if ids.len() == self.entries.len() {
            return self.json.clone();
        }
        let head = self.envelope.head();
        let mut body = Vec::with_capacity(self.json.len());
        body.extend_from_slice(head.as_bytes());
        for (index, &id) in ids.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            let begin = match id.checked_sub(1) {
                None => head.len(),
                Some(before) => self.entries[before].json_end + 1,
            };
            body.extend_from_slice(&self.json[begin..self.entries[id].json_end]);
        }
        body.extend_from_slice(TAIL.as_bytes());
        body.into()
    }

    /// The number of rows of a message.
    pub(super) fn row_count(&self, id: usize) -> usize {
        self.entries[id].rows_end - self.rows_begin(id)
    }

    /// The rows of a message.
    pub(super) fn rows(&self, id: usize) -> impl Iterator<Item = RejectedRow> {
        (self.rows_begin(id)..self.entries[id].rows_end).map(|row| {
            let begin = row.checked_sub(1).map_or(0, |before| self.rows[before].text_end);
            let SentRow {
                text_end,
                position,
                length,
            } = self.rows[row];
            RejectedRow {
                position,
                length,
                text: self.texts[begin..text_end].into(),
            }
        })
    }

    fn rows_begin(&self, id: usize) -> usize {
        id.checked_sub(1).map_or(0, |before| self.entries[before].rows_end)
    }
}
