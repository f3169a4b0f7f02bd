//! What each method requests.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use super::parse_json;
use crate::operation::{Change, Item, Operation, Update, Write};
use crate::testing::{TABLE, attributes_of, item_json, key, key_json};

#[test]
fn each_method_is_read() {
    let (item, key_1) = (item_json(1, "a"), key_json(1));
    let put = |second, location| Write {
        key: key(second),
        change: Change::Put(Item::of(&attributes_of(item_json(second, location)))),
    };
    let delete = |second| Write {
        key: key(second),
        change: Change::Delete,
    };
    let update = Update {
        update: "SET #l = :l".into(),
        condition: Some("attribute_exists(#l)".into()),
        names: Some([("#l".into(), "location".into())].into()),
        values: Some([(":l".into(), AttributeValue::S("x".into()))].into()),
    };
    let least = Update {
        update: "REMOVE location".into(),
        ..Update::default()
    };
    for (method, body, operation) in [
        ("POST", json!({"Item": item}), Operation::Write(put(1, "a"))),
        (
            "POST",
            json!({"Item": item, "TableName": TABLE}),
            Operation::Write(put(1, "a")),
        ),
        ("DELETE", json!({"Key": key_1}), Operation::Write(delete(1))),
        ("GET", json!({"Key": key_1}), Operation::Get(key(1))),
        ("GET_ALL", json!({}), Operation::Scan),
        ("GET_ALL", json!({"TableName": TABLE}), Operation::Scan),
        (
            "PUT",
            json!({
                "Key": key_1, "UpdateExpression": "SET #l = :l", "ConditionExpression": "attribute_exists(#l)",
                "ExpressionAttributeNames": {"#l": "location"}, "ExpressionAttributeValues": {":l": {"S": "x"}},
            }),
            Operation::Update(key(1), Box::new(update)),
        ),
        (
            "PUT",
            json!({"Key": key_1, "UpdateExpression": "REMOVE location"}),
            Operation::Update(key(1), Box::new(least)),
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {TABLE: [
                {"PutRequest": {"Item": item}},
                {"DeleteRequest": {"Key": key_json(2)}},
                {"PutRequest": {"Item": item_json(3, "c")}},
            ]}}),
            Operation::BatchWrite(vec![Ok(put(1, "a")), Ok(delete(2)), Ok(put(3, "c"))]),
        ),
    ] {
        assert_eq!(parse_json(method, &body).unwrap(), operation, "{method} {body}");
    }
}
