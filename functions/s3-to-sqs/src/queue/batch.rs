//! Messages gathered into calls of `SendMessageBatch`, written as JSON as they come.

#[cfg(test)]
mod tests;

use super::message::{Attributes, Body, MAX_BYTES, MAX_ENTRIES};
use super::packing::{Packing, is_best_sent};
use crate::rows::{Position, RejectedRow, Row};

/// The most bytes of messages and rows that a call holds in memory, but for a single row that is larger. Rows can be much
/// longer than their messages, which leave columns out.
const MAX_HELD_BYTES: usize = MAX_BYTES;
/// The most room that a batch has from the beginning, in bytes.
const MAX_ROOM: usize = 16 * 1024;

/// The most room that a batch of packed rows has from the beginning, in bytes: its messages are long and much alike.
const MAX_PACKED_ROOM: usize = MAX_BYTES / 2;

/// The messages of one call, and the rows that they were made of: SQS may refuse a message, and then its rows are kept in
/// the report bucket.
#[derive(Debug)]
pub struct Batch {
    attributes: Attributes,
    /// How rows are packed, when a message has many.
    packing: Option<Packing>,
    /// The messages in the order of their rows. An entry's id is its place here.
    entries: Vec<Entry>,
    rows: Vec<SentRow>,
    /// All entries in the form of the call.
    json: String,
    /// The original texts of all rows.
    texts: Vec<u8>,
    bytes: usize,
    /// The rows of the last message, to which others may be added; 0 when it is ended.
    open: usize,
    /// The size of what is before the last message that was begun.
    before_open: Size,
    /// The size of the last message that has ended.
    usual: Size,
}

/// A message. It begins where the one before it ends.
#[derive(Clone, Copy, Debug)]
struct Entry {
    json_end: usize,
    rows_end: usize,
}

/// A row. Its text begins where the one before it ends.
#[derive(Debug)]
struct SentRow {
    text_end: usize,
    position: Position,
    length: u64,
}

/// Bytes of messages, and of messages and their rows.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    messages: usize,
    held: usize,
}

impl Batch {
    /// An empty one, for messages of one row with these attributes.
    #[must_use]
    pub fn new(attributes: Attributes) -> Self {
        Self {
            attributes,
            packing: None,
            entries: Vec::new(),
            rows: Vec::new(),
            json: String::new(),
            texts: Vec::new(),
            bytes: 0,
            open: 0,
            before_open: Size::default(),
            usual: Size::default(),
        }
    }

