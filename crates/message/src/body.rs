//! A message and its SQS body.

use crate::escape::push_text;
use crate::{Key, Number, Order, WriteMode, names};

/// The most bytes of an item, names and values together.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub const MAX_ITEM_BYTES: usize = 400 * 1024;

/// One measurement: one row of a CSV file, one SQS message, one item of the table. Texts are never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Primary key.
    pub key: Key,
    /// Attribute `location`.
    pub location: &'a str,
    /// Attribute `source`.
    pub source: &'a str,
    /// Attribute `local_dest`.
    pub local_dest: &'a str,
    /// Attribute `local_avg`.
    pub local_avg: Number<'a>,
    /// Attribute `remote_dest`.
    pub remote_dest: &'a str,
    /// Attribute `remote_avg`.
    pub remote_avg: Number<'a>,
}

impl Message<'_> {
    /// Appends the SQS body of a `POST` of this message to `table`, escaped as the content of a JSON string, as
    /// `SendMessageBatch` takes it. The body is compact DynamoDB JSON, attributes in the order of the documented example.
    ///
    /// Returns the length of the unescaped body in bytes, which SQS counts.
    pub fn write_body(&self, table: &str, out: &mut String) -> usize {
        let start = out.len();
        let escapes = push_table(out, table) + self.push_item(out);
        out.len() - start - escapes
    }

    /// The same with the members `Mode` and `Order` before `Item`, for a write whose outcome depends on the item that the
    /// table has.
    pub fn write_ordered_body(&self, table: &str, mode: WriteMode, order: Order, out: &mut String) -> usize {
        let start = out.len();
        let mut escapes = push_table(out, table) + ORDER_ESCAPES;
        // Modes and orders have nothing to escape.
        for (name, text) in ORDER_FRAME.into_iter().zip([mode.as_str(), order.as_str()]) {
            out.push_str(name);
            out.push_str(text);
        }
        escapes += self.push_item(out);
        out.len() - start - escapes
    }

    /// The length of the part before the item in a body to `table`, including `"Item":`, in bytes: first escaped as the content
    /// of a JSON string, then unescaped. It is the same in each body of [`write_body`](Self::write_body).
    #[must_use]
    pub fn head_bytes(table: &str) -> (usize, usize) {
        let mut head = String::new();
        let escapes = push_table(&mut head, table) + backslashes(&[FRAME[0], ITEM]);
        head.push_str(ITEM);
        (head.len(), head.len() - escapes)
    }

    /// Appends the member `Item` and the end of the body. Returns the number of bytes that the escaping for the outer string
    /// adds.
    #[inline]
    fn push_item(&self, out: &mut String) -> usize {
        let mut escapes = FRAME_ESCAPES;
        // Dates, times and numbers have nothing to escape.
        out.push_str(FRAME[1]);
        self.key.date.push_to(out);
        out.push_str(FRAME[2]);
        self.key.time.push_to(out);
        out.push_str(FRAME[3]);
        escapes += push_text(out, self.location);
        out.push_str(FRAME[4]);
        escapes += push_text(out, self.source);
        out.push_str(FRAME[5]);
        escapes += push_text(out, self.local_dest);
        out.push_str(FRAME[6]);
        out.push_str(self.local_avg.as_str());
        out.push_str(FRAME[7]);
        escapes += push_text(out, self.remote_dest);
        out.push_str(FRAME[8]);
        out.push_str(self.remote_avg.as_str());
        out.push_str(FRAME[9]);
        escapes
    }

    /// An upper bound of the bytes that DynamoDB counts for the item: the UTF-8 lengths of names and values. DynamoDB counts one
    /// byte for each two digits of a number, plus one. The whole text is counted here, to be on the safe side.
    #[must_use]
    pub fn item_bytes(&self) -> usize {
        let names: usize = [names::DATE, names::TIME]
            .iter()
            .chain(&names::TEXTS)
            .chain(&names::NUMBERS)
            .map(|name| name.len())
            .sum();
        let key = "YYYY-MM-DD".len() + "HH:MM:SS.nnnnnnnnn".len();
        let texts = self.location.len() + self.source.len() + self.local_dest.len() + self.remote_dest.len();
        names + key + texts + self.local_avg.as_str().len() + self.remote_avg.as_str().len()
    }
}

