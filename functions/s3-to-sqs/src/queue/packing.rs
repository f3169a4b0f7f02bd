//! Packs many rows into one message: a `BATCH_WRITE` whose requests put the rows' items, or delete by the rows' keys.

use std::sync::Arc;

use schema::BatchRequest;

use super::message::{Body, MAX_BYTES, MAX_ENTRIES, message_bytes};

/// The attribute `Method` of a message of packed rows.
pub const METHOD: &str = "BATCH_WRITE";
/// The size of the chunk that SQS bills as one request, in bytes of a call's messages.
///
/// <https://aws.amazon.com/sqs/pricing/>
const BILLED_BYTES: usize = 64 * 1024;
/// The text that follows the requests of a body.
const TAIL: &str = "]}}";
/// The text that closes a request. The end of the row's own body, which precedes it, closes the request's inner member.
const REQUEST_TAIL: &str = "}";

/// How the rows of an object are packed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Packing(Arc<Form>);

#[derive(Debug)]
struct Form {
    /// The most rows of a message.
    rows: usize,
    /// The text before the requests of a body.
    head: Literal,
    /// The text before the item or the key of a request.
    request_head: Literal,
    /// The length of the text before the item or the key in the body of a message of one row.
    row_head: Lengths,
}

/// A text as the content of a JSON string, and its unescaped length.
#[derive(Debug)]
struct Literal {
    json: String,
    bytes: usize,
}

/// The lengths of one text: as the content of a JSON string, and unescaped.
#[derive(Clone, Copy, Debug)]
struct Lengths {
    json: usize,
    bytes: usize,
}

impl Literal {
    fn of(text: &str) -> Self {
        let quoted = serde_json::Value::from(text).to_string();
        Self {
            json: quoted[1..quoted.len() - 1].to_owned(),
            bytes: text.len(),
        }
    }
}

impl Packing {
    /// The packing of rows that make this request of `table`, at most `rows` in a message. `row_head` has the two lengths
    /// of the text before the item or the key in the body of a message of one row: as the content of a JSON string, and
    /// unescaped.
    #[must_use]
    pub fn new(request: BatchRequest, table: &str, row_head: (usize, usize), rows: usize) -> Self {
        let request_head = match request {
            BatchRequest::Put => r#"{"PutRequest":{"Item":"#,
            BatchRequest::Delete => r#"{"DeleteRequest":{"Key":"#,
        };
        let table = serde_json::Value::from(table);
        Self(Arc::new(Form {
            rows,
            head: Literal::of(&format!("{{\"RequestItems\":{{{table}:[")),
            request_head: Literal::of(request_head),
            row_head: Lengths {
                json: row_head.0,
                bytes: row_head.1,
            },
        }))
    }

    /// The most rows of a message.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.0.rows
    }

    /// The number of bytes by which a packed message of one row exceeds the message of one row of this `method`.
    #[must_use]
    pub fn excess_bytes(&self, method: &str) -> usize {
        let form = &*self.0;
        let framed = self.frame_bytes() + form.request_head.bytes + REQUEST_TAIL.len();
        framed.saturating_sub(message_bytes(form.row_head.bytes, method))
    }

    /// The size of a message without requests, in bytes.
    pub(super) fn frame_bytes(&self) -> usize {
        message_bytes(self.0.head.bytes + TAIL.len(), METHOD)
    }

    /// The size of a row's request, in bytes. `body` is the body of the row's message of one row.
    pub(super) fn request_bytes(&self, body: Body<'_>) -> usize {
        let form = &*self.0;
        form.request_head.bytes + (body.bytes - form.row_head.bytes) + REQUEST_TAIL.len()
    }

    /// Appends the text before the requests.
    pub(super) fn push_head(&self, json: &mut String) {
        json.push_str(&self.0.head.json);
    }

    /// Appends the request of a row.
    pub(super) fn push_request(&self, body: Body<'_>, json: &mut String) {
        let form = &*self.0;
        json.push_str(&form.request_head.json);
        json.push_str(&body.json[form.row_head.json..]);
        json.push_str(REQUEST_TAIL);
    }

    /// Appends the text after the requests.
    pub(super) fn push_tail(json: &mut String) {
        json.push_str(TAIL);
    }
}

/// Whether a call of `messages` messages with `bytes` bytes in all should be sent, rather than get further messages of
/// about `next` bytes each.
///
/// SQS bills a call for each started 64 KiB of its messages. Larger calls waste less of their last 64 KiB, and mean
/// fewer calls to sign and to wait for. But a further message may start 64 KiB that the call cannot fill, since it has
/// ten messages at most. So a call ends where no longer call would have as many messages for each billed request.
///
/// Ten messages of a hundred rows of the sample are 247 KB and four requests. That is 4,000 requests for a million
/// rows, whose bytes alone would be 3,800. Of messages of 7,000 bytes, a call has nine, which are one request; ten
/// would be two.
pub(super) fn is_best_sent(messages: usize, bytes: usize, next: usize) -> bool {
    let billed = |bytes: usize| bytes.div_ceil(BILLED_BYTES);
    let is_as_good = |more: usize| {
        let longer = bytes + more * next;
        longer <= MAX_BYTES && billed(longer) * messages <= billed(bytes) * (messages + more)
    };
    !(1..=MAX_ENTRIES.saturating_sub(messages)).any(is_as_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of messages of `bytes` bytes in a call.
    fn messages_of_call(bytes: usize) -> usize {
        let ends = |messages: &usize| *messages == MAX_ENTRIES || is_best_sent(*messages, messages * bytes, bytes);
        (1..=MAX_ENTRIES).find(ends).unwrap()
    }

    #[test]
    fn calls_have_as_many_messages_as_are_cheapest() {
        let kibibyte = 1024;
        for (bytes, messages) in [
            (361, 10),
            (2_575, 10),
            (6_553, 10),
            (6_554, 9),
            (7_281, 9),
            (7_282, 8),
            (24_715, 10),
            (28_400, 9),
            (64 * kibibyte, 10),
            (64 * kibibyte + 1, 10),
            (400 * kibibyte, 2),
            (MAX_BYTES, 1),
        ] {
            assert_eq!(messages_of_call(bytes), messages, "of {bytes} bytes");
        }
    }
}
