//! On a table with a declared key, a batch has the same result as its messages one by one.

use message::{KeyType, Order, WriteMode};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::failures;
use crate::testing::{RealTable, TABLE, event};

/// Two numbers, each in three forms.
const NUMBERS: [&str; 6] = ["7", "7.0", "70e-1", "-1", "-1.00", "-10e-1"];

#[derive(Clone, Debug)]
enum Message {
    Put(Value),
    /// Its order is its place in the batch.
    Create(Value),
    /// Its order has this time.
    Latest(Value, u64),
    Update(Value, String),
    Delete(Value),
    Batch(Vec<Message>),
}

fn any_key() -> impl Strategy<Value = Value> {
    let number = prop::sample::select(&NUMBERS[..]);
    (prop::sample::select(vec!["a", "b"]), number)
        .prop_map(|(text, number)| json!({"pk": {"S": text}, "n": {"N": number}}))
}

fn any_item() -> impl Strategy<Value = Value> {
    (any_key(), "[a-z]{3}").prop_map(|(mut item, value)| {
        item["v"] = json!({ "S": value });
        item
    })
}

fn any_write() -> impl Strategy<Value = Message> {
    prop_oneof![3 => any_item().prop_map(Message::Put), 1 => any_key().prop_map(Message::Delete)]
}

fn any_message() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => any_write(),
        2 => any_item().prop_map(Message::Create),
        3 => (any_item(), 0..50_u64).prop_map(|(item, order)| Message::Latest(item, order)),
        2 => (any_key(), "[a-z]{3}").prop_map(|(key, value)| Message::Update(key, value)),
        1 => prop::collection::vec(any_write(), 1..4).prop_map(Message::Batch),
    ]
}

/// The message at a place of the batch.
fn record(place: usize, message: &Message) -> (&'static str, Value) {
    let place = u64::try_from(place).unwrap();
    let ordered = |item, mode, millis| {
        let order = Order::at_millis(millis).at_line(place).to_string();
        ("POST", json!({"Item": item, "Mode": mode, "Order": order}))
    };
    match message {
        Message::Put(item) => ("POST", json!({ "Item": item })),
        Message::Create(item) => ordered(item, "create", 0),
        Message::Latest(item, order) => ordered(item, "latest", *order),
        Message::Update(key, value) => {
            let values = json!({":0": {"S": value}});
            let names = json!({"#0": "u"});
            let body = json!({
                "Key": key, "UpdateExpression": "SET #0=:0",
                "ExpressionAttributeNames": names, "ExpressionAttributeValues": values,
            });
            ("PUT", body)
        }
        Message::Delete(key) => ("DELETE", json!({ "Key": key })),
        Message::Batch(writes) => {
            let requests = writes.iter().map(|write| match record(0, write) {
                ("DELETE", key) => json!({ "DeleteRequest": key }),
                (_, item) => json!({ "PutRequest": item }),
            });
            (
                "BATCH_WRITE",
                json!({"RequestItems": {TABLE: requests.collect::<Value>()}}),
            )
        }
    }
}

/// The items after batches in which nothing fails.
async fn items_after(batches: impl Iterator<Item = Vec<(&'static str, Value)>>) -> Vec<Value> {
    let table = RealTable::declared(&[("pk", KeyType::S), ("n", KeyType::N)]);
    let writer = table.writer(WriteMode::Replace);
    for batch in batches {
        assert_eq!(failures(&writer, event(batch)).await, [""; 0]);
    }
    assert_eq!(table.aws.reasons().len(), 0);
    table.items()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_batch_does_what_one_by_one_does(messages in prop::collection::vec(any_message(), 1..25)) {
        let records: Vec<_> = messages.iter().enumerate().map(|(place, message)| record(place, message)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (together, one_by_one) = runtime.block_on(async {
            let one_by_one = records.iter().map(|record| vec![record.clone()]);
            (items_after([records.clone()].into_iter()).await, items_after(one_by_one).await)
        });
        prop_assert_eq!(together, one_by_one);
    }
}
