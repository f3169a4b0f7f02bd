//! The modes `latest` and `create`, on a table that keeps what is written.

use std::time::Duration;

use message::WriteMode;
use serde_json::{Value, json};

use super::tests::failures;
use super::*;
use crate::plan::EffectCounts;
use crate::testing::{RealTable, TABLE, event, item_json, key_json, post};

/// The order of a line of an upload; uploads are counted from the first.
fn order(upload: u64, line: u64) -> message::Order {
    message::Order::at_millis(1_559_040_909_000 + upload).at_line(line)
}

/// A row of an upload.
pub(super) fn row(second: u8, location: &str, upload: u64, line: u64) -> (&'static str, Value) {
    let order = order(upload, line).to_string();
    ("POST", json!({"Item": item_json(second, location), "Order": order}))
}

/// Carries out a batch in which nothing fails.
pub(super) async fn write<'a>(writer: &Writer, records: impl IntoIterator<Item = (&'a str, Value)>) -> EffectCounts {
    let event = event(records);
    let invocation = Invocation {
        writer,
        records: &event,
        deadline: Deadline::after(Duration::from_secs(58)),
        turns: &Turns::default(),
        tally: &Tally::default(),
    };
    let outcomes = outcomes::of(invocation).await;
    assert!(
        outcomes.transient.is_empty() && outcomes.dead.is_empty(),
        "{outcomes:?}"
    );
    outcomes.effect_counts()
}

pub(super) fn written(written: usize) -> EffectCounts {
    EffectCounts {
        written,
        ..EffectCounts::default()
    }
}

#[tokio::test]
async fn the_later_upload_wins_whatever_is_delivered_first() {
    let rows = |location, upload| (1..=30).map(move |second| row(second, location, upload, second.into()));
    for late_first in [false, true] {
        let table = RealTable::new();
        let writer = table.writer(WriteMode::Latest);
        let (old, new) = (rows("old", 1), rows("new", 2));
        let (first, second) = if late_first { (new, old) } else { (old, new) };
        assert_eq!(write(&writer, first).await, written(30));
        let counts = if late_first {
            EffectCounts {
                outdated: 30,
                ..EffectCounts::default()
            }
        } else {
            EffectCounts {
                replaced: 30,
                ..written(30)
            }
        };
        assert_eq!(write(&writer, second).await, counts);
        for second in 1..=30 {
            assert_eq!(table.location(second).as_deref(), Some("new"));
        }
        assert_eq!(table.item(7).unwrap()["$order"], json!({"S": order(2, 7).to_string()}));
    }
}

#[tokio::test]
async fn rows_of_one_file_end_as_the_file_has_them() {
    let table = RealTable::new();
    let writer = table.writer(WriteMode::Latest);
    assert_eq!(write(&writer, [row(1, "last", 1, 9)]).await, written(1));
    let batch = [row(1, "first", 1, 2), row(1, "second", 1, 5), row(1, "last", 1, 9)];
    let counts = EffectCounts {
        superseded: 2,
        ..written(1)
    };
    assert_eq!(
        write(&writer, batch).await,
        counts,
        "delivered again, it is not outdated"
    );
    let outdated = EffectCounts {
        outdated: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, [row(1, "second", 1, 5)]).await, outdated);
    assert_eq!(table.location(1).as_deref(), Some("last"));
    assert_eq!(
        write(&writer, [row(1, "later", 1, 10)]).await,
        written(1),
        "its own file is replaced"
    );
}

#[tokio::test]
async fn an_item_without_an_order_is_older_than_all() {
    let table = RealTable::new();
    table.call(
        "PutItem",
        &json!({"TableName": TABLE, "Item": item_json(1, "of the API")}),
    );
    let counts = EffectCounts {
        replaced: 1,
        ..written(1)
    };
    assert_eq!(
        write(&table.writer(WriteMode::Latest), [row(1, "new", 1, 2)]).await,
        counts
    );
    assert_eq!(table.location(1).as_deref(), Some("new"));
}

#[tokio::test]
async fn a_message_without_order_is_as_new_as_it_was_sent() {
    let table = RealTable::new();
    let writer = table.writer(WriteMode::Latest);
    let sent = |location, millis: &str| {
        let mut event = event([post(1, location)]);
        event[0].attributes.sent_timestamp = Some(millis.to_owned().into());
        event
    };
    for (location, millis) in [("new", "1559040909002"), ("old", "1559040909001")] {
        assert_eq!(failures(&writer, sent(location, millis)).await, [""; 0]);
    }
    assert_eq!(table.location(1).as_deref(), Some("new"));
    write(&writer, [row(1, "a row of a later upload", 3, 2)]).await;
    assert_eq!(table.location(1).as_deref(), Some("a row of a later upload"));
}

