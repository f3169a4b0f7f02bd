//! Gathers messages into requests of `SendMessageBatch`, written as JSON as they come.

#[cfg(test)]
mod tests;

use super::message::{Body, Envelope, MAX_BYTES, MAX_ENTRIES};
use super::packing::{Packing, is_best_sent};
use super::request::{Entry, Request, SentRow, TAIL};
use crate::rows::Row;

/// The most bytes of messages and rows that a request holds in memory, unless a single row is larger. Rows can be much
/// longer than their messages, which leave out columns.
const MAX_HELD_BYTES: usize = MAX_BYTES;
/// The most initial capacity of a batch, in bytes.
const MAX_ROOM: usize = 16 * 1024;

/// The most initial capacity of a batch of packed rows, in bytes. Its messages are long and of similar length.
const MAX_PACKED_ROOM: usize = MAX_BYTES / 2;

/// The messages of the next request, and the rows that they were made of.
#[derive(Debug)]
pub struct Batch {
    envelope: Envelope,
    /// How rows are packed, when a message has many.
    packing: Option<Packing>,
    /// The messages, in the order of their rows. An entry's id is its index here.
    entries: Vec<Entry>,
    rows: Vec<SentRow>,
    /// The request without its end, as JSON. Empty before the first message is begun.
    json: String,
    /// The original texts of all rows, one after the other.
    texts: Vec<u8>,
    bytes: usize,
    /// The number of rows of the last message while more may be added to it; 0 when it is ended.
    open: usize,
    /// The size of everything before the last message that was begun.
    before_open: Size,
    /// The size of the last message that was ended.
    usual: Size,
}

/// Two sizes in bytes: of the messages alone, and of the messages with their rows.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    messages: usize,
    held: usize,
}

impl Batch {
    /// An empty batch, for messages of one row.
    #[must_use]
    pub fn new(envelope: Envelope) -> Self {
        Self {
            envelope,
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

    /// An empty batch, for messages of packed rows.
    #[must_use]
    pub fn packed(envelope: Envelope, packing: Packing) -> Self {
        Self {
            packing: Some(packing),
            ..Self::new(envelope)
        }
    }

    /// Whether it holds no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row. If it does not fit, its message begins the next request, and the full request is returned.
    pub fn push(&mut self, body: Body<'_>, row: &Row<'_>) -> Option<Request> {
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

    /// Returns the gathered messages, if there are any.
    pub fn take(&mut self) -> Option<Request> {
        if self.is_empty() {
            return None;
        }
        self.end_packed();
        Some(self.hand_out(0))
    }

    /// Adds a row to the last message. It begins a new message when the last one has the most rows, or when the request
    /// has no room for the row.
    fn push_packed(&mut self, packing: &Packing, body: Body<'_>, row: &Row<'_>) -> Option<Request> {
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
            // Expects a message as long as the last one: if the request has no room for all of it, it would be cut short.
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

    /// Whether another message of this size does not fit the request.
    fn is_full(&self, size: Size) -> bool {
        self.entries.len() == MAX_ENTRIES || self.has_no_room(size)
    }

    /// Whether further bytes of this size do not fit the request.
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

    /// Returns all messages as a request and starts the next one. The next one has the capacity that this one needed and a
    /// little more, up to `most` bytes, because the rows of a file are alike.
    fn hand_out(&mut self, most: usize) -> Request {
        let next = Self {
            packing: self.packing.take(),
            entries: Vec::with_capacity(MAX_ENTRIES),
            rows: Vec::with_capacity(self.rows.len()),
            json: String::with_capacity(with_reserve(self.json.len() + TAIL.len()).min(most)),
            texts: Vec::with_capacity(with_reserve(self.texts.len()).min(most)),
            usual: self.usual,
            ..Self::new(self.envelope.clone())
        };
        let Self {
            envelope,
            entries,
            rows,
            json,
            texts,
            ..
        } = std::mem::replace(self, next);
        Request::new(envelope, json, entries, texts, rows)
    }

    /// Begins a message, up to the content of its body.
    fn begin_entry(&mut self) {
        let separator = if self.entries.is_empty() {
            self.envelope.head()
        } else {
            ","
        };
        self.json.push_str(separator);
        self.json.push_str("{\"Id\":\"");
        // There are at most ten entries, so that the id is one digit.
        self.json
            .push(char::from(b'0' + u8::try_from(self.entries.len()).unwrap_or_default()));
        self.json.push_str("\",\"MessageBody\":\"");
    }

    /// Ends a message after the content of its body. All kept rows that belong to no message yet belong to this one.
    fn end_entry(&mut self) {
        self.json.push_str(self.envelope.entry_tail());
        self.entries.push(Entry {
            json_end: self.json.len(),
            rows_end: self.rows.len(),
        });
    }

    /// Keeps what the report bucket needs if the row is refused.
    fn keep(&mut self, row: &Row<'_>) {
        self.texts.extend_from_slice(row.text);
        self.rows.push(SentRow {
            text_end: self.texts.len(),
            position: row.position,
            length: row.length,
        });
    }
}

/// The capacity for a text that is about as long as one of `bytes`. Without the reserve, a text that is longer by one byte would
/// double its capacity.
fn with_reserve(bytes: usize) -> usize {
    bytes + bytes / 16
}