/// The text before, between and after the values of a body, escaped because the body is the content of a string.
const FRAME: [&str; 10] = [
    r#"{\"TableName\":\""#,
    r#"\",\"Item\":{\"date\":{\"S\":\""#,
    r#"\"},\"time\":{\"S\":\""#,
    r#"\"},\"location\":{\"S\":\""#,
    r#"\"},\"source\":{\"S\":\""#,
    r#"\"},\"local_dest\":{\"S\":\""#,
    r#"\"},\"local_avg\":{\"N\":\""#,
    r#"\"},\"remote_dest\":{\"S\":\""#,
    r#"\"},\"remote_avg\":{\"N\":\""#,
    r#"\"}}}"#,
];
/// The text between the table's name and the item.
const ITEM: &str = r#"\",\"Item\":"#;
/// The number of bytes that the escaping adds to [`FRAME`].
const FRAME_ESCAPES: usize = backslashes(&FRAME);
/// The text before the mode and before the order of a body that has them.
const ORDER_FRAME: [&str; 2] = [r#"\",\"Mode\":\""#, r#"\",\"Order\":\""#];
const ORDER_ESCAPES: usize = backslashes(&ORDER_FRAME);

/// Appends the start of a body, up to the table's name. Returns the number of bytes that the escaping for the outer string adds
/// to the name.
#[inline]
fn push_table(out: &mut String, table: &str) -> usize {
    out.push_str(FRAME[0]);
    push_text(out, table)
}

const fn backslashes(texts: &[&str]) -> usize {
    let (mut count, mut text) = (0, 0);
    while text < texts.len() {
        let bytes = texts[text].as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'\\' {
                count += 1;
            }
            at += 1;
        }
        text += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Precision;

    fn message<'a>(location: &'a str, local_avg: &'a str) -> Message<'a> {
        Message {
            key: Key::from_timestamp("978339665.25", Precision::Seconds).unwrap(),
            location,
            source: "wireless",
            local_dest: "router-1",
            local_avg: Number::parse(local_avg).unwrap(),
            remote_dest: "device-1",
            remote_avg: Number::parse("10.10").unwrap(),
        }
    }

    /// The body, as SQS gets it.
    fn body(message: &Message<'_>, table: &str) -> String {
        let mut content = String::new();
        let bytes = message.write_body(table, &mut content);
        let body: String = serde_json::from_str(&format!("\"{content}\"")).unwrap();
        assert_eq!(bytes, body.len());
        body
    }

    #[test]
    fn the_body_is_the_documented_one() {
        assert_eq!(
            body(&message("location-03", "5.55"), "messages"),
            r#"{"TableName":"messages","Item":{"date":{"S":"2001-01-01"},"time":{"S":"09:01:05"},"location":{"S":"location-03"},"source":{"S":"wireless"},"local_dest":{"S":"router-1"},"local_avg":{"N":"5.55"},"remote_dest":{"S":"device-1"},"remote_avg":{"N":"10.10"}}}"#
        );
    }

    #[test]
    fn an_ordered_body_has_mode_and_order_before_the_item() {
        let (message, order) = (
            message("location-03", "5.55"),
            Order::of_row(0x7000_8000_0000_0000_0000, 7),
        );
        let mut content = String::new();
        let bytes = message.write_ordered_body("a\"b", WriteMode::Latest, order, &mut content);
        let ordered: String = serde_json::from_str(&format!("\"{content}\"")).unwrap();
        assert_eq!(bytes, ordered.len());
        let members = r#""Mode":"latest","Order":"00000000-0000-7000-8000-000000000000-000000000007","#;
        assert!(ordered.contains(members), "{ordered}");
        assert_eq!(ordered.replace(members, ""), body(&message, "a\"b"));
    }

    #[test]
    fn what_stands_before_the_item_has_the_length_that_is_said() {
        for table in ["messages", "a\"b"] {
            let mut content = String::new();
            let bytes = message("l", "1").write_body(table, &mut content);
            let (escaped, plain) = Message::head_bytes(table);
            assert!(content[..escaped].ends_with(ITEM) && content[escaped..].starts_with(r#"{\"date\""#));
            let item: String = serde_json::from_str(&format!("\"{}\"", &content[escaped..])).unwrap();
            assert_eq!(bytes - plain, item.len());
        }
    }

    #[test]
    fn sqs_takes_every_character_and_json_gives_it_back() {
        let text = "\u{0}\u{1}\t\n\u{1f}\"\\/é\u{7f}\u{FFFD}\u{FFFE}\u{FFFF}😀";
        let body = body(&message(text, "1"), "t");
        let allowed =
            |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
        assert!(body.chars().all(allowed), "{body:?}");
        let value: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(value["Item"]["location"]["S"], text);
    }

    #[test]
    fn the_item_size_counts_names_and_values() {
        let (short, long) = (message("x", "1"), "x".repeat(1001));
        assert_eq!(message(&long, "1").item_bytes() - short.item_bytes(), 1000);
        assert!(short.item_bytes() > "datetimelocationsourcelocal_destlocal_avgremote_destremote_avg".len());
    }
}
