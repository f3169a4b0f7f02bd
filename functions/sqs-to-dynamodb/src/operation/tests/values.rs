//! Values, keys and items that are wrong, or too large.

use attributes::item_size;
use serde_json::{Value, json};

use super::{assert_problems, parse_json};
use crate::testing::{attributes_of, item_json, key_json};

#[test]
fn a_value_or_key_that_is_wrong_is_named() {
    let key = key_json(1);
    let changed = |mut value: Value, name: &str, to: Value| {
        value[name] = to;
        value
    };
    let item = |name, to| json!({"Item": changed(item_json(1, "a"), name, to)});
    assert_problems([
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "x", "ExpressionAttributeValues": {":a": {"N": "x"}}}),
            "InvalidExpression",
            "/ExpressionAttributeValues/:a/N: must be a decimal number",
        ),
        (
            "POST",
            json!({"Item": "text"}),
            "InvalidItem",
            "/Item: must be an object of attributes",
        ),
        (
            "POST",
            item("local_avg", json!({"N": "4,39"})),
            "InvalidItem",
            "/Item/local_avg/N: must be a decimal number",
        ),
        (
            "POST",
            json!({"Item": {"time": {"S": "09:01:05"}}}),
            "MissingKey",
            "/Item lacks the key attribute `date`",
        ),
        (
            "DELETE",
            json!({"Key": {"date": {"S": "2001-01-01"}}}),
            "MissingKey",
            "/Key lacks the key attribute `time`",
        ),
        (
            "POST",
            item("time", json!({"N": "9"})),
            "InvalidKey",
            "/Item/time must be of type S",
        ),
        (
            "POST",
            item("time", json!({"S": ""})),
            "InvalidKey",
            "/Item/time/S must be a UTC time of day",
        ),
        (
            "GET",
            json!({"Key": changed(key.clone(), "date", json!({"S": "1.1.2001"}))}),
            "InvalidKey",
            "/Key/date/S must be a date",
        ),
        (
            "GET",
            json!({"Key": changed(key.clone(), "a", json!({"S": ""}))}),
            "InvalidKey",
            "has the attribute `a` beside",
        ),
        (
            "GET",
            json!({"Key": changed(key.clone(), "date", json!("2001-01-01"))}),
            "InvalidKey",
            "/Key/date: must be an object with one type",
        ),
    ]);
}

#[test]
fn an_item_may_have_400_kb_and_no_byte_more() {
    let rest = item_size(&attributes_of(item_json(1, "")));
    let body = |bytes: usize| json!({"Item": item_json(1, &"x".repeat(bytes))});
    assert!(parse_json("POST", &body(400 * 1024 - rest)).is_ok());
    let problem = parse_json("POST", &body(400 * 1024 - rest + 1)).unwrap_err();
    assert_eq!(problem.code(), "ItemTooLarge");
    assert_eq!(
        problem.to_string(),
        "/Item makes an item of 409601 bytes; DynamoDB takes 409600: shorten or split it"
    );
}