    /// An empty one, for messages that are packed so.
    #[must_use]
    pub fn packed(attributes: Attributes, packing: Packing) -> Self {
        Self {
            packing: Some(packing),
            ..Self::new(attributes)
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
        self.rows.is_empty()
    }

    /// The bytes that are held in memory until all of it is sent.
    #[must_use]
    pub fn held(&self) -> usize {
        self.json.len() + self.texts.len() + self.rows.len() * size_of::<SentRow>()
    }

    /// Adds a row. When there is no room for it, its message begins the next batch, and the full one is handed out to be sent.
    pub fn push(&mut self, body: Body<'_>, row: &Row<'_>) -> Option<Batch> {
        if let Some(packing) = self.packing.take() {
            let done = self.push_packed(&packing, body, row);
            self.packing = Some(packing);
            return done;
        }
        let size = Size {
            messages: body.message_bytes(),
            held: body.bytes + row.text.len(),
        };
        let is_full = !self.is_empty() && self.is_full(size);
        let done = is_full.then(|| self.hand_out(MAX_ROOM));
        self.begin_entry();
        self.json.push_str(body.json);
        self.keep(row);
        self.end_entry();
        self.bytes += body.message_bytes();
        done
    }

    /// Hands out the messages that were gathered, if there are any.
    pub fn take(&mut self) -> Option<Batch> {
        if self.is_empty() {
            return None;
        }
        self.end_packed();
        let next = Self {
            packing: self.packing.clone(),
            ..Self::new(self.attributes.clone())
        };
        Some(std::mem::replace(self, next))
    }

    /// Adds a row to the last message, or to a new one when that has as many as it may have or the call has no room for it.
    fn push_packed(&mut self, packing: &Packing, body: Body<'_>, row: &Row<'_>) -> Option<Batch> {
        let request_bytes = packing.request_bytes(body);
        if self.open == packing.rows() {
            self.end_packed();
        }
        let is_full = if self.open > 0 {
            let bytes = request_bytes + 1;
            self.has_no_room(Size {
                messages: bytes,
                held: bytes + row.text.len(),
            })
        } else {
            let bytes = packing.frame_bytes() + request_bytes;
            // A message that the call could not hold the rest of would be cut short.
            let expected = Size {
                messages: bytes.max(self.usual.messages),
                held: (bytes + row.text.len()).max(self.usual.held),
            };
            !self.is_empty()
                && (self.is_full(expected) || is_best_sent(self.entries.len(), self.bytes, expected.messages))
        };
        let done = is_full.then(|| {
            self.end_packed();
            self.hand_out(MAX_PACKED_ROOM)
        });
        if self.open == 0 {
            self.begin_entry();
            packing.push_head(&mut self.json);
            self.before_open = self.size();
            self.bytes += packing.frame_bytes();
        } else {
            self.json.push(',');
            self.bytes += 1;
        }
        packing.push_request(body, &mut self.json);
        self.keep(row);
        self.bytes += request_bytes;
        self.open += 1;
        done
    }

    /// Ends the last message, if rows may still be added to it.
    fn end_packed(&mut self) {
        if self.open == 0 {
            return;
        }
        self.open = 0;
        Packing::push_tail(&mut self.json);
        self.end_entry();
        let (size, before) = (self.size(), self.before_open);
        self.usual = Size {
            messages: size.messages - before.messages,
            held: size.held - before.held,
        };
    }

    /// Whether another message of this size is too much for the call.
    fn is_full(&self, size: Size) -> bool {
        self.entries.len() == MAX_ENTRIES || self.has_no_room(size)
    }

    /// Whether so many more bytes are too much for the call.
    fn has_no_room(&self, size: Size) -> bool {
        let all = self.size();
        all.messages + size.messages > MAX_BYTES || all.held + size.held > MAX_HELD_BYTES
    }

    fn size(&self) -> Size {
        Size {
            messages: self.bytes,
            held: self.bytes + self.texts.len(),
        }
    }

    /// Hands out all messages, and begins anew with as much room as they needed, up to `most` bytes: rows of a file are much
    /// alike.
    fn hand_out(&mut self, most: usize) -> Self {
        let next = Self {
            entries: Vec::with_capacity(MAX_ENTRIES),
            rows: Vec::with_capacity(self.rows.len()),
            json: String::with_capacity(self.json.len().min(most)),
            texts: Vec::with_capacity(self.texts.len().min(most)),
            usual: self.usual,
            ..Self::new(self.attributes.clone())
        };
        std::mem::replace(self, next)
    }

    /// Begins a message, up to the content of its body.
    fn begin_entry(&mut self) {
        self.json.push_str("{\"Id\":\"");
        // There are no more than ten.
        self.json
            .push(char::from(b'0' + u8::try_from(self.entries.len()).unwrap_or_default()));
        self.json.push_str("\",\"MessageBody\":\"");
    }

    /// Ends a message behind the content of its body. All rows that are kept and in no message are its own.
    fn end_entry(&mut self) {
        self.json.push_str(self.attributes.json());
        self.entries.push(Entry {
            json_end: self.json.len(),
            rows_end: self.rows.len(),
        });
    }

    /// Keeps what the report bucket would need of a row.
    fn keep(&mut self, row: &Row<'_>) {
        self.texts.extend_from_slice(row.text);
        self.rows.push(SentRow {
            text_end: self.texts.len(),
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
            let begin = self.before(id).json_end;
            request.push_str(&self.json[begin..self.entries[id].json_end]);
        }
        request.push_str("]}");
        request
    }

    /// The number of rows of a message.
    pub(super) fn row_count(&self, id: usize) -> usize {
        self.entries[id].rows_end - self.before(id).rows_end
    }

    /// The rows of a message.
    pub(super) fn rows(&self, id: usize) -> impl Iterator<Item = RejectedRow> {
        (self.before(id).rows_end..self.entries[id].rows_end).map(|row| {
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

    /// Where the message before this one ends.
    fn before(&self, id: usize) -> Entry {
        let none = Entry {
            json_end: 0,
            rows_end: 0,
        };
        id.checked_sub(1).map_or(none, |before| self.entries[before])
    }
}
