//! Every kind of message on two tables with a declared key: one of a text and a number, and one without a sort key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use message::{KeyType, Order, WriteMode};
use serde_json::{Value, json};

use super::mode_tests::{write, written};
use super::tests::failures;
use crate::plan::EffectCounts;
use crate::testing::{Aws, RealTable, Rule, TABLE, event, table_key};

/// A table with the partition key `p k`, a text, and the sort key `n`, a number.
fn numbered() -> RealTable {
    RealTable::declared(&[("p k", KeyType::S), ("n", KeyType::N)])
}

/// A table with the partition key `id`, a number.
fn by_id() -> RealTable {
    RealTable::declared(&[("id", KeyType::N)])
}

fn item(number: &str, value: &str) -> Value {
    json!({"p k": {"S": "a"}, "n": {"N": number}, "v": {"S": value}})
}

fn key(number: &str) -> Value {
    json!({"p k": {"S": "a"}, "n": {"N": number}})
}

fn post(number: &str, value: &str) -> (&'static str, Value) {
    ("POST", json!({"Item": item(number, value)}))
}

fn ordered(number: &str, value: &str, mode: &str, order: u64) -> (&'static str, Value) {
    let order = Order::at_millis(1_559_040_909_000 + order).to_string();
    (
        "POST",
        json!({"Item": item(number, value), "Mode": mode, "Order": order}),
    )
}

/// The values in the table, by their numbers.
fn values(table: &RealTable) -> HashMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = table.items();
    items
        .iter()
        .map(|item| (text(&item["n"]["N"]), text(&item["v"]["S"])))
        .collect()
}

fn values_of<const N: usize>(values: [(&str, &str); N]) -> HashMap<String, String> {
    values
        .map(|(number, value)| (number.to_owned(), value.to_owned()))
        .into()
}

/// Handles a batch whose messages must not be delivered again. Returns the reason of each dead letter.
async fn reasons(
    table: &RealTable,
    records: impl IntoIterator<Item = (&'static str, Value)>,
) -> HashMap<String, String> {
    let writer = table.writer(WriteMode::Replace);
    assert_eq!(failures(&writer, event(records)).await, [""; 0]);
    table.aws.dead_letters("Reason")
}

#[tokio::test]
async fn items_are_put_updated_read_and_deleted_by_their_key() {
    let table = numbered();
    let writer = table.writer(WriteMode::Replace);
    write(&writer, [post("1", "a"), post("2.50", "b"), post("-3", "c")]).await;
    assert_eq!(values(&table), values_of([("1", "a"), ("2.5", "b"), ("-3", "c")]));
    let update =
        json!({"Key": key("2.5"), "UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}});
    let counts = write(
        &writer,
        [
            ("PUT", update),
            ("GET", json!({"Key": key("1.0")})),
            ("DELETE", json!({"Key": key("-3.00")})),
            ("GET_ALL", json!({})),
        ],
    )
    .await;
    let expected = EffectCounts {
        updated: 1,
        read: 1,
        deleted: 1,
        ..EffectCounts::default()
    };
    assert_eq!(counts, expected);
    assert_eq!(values(&table), values_of([("1", "a"), ("2.5", "x")]));
}

#[tokio::test]
async fn equal_numbers_are_one_key_in_a_batch() {
    let table = numbered();
    let writer = table.writer(WriteMode::Replace);
    let requests = json!([
        {"PutRequest": {"Item": item("8.0", "first")}},
        {"PutRequest": {"Item": item("8", "second")}},
        {"DeleteRequest": {"Key": key("9.00")}},
        {"PutRequest": {"Item": item("9", "after")}},
    ]);
    let records = [
        post("7", "first"),
        post("7.0", "second"),
        post("0.70e1", "third"),
        ("BATCH_WRITE", json!({"RequestItems": {TABLE: requests}})),
    ];
    let expected = EffectCounts {
        written: 3,
        superseded: 4,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, records).await, expected);
    assert_eq!(
        values(&table),
        values_of([("7", "third"), ("8", "second"), ("9", "after")])
    );
}

#[tokio::test]
async fn what_dynamodb_hands_back_is_known_by_its_key_in_any_form() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let rule = Rule::on("BatchWriteItem").reply(move |request| {
        let mut calls = seen.lock().unwrap();
        calls.push(request["RequestItems"][TABLE].clone());
        let unprocessed = json!([
            {"PutRequest": {"Item": {"n": {"N": "7"}, "v": {"S": "a"}, "p k": {"S": "a"}}}},
            {"DeleteRequest": {"Key": {"n": {"N": "9E+0"}, "p k": {"S": "a"}}}},
        ]);
        let tables = if calls.len() == 1 {
            json!({ TABLE: unprocessed })
        } else {
            json!({})
        };
        (200, json!({ "UnprocessedItems": tables }))
    });
    let mut writer = Aws::default().writer(&[rule]);
    let key_of_table = table_key(&[("p k", KeyType::S), ("n", KeyType::N)]);
    writer.config.keys = Some(key_of_table).into();
    let records = [
        post("7.0", "a"),
        post("8.0", "b"),
        ("DELETE", json!({"Key": key("9.0")})),
    ];
    let expected = EffectCounts {
        written: 2,
        deleted: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, records).await, expected);
    let calls = calls.lock().unwrap();
    let again = json!([{"PutRequest": {"Item": item("7.0", "a")}}, {"DeleteRequest": {"Key": key("9")}}]);
    assert_eq!(calls[1..], [again]);
}

