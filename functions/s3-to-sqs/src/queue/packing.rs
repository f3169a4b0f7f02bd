//! Many rows in one message: a `BATCH_WRITE` whose requests put the items of the rows, or delete by their keys.

use std::sync::Arc;

use schema::Write;

use super::message::{Body, MAX_BYTES, MAX_ENTRIES, message_bytes};

/// The attribute `Method` of such a message.
pub const METHOD: &str = "BATCH_WRITE";
/// What SQS bills as one request, in bytes of a call's messages.
///
/// <https://aws.amazon.com/sqs/pricing/>
const BILLED_BYTES: usize = 64 * 1024;
/// What stands behind the requests of a body.
const TAIL: &str = "]}}";
/// What stands behind a request but for the end of the row's own body, which is the end of the member of the request.
const REQUEST_TAIL: &str = "}";

/// How the rows of an object are packed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Packing(Arc<Form>);

#[derive(Debug)]
struct Form {
    /// The most rows of a message.
    rows: usize,
    /// What stands before the requests of a body.
    head: Literal,
    /// What stands before the item or the key of a request.
    request_head: Literal,
    /// The length of what stands before the item or the key in the body of a message of one row.
    row_head: Lengths,
}

/// The content of a JSON string, and how long it is as what it stands for.
#[derive(Debug)]
struct Literal {
    json: String,
    bytes: usize,
}

/// Lengths of the same text: as the content of a JSON string, and as what it stands for.
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
    /// The packing of rows that are written to `table`, at most so many in a message. `row_head` has the lengths of what stands
    /// before the item or the key in the body of a message of one row: as the content of a JSON string, and of the body itself.
    ///
    /// `None` for rows whose outcome depends on the item that is there, and for updates: `BatchWriteItem` puts and deletes,
    /// and has no conditions.
    #[must_use]
    pub fn of(write: Write, table: &str, row_head: (usize, usize), rows: usize) -> Option<Self> {
        let request_head = match write {
            Write::Replace => r#"{"PutRequest":{"Item":"#,
            Write::Delete => r#"{"DeleteRequest":{"Key":"#,
            Write::Latest | Write::Create | Write::Merge => return None,
        };
        let table = serde_json::Value::from(table);
        Some(Self(Arc::new(Form {
            rows,
            head: Literal::of(&format!("{{\"RequestItems\":{{{table}:[")),
            request_head: Literal::of(request_head),
            row_head: Lengths {
                json: row_head.0,
                bytes: row_head.1,
            },
        })))
    }

    /// The most rows of a message.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.0.rows
    }

    /// How many more bytes a message has that has one row in this form than the row's message in the form of one row, whose
    /// method this is.
    #[must_use]
    pub fn excess_bytes(&self, method: &str) -> usize {
        let form = &*self.0;
        let framed = self.frame_bytes() + form.request_head.bytes + REQUEST_TAIL.len();
        framed.saturating_sub(message_bytes(form.row_head.bytes, method))
    }

    /// The bytes of a message without requests.
    pub(super) fn frame_bytes(&self) -> usize {
        message_bytes(self.0.head.bytes + TAIL.len(), METHOD)
    }

    /// The bytes of the request of a row, by the body of its message in the form of one row.
    pub(super) fn request_bytes(&self, body: Body<'_>) -> usize {
        let form = &*self.0;
        form.request_head.bytes + (body.bytes - form.row_head.bytes) + REQUEST_TAIL.len()
    }

    /// Appends what stands before the requests.
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

    /// Appends what stands behind the requests.
    pub(super) fn push_tail(json: &mut String) {
        json.push_str(TAIL);
    }
}

/// Whether a call with so many messages of so many bytes is better sent than given others of about `next` bytes each.
///
/// SQS bills a call for each 64 KiB of its messages that it begins. The larger a call the less of its last 64 KiB is paid for
/// in vain, and the fewer calls there are to sign and to wait for; but a message may begin 64 KiB that the call cannot fill,
/// since it has ten messages at most. So a call ends where none of the longer ones would have as many messages for each request
/// that is billed. Ten messages of a hundred rows of the sample are 247 KB and four requests, 4,000 for a million rows,
/// where their bytes alone come to 3,800; of messages of 7,000 bytes a call has nine, which are one request, where ten would be two.
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

    /// How many messages of so many bytes a call has.
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
