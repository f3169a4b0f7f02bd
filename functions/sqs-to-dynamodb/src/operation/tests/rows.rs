//! Rows of a `BATCH_WRITE` that are wrong.

use serde_json::{Value, json};

use super::assert_problems;
use crate::testing::{TABLE, item_json, key_json};

#[test]
fn a_batch_write_that_is_wrong_is_named() {
    let key = key_json(1);
    let batch = |requests: Value| json!({"RequestItems": {TABLE: requests}});
    assert_problems([
        (
            "BATCH_WRITE",
            json!({}),
            "MissingField",
            "lacks the field `RequestItems`",
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {"other": []}}),
            "WrongTable",
            "/RequestItems names the table `other`",
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": []}),
            "InvalidField",
            "/RequestItems must be an object with an array",
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {}}),
            "InvalidField",
            "/RequestItems must be an object with an array",
        ),
        (
            "BATCH_WRITE",
            batch(json!([])),
            "InvalidField",
            "array of at least one write",
        ),
        (
            "BATCH_WRITE",
            batch(json!({})),
            "InvalidField",
            "/RequestItems must be an object with an array",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"PutRequest": {"Item": item_json(1, "a")}}, {"Put": {}}])),
            "InvalidField",
            "/RequestItems/messages/0 must be either",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"PutRequest": {"Key": key}}])),
            "InvalidField",
            "/RequestItems/messages/0 must be either",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"PutRequest": {"Item": item_json(1, "a")}, "DeleteRequest": {"Key": key}}])),
            "InvalidField",
            "/0 must be either",
        ),
        (
            "BATCH_WRITE",
            batch(json!([{"DeleteRequest": {"Key": {}}}])),
            "MissingKey",
            "/RequestItems/messages/0/DeleteRequest/Key lacks",
        ),
    ]);
}