#[tokio::test]
async fn the_mode_of_a_message_decides_and_its_order_is_kept() {
    let table = numbered();
    let writer = table.writer(WriteMode::Replace);
    let latest = |value, order| ordered("1.0", value, "latest", order);
    assert_eq!(write(&writer, [latest("new", 9)]).await, written(1));
    let outdated = EffectCounts {
        outdated: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, [latest("old", 1)]).await, outdated);
    assert_eq!(
        table.items()[0][Order::ATTRIBUTE]["S"].as_str().map(str::len),
        Some(Order::LENGTH)
    );
    let existing = EffectCounts {
        existing: 1,
        written: 1,
        ..EffectCounts::default()
    };
    let create = [
        ordered("1", "again", "create", 20),
        ordered("2", "created", "create", 20),
    ];
    assert_eq!(write(&writer, create).await, existing);
    assert_eq!(values(&table), values_of([("1", "new"), ("2", "created")]));
}

#[tokio::test]
async fn a_key_attribute_with_any_name_can_be_created() {
    for name in ["it's", "a\"b", "é", "#k", "size", "a.b"] {
        let table = RealTable::declared(&[(name, KeyType::S)]);
        let writer = table.writer(WriteMode::Create);
        let post = || ("POST", json!({"Item": {name: {"S": "a"}}}));
        assert_eq!(write(&writer, [post()]).await, written(1), "{name}");
        let existing = EffectCounts {
            existing: 1,
            ..EffectCounts::default()
        };
        let another = (
            "POST",
            json!({"Item": {name: {"S": "a"}}, "Order": Order::at_millis(1).to_string()}),
        );
        assert_eq!(write(&writer, [another]).await, existing, "{name}");
        write(&writer, [("DELETE", json!({"Key": {name: {"S": "a"}}}))]).await;
        assert_eq!(table.items(), [Value::Null; 0], "{name}");
    }
}

#[tokio::test]
async fn a_table_may_have_no_sort_key() {
    let table = by_id();
    let writer = table.writer(WriteMode::Latest);
    let post = |id: &str, order: u64| {
        let order = Order::at_millis(1_559_040_909_000 + order).to_string();
        (
            "POST",
            json!({"Item": {"id": {"N": id}, "time": {"N": "12"}}, "Order": order}),
        )
    };
    write(&writer, (0..30).map(|id| post(&id.to_string(), 1))).await;
    let replaced = EffectCounts {
        written: 1,
        replaced: 1,
        ..EffectCounts::default()
    };
    assert_eq!(write(&writer, [post("3.0", 2)]).await, replaced);
    write(
        &writer,
        (1..30).map(|id| ("DELETE", json!({"Key": {"id": {"N": id.to_string()}}}))),
    )
    .await;
    let left: Vec<_> = table.items().into_iter().map(|item| item["id"]["N"].clone()).collect();
    assert_eq!(left, ["0"]);
}

#[tokio::test]
async fn a_key_that_the_table_cannot_have_is_a_dead_letter_and_its_neighbours_are_written() {
    let table = numbered();
    let records = [
        post("1", "good"),
        ("POST", json!({"Item": {"p k": {"S": ""}, "n": {"N": "1"}}})),
        (
            "POST",
            json!({"Item": {"p k": {"S": "x".repeat(2049)}, "n": {"N": "1"}}}),
        ),
        ("POST", json!({"Item": {"p k": {"S": "a"}}})),
        ("POST", json!({"Item": {"p k": {"S": "a"}, "n": {"S": "1"}}})),
        (
            "DELETE",
            json!({"Key": {"p k": {"S": "a"}, "n": {"N": "1"}, "date": {"S": "x"}}}),
        ),
    ];
    let reasons = reasons(&table, records).await;
    for (id, reason) in [
        ("m1", "/Item/p k/S must not be empty, as a part of the key"),
        (
            "m2",
            "/Item/p k/S has 2049 bytes; DynamoDB takes 2048 of this part of a key",
        ),
        ("m3", "/Item lacks the key attribute `n`; add it, of type N"),
        ("m4", "/Item/n must be of type N"),
        (
            "m5",
            "/Key has the attribute `date` beside `p k` and `n`; a key has these two only",
        ),
    ] {
        assert_eq!(reasons[id], reason);
    }
    assert_eq!((reasons.len(), values(&table)), (5, values_of([("1", "good")])));
}

#[tokio::test]
async fn an_update_of_a_key_attribute_is_a_dead_letter() {
    let table = numbered();
    let update = |name: &str, value: Value| {
        let body = json!({
            "Key": key("1"), "UpdateExpression": "SET #0=:0",
            "ExpressionAttributeNames": {"#0": name}, "ExpressionAttributeValues": {":0": value},
        });
        ("PUT", body)
    };
    let records = [
        post("1", "good"),
        update("n", json!({"N": "2"})),
        update("p k", json!({"S": "b"})),
        update("v", json!({"S": "changed"})),
    ];
    reasons(&table, records).await;
    let codes = table.aws.reasons();
    assert_eq!(
        (codes["m1"].as_str(), codes["m2"].as_str(), codes.len()),
        ("InvalidExpression", "InvalidExpression", 2)
    );
    assert_eq!(values(&table), values_of([("1", "changed")]));
}

#[tokio::test]
async fn an_item_that_dynamodb_refuses_is_named_by_its_key() {
    let table = numbered();
    let deep = (0..40).fold(json!({"S": "x"}), |inner, _| json!({"L": [inner]}));
    let mut bad = item("7.0", "bad");
    bad["deep"] = deep;
    let reasons = reasons(&table, [post("1", "good"), ("POST", json!({ "Item": bad }))]).await;
    assert!(
        reasons["m1"].starts_with("DynamoDB refuses the write of p k a, n 7: "),
        "{reasons:?}"
    );
    assert_eq!(values(&table), values_of([("1", "good")]));
}
