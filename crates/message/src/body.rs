//! A message and its SQS body.

use std::fmt::Write as _;

use crate::{Key, Number, names};

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
    /// Appends the SQS body of a `POST` of this message to `table`: compact DynamoDB JSON, attributes in the order of
    /// the documented example.
    pub fn write_body(&self, table: &str, out: &mut String) {
        out.push_str("{\"TableName\":");
        push_json_string(out, table);
        // Dates and times are digits and separators: nothing to escape. Writing to a string cannot fail.
        let Key { date, time } = self.key;
        let _ = write!(
            out,
            ",\"Item\":{{\"date\":{{\"S\":\"{date}\"}},\"time\":{{\"S\":\"{time}\"}}"
        );
        push_text(out, names::LOCATION, self.location);
        push_text(out, names::SOURCE, self.source);
        push_text(out, names::LOCAL_DEST, self.local_dest);
        push_number(out, names::LOCAL_AVG, &self.local_avg);
        push_text(out, names::REMOTE_DEST, self.remote_dest);
        push_number(out, names::REMOTE_AVG, &self.remote_avg);
        out.push_str("}}");
    }

    /// At least the bytes that DynamoDB counts for the item: UTF-8 lengths of names and values, where a number takes
    /// one byte for each two digits plus one; counting its text whole errs on the safe side.
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

fn push_text(out: &mut String, name: &str, value: &str) {
    let _ = write!(out, ",\"{name}\":{{\"S\":");
    push_json_string(out, value);
    out.push('}');
}

fn push_number(out: &mut String, name: &str, value: &Number<'_>) {
    let _ = write!(out, ",\"{name}\":{{\"N\":\"{value}\"}}");
}

/// Appends `text` as a JSON string that SQS takes: beside what JSON must escape, the two characters of the Basic
/// Multilingual Plane that XML, and so SQS, forbids though JSON does not.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
fn push_json_string(out: &mut String, text: &str) {
    // A string always serialises.
    let json = serde_json::Value::from(text).to_string();
    if json.contains(['\u{FFFE}', '\u{FFFF}']) {
        out.push_str(&json.replace('\u{FFFE}', "\\ufffe").replace('\u{FFFF}', "\\uffff"));
    } else {
        out.push_str(&json);
    }
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

    #[test]
    fn the_body_is_the_documented_one() {
        let mut body = String::new();
        message("location-03", "5.55").write_body("messages", &mut body);
        assert_eq!(
            body,
            r#"{"TableName":"messages","Item":{"date":{"S":"2001-01-01"},"time":{"S":"09:01:05"},"location":{"S":"location-03"},"source":{"S":"wireless"},"local_dest":{"S":"router-1"},"local_avg":{"N":"5.55"},"remote_dest":{"S":"device-1"},"remote_avg":{"N":"10.10"}}}"#
        );
    }

    #[test]
    fn sqs_takes_every_character_and_json_gives_it_back() {
        let text = "\u{0}\u{1}\t\n\u{1f}\"\\/é\u{7f}\u{FFFD}\u{FFFE}\u{FFFF}😀";
        let mut body = String::new();
        message(text, "1").write_body("t", &mut body);
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