#[tokio::test]
async fn a_row_of_a_file_begun_in_replace_does_not_beat_a_later_upload() {
    let table = RealTable::new();
    let writer = table.writer(WriteMode::Latest);
    let begun_in_replace = |location, upload| {
        let mut event = event([post(1, location)]);
        let record = &mut event[0];
        let id = order(upload, 0).ingest_id().to_owned();
        record
            .message_attributes
            .push(("IngestId".into(), crate::testing::text_attribute(&id)));
        // Moved back from the dead-letter queue a day later.
        record.attributes.sent_timestamp = Some("1559127309000".into());
        event
    };
    write(&writer, [row(1, "later", 2, 2)]).await;
    assert_eq!(failures(&writer, begun_in_replace("earlier", 1)).await, [""; 0]);
    assert_eq!(table.location(1).as_deref(), Some("later"));
    assert_eq!(failures(&writer, begun_in_replace("latest", 3)).await, [""; 0]);
    assert_eq!(table.location(1).as_deref(), Some("latest"));
}

#[tokio::test]
async fn what_is_there_stays_when_items_are_created() {
    let table = RealTable::new();
    table.call("PutItem", &json!({"TableName": TABLE, "Item": item_json(1, "there")}));
    let writer = table.writer(WriteMode::Create);
    let batch = [row(1, "a", 1, 2), row(2, "b", 1, 3), row(2, "c", 1, 4)];
    let counts = EffectCounts {
        existing: 2,
        ..written(1)
    };
    assert_eq!(write(&writer, batch.clone()).await, counts);
    assert_eq!(write(&writer, batch).await, counts, "delivered again");
    let existing = EffectCounts {
        existing: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, [row(2, "of a later file", 2, 2)]).await, existing);
    assert_eq!(table.location(1).as_deref(), Some("there"));
    assert_eq!(table.location(2).as_deref(), Some("b"), "the first row of the file");
    assert!(table.aws.dead.lock().unwrap().is_empty());
}

#[tokio::test]
async fn items_that_no_statement_can_hold_are_written_one_by_one() {
    let table = RealTable::new();
    let mut odd = item_json(1, "odd");
    odd["it's \"é\\\n"] = json!({"L": [{"N": "1.5"}]});
    let mut long = item_json(2, "long");
    for number in 0..100 {
        long[format!("{number}{}", "x".repeat(100))] = json!({"BOOL": true});
    }
    for mode in [WriteMode::Latest, WriteMode::Create] {
        let batch = [&odd, &long].map(|item| ("POST", json!({"Item": item, "Order": order(1, 2).to_string()})));
        assert_eq!(
            write(&table.writer(mode), batch).await,
            written(2),
            "{mode}, the second time delivered again"
        );
        odd["$order"] = json!({"S": order(1, 2).to_string()});
        assert_eq!(table.item(1).as_ref(), Some(&odd));
        odd.as_object_mut().unwrap().remove("$order");
        assert_eq!(table.location(2).as_deref(), Some("long"));
    }
}

#[tokio::test]
async fn other_methods_leave_the_order_or_take_it_away() {
    let table = RealTable::new();
    let writer = table.writer(WriteMode::Latest);
    write(&writer, [row(1, "a", 5, 2)]).await;
    let set = json!({"Key": key_json(1), "UpdateExpression": "SET extra = :x", "ExpressionAttributeValues": {":x": {"S": "x"}}});
    write(&writer, [("PUT", set)]).await;
    assert_eq!(table.item(1).unwrap()["$order"], json!({"S": order(5, 2).to_string()}));
    let outdated = EffectCounts {
        outdated: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, [row(1, "old", 4, 2)]).await, outdated);

    write(&writer, [("DELETE", json!({"Key": key_json(1)}))]).await;
    assert_eq!(
        write(&writer, [row(1, "old", 4, 2)]).await,
        written(1),
        "there is no tombstone"
    );

    let replace = json!({"RequestItems": {TABLE: [{"PutRequest": {"Item": item_json(1, "replaced")}}]}});
    write(&writer, [("BATCH_WRITE", replace)]).await;
    assert_eq!(table.item(1), Some(item_json(1, "replaced")));
    let replace = json!({"Item": item_json(1, "b"), "Mode": "replace", "Order": order(1, 2).to_string()});
    write(&writer, [row(1, "a", 5, 2)]).await;
    write(&writer, [("POST", replace)]).await;
    assert_eq!(table.item(1), Some(item_json(1, "b")));
}
