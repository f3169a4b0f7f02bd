//! Checks of the outcomes of rows.

use std::collections::HashSet;

use attributes::{ItemKey, KeySchema};
use message::{Key, Precision, WriteMode, names};
use s3_to_sqs::convert::Converter;
use sqs_to_dynamodb::operation::{Change, Operation, Table, Write, parse};
use sqs_to_dynamodb::record::{METHOD, MessageAttribute, Record};

use super::TABLE;
use super::kept::{Kept, Outcome};
use super::places::is_empty;

/// The most rows that are given to the writer. Of more rows only every n-th is, since they are repetitions.
const MAX_PARSED: usize = 256;

/// Checks that the first row is the header, and that every other row is a message that the writer accepts, is rejected with a
/// reason, or is blank. Also checks the count of rows with the key of an earlier row.
pub(super) fn check(rows: &[Kept], converter: &Converter, precision: Precision) {
    let mut keys: HashSet<Key> = HashSet::new();
    let mut collisions = 0;
    let step = rows.len() / MAX_PARSED + 1;
    for (index, row) in rows.iter().enumerate() {
        assert!(
            index > 0 || row.outcome == Outcome::Header,
            "the first row is the header"
        );
        match &row.outcome {
            Outcome::Header => assert!(index == 0 || names_columns(row), "{row:?} is no header"),
            Outcome::Blank => {
                let fields = row.fields.as_deref().unwrap_or_default();
                assert!(fields.iter().all(|field| is_empty(&field.0)), "{row:?} is not blank");
            }
            Outcome::Rejected(columns, reason) => {
                assert!(reason.len() > 10, "no reason: {reason}");
                for column in columns.split("; ").filter(|column| !column.is_empty()) {
                    assert!(reason.contains(column), "{column} is not in: {reason}");
                }
            }
            Outcome::Message(body) => {
                assert!(row.fields.is_ok());
                if index % step == 0 {
                    collisions += u64::from(!keys.insert(check_message(body, row, precision)));
                }
            }
        }
    }
    let counted = converter.collisions().counted().rows;
    assert!(
        counted == collisions || step > 1,
        "{counted} rows with the key of an earlier one, not {collisions}"
    );
}

fn names_columns(row: &Kept) -> bool {
    let fields = row.fields.as_deref().unwrap_or_default();
    let named = fields.iter().filter(|field| {
        let text = String::from_utf8_lossy(&field.0).to_lowercase();
        text.contains(names::TIMESTAMP)
            || names::TEXTS
                .iter()
                .chain(&names::NUMBERS)
                .any(|name| text.contains(name))
    });
    named.count() > 2
}

/// Checks that SQS and the writer accept the body and that it has the row's content. Returns its key.
fn check_message(body: &str, row: &Kept, precision: Precision) -> Key {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    assert!(body.chars().all(allowed), "SQS refuses a character of {body:?}");
    let method = MessageAttribute {
        string_value: Some("POST".into()),
        ..MessageAttribute::default()
    };
    let record = Record {
        body: Some(body.into()),
        message_attributes: vec![(METHOD.into(), method)],
        ..Record::default()
    };
    let table = Table {
        name: TABLE,
        keys: &KeySchema::Messages,
    };
    let operation = parse(&record, table, WriteMode::Replace);
    let Ok(Operation::Write(Write {
        key: ItemKey::Message(key),
        change: Change::Put(item),
    })) = operation
    else {
        panic!("the writer makes {operation:?} of {body}");
    };
    let item = item.attributes();
    assert_eq!(item.len(), names::TEXTS.len() + names::NUMBERS.len() + 2, "{item:?}");
    let digits = [0, 4, 7, 10][precision as usize];
    assert_eq!(key.time.to_string().len(), "HH:MM:SS".len() + digits);
    for name in names::TEXTS {
        let text = item[name].as_s().map_or("", String::as_str);
        let fields = row.fields.as_deref().unwrap_or_default();
        assert!(
            fields.iter().any(|field| field.0 == text.as_bytes()),
            "{name} is {text:?} in {row:?}"
        );
    }
    key
}
