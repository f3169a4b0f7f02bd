//! A table from before the stack, with another key than the stack was deployed for.

use std::collections::HashMap;

use attributes::KeySchema;
use message::{KeyType, WriteMode};
use serde_json::{Value, json};

use super::failure_tests::delivered;
use super::mode_tests::row;
use super::tests::failures;
use crate::config::Writer;
use crate::testing::{RealTable, event, key_json, post};

/// Keys that the messages do not fit: an attribute is missing, or has another type.
const OTHER_KEYS: [&[(&str, KeyType)]; 6] = [
    &[("id", KeyType::S)],
    &[("date", KeyType::S), ("id", KeyType::S)],
    &[("id", KeyType::S), ("time", KeyType::S)],
    &[("date", KeyType::N), ("time", KeyType::S)],
    &[("date", KeyType::S), ("time", KeyType::N)],
    &[("location", KeyType::N)],
];

/// A writer to this table that takes date and time for its key.
fn writer_of_messages(table: &RealTable, mode: WriteMode) -> Writer {
    let mut writer = table.writer(mode);
    writer.config.keys = KeySchema::Messages;
    writer
}

/// A message of each kind that names a key.
fn messages() -> Vec<(&'static str, Value)> {
    let update = json!({
        "Key": key_json(2), "UpdateExpression": "SET extra = :x", "ExpressionAttributeValues": {":x": {"S": "x"}},
    });
    vec![
        post(1, "a"),
        ("PUT", update),
        ("GET", json!({"Key": key_json(3)})),
        ("DELETE", json!({"Key": key_json(4)})),
        row(5, "b", 1, 1),
    ]
}

#[tokio::test(start_paused = true)]
async fn messages_come_back_as_long_as_the_table_has_another_key() {
    for key in OTHER_KEYS {
        for mode in [WriteMode::Replace, WriteMode::Latest, WriteMode::Create] {
            let table = RealTable::declared(key);
            let writer = writer_of_messages(&table, mode);
            let back = failures(&writer, event(messages())).await;
            assert_eq!(back, ["m0", "m1", "m2", "m3", "m4"], "{key:?} {mode}");
            assert_eq!(table.aws.reasons(), HashMap::new(), "{key:?} {mode}");
            assert_eq!(table.items(), [Value::Null; 0]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn on_their_last_delivery_they_are_given_up_with_what_to_mend() {
    let table = RealTable::declared(OTHER_KEYS[0]);
    let writer = writer_of_messages(&table, WriteMode::Replace);
    let event = delivered(event(messages()), &[3, 3, 3, 3, 3]);
    assert_eq!(failures(&writer, event).await, [""; 0]);
    let reasons = table.aws.reasons();
    assert_eq!(reasons.len(), 5);
    assert!(reasons.values().all(|code| code == "TableKeyDiffers"), "{reasons:?}");
    for text in table.aws.dead_letters("Reason").values() {
        assert!(
            text.contains("the table has another key than PartitionKey and SortKey of the stack say"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn an_item_that_an_index_cannot_hold_is_a_dead_letter_and_its_neighbours_are_written() {
    for mode in [WriteMode::Replace, WriteMode::Latest] {
        let table = RealTable::indexed(&[("date", KeyType::S), ("time", KeyType::S)], ("grade", KeyType::N));
        let writer = writer_of_messages(&table, mode);
        let mut bad = post(2, "b");
        bad.1["Item"]["grade"] = json!({"S": "good"});
        assert_eq!(
            failures(&writer, event([post(1, "a"), bad, post(3, "c")])).await,
            [""; 0]
        );
        assert_eq!(
            table.aws.reasons(),
            [("m1".to_owned(), "InvalidItem".to_owned())].into()
        );
        assert_eq!(table.items().len(), 2);
    }
}
