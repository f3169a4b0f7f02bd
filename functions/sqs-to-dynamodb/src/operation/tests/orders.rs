//! The modes of `POST`, and the order of messages.

use attributes::item_size;
use message::{Order, WriteMode};
use serde_json::{Value, json};

use super::{MESSAGES, assert_problems, parse_json};
use crate::failure::PermanentFailure;
use crate::operation::{Change, Operation, Precedence, Write, parse};
use crate::testing::{TABLE, attributes_of, item_json, key, key_json, record};

const ORDER: &str = "0195d0c2-6a40-7000-8000-000000000000-000000000002";

/// Reads a `POST` of an item, with further fields in the body, in a stack with this mode.
fn parse_post(mode: WriteMode, fields: &Value) -> Result<Operation, PermanentFailure> {
    let mut body = json!({"Item": item_json(1, "a")});
    body.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    parse(&record("id", Some("POST"), &body.to_string()), MESSAGES, mode)
}

#[test]
fn the_mode_of_a_post_is_its_own_or_that_of_the_stack() {
    use WriteMode::{Create, Latest, Replace};
    for (stack, fields, mode) in [
        (Replace, json!({}), Replace),
        (Replace, json!({"Mode": "latest"}), Latest),
        (Replace, json!({"Mode": "create", "Order": ORDER}), Create),
        (Replace, json!({"Order": ORDER}), Replace),
        (Latest, json!({}), Latest),
        (Latest, json!({"Order": ORDER}), Latest),
        (Latest, json!({"Mode": "replace", "Order": ORDER}), Replace),
        (Create, json!({"TableName": TABLE}), Create),
    ] {
        let operation = parse_post(stack, &fields).unwrap();
        let (found, order) = match operation {
            Operation::OrderedPut(of, put) => {
                assert_eq!((of, put.item.attributes()), (key(1), attributes_of(item_json(1, "a"))));
                (Some(put.precedence), put.order.to_string())
            }
            Operation::Write(Write {
                change: Change::Put(_), ..
            }) => (None, ORDER.to_owned()),
            other => panic!("{other:?}"),
        };
        assert_eq!(found, Precedence::in_mode(mode), "{stack} {fields}");
        assert_eq!(
            order == ORDER,
            fields.get("Order").is_some() || mode == Replace,
            "{stack} {fields}"
        );
    }
}

#[test]
fn a_mode_or_an_order_that_is_none_is_named() {
    for (fields, text) in [
        (
            json!({"Mode": "Latest"}),
            "/Mode must be `replace`, `latest` or `create`",
        ),
        (json!({"Mode": null}), "/Mode must be a string"),
        (
            json!({"Mode": "latest", "Order": "secret"}),
            "/Order must be an ingest id",
        ),
        (json!({"Order": ORDER.to_uppercase()}), "/Order must be an ingest id"),
        (json!({"Order": 5}), "/Order must be a string"),
    ] {
        let problem = parse_post(WriteMode::Replace, &fields).unwrap_err();
        assert_eq!(problem.code(), "InvalidField", "{fields}");
        assert!(problem.to_string().contains(text), "{fields}: {problem}");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
    let body = json!({"Item": item_json(1, "a"), "mode": "latest"});
    let problem = parse_json("POST", &body).unwrap_err();
    assert!(problem.to_string().contains("`Item`, `Mode` and `Order`"), "{problem}");
    let body = json!({"Key": key_json(1), "Mode": "latest"});
    assert_eq!(parse_json("DELETE", &body).unwrap_err().code(), "UnknownField");
}

#[test]
fn nobody_can_name_the_hidden_attribute() {
    let mut item = item_json(1, "a");
    item["$order"] = json!({"S": ORDER});
    let names = json!({"#o": "$order"});
    assert_problems([
        (
            "POST",
            json!({"Item": item}),
            "InvalidField",
            "/Item/$order must be left out",
        ),
        (
            "POST",
            json!({"Item": item, "Mode": "latest"}),
            "InvalidField",
            "/Item/$order must be left out",
        ),
        (
            "BATCH_WRITE",
            json!({"RequestItems": {TABLE: [{"PutRequest": {"Item": item}}]}}),
            "InvalidField",
            "/RequestItems/messages/0/PutRequest/Item/$order must be left out",
        ),
        (
            "PUT",
            json!({"Key": key_json(1), "UpdateExpression": "REMOVE #o", "ExpressionAttributeNames": names}),
            "InvalidField",
            "/ExpressionAttributeNames/#o must be another attribute than `$order`",
        ),
    ]);
}

#[test]
fn the_order_counts_towards_the_size_of_an_item() {
    let rest = item_size(&attributes_of(item_json(1, "")));
    let post = |mode, bytes: usize| {
        let body = json!({"Item": item_json(1, &"x".repeat(bytes)), "Order": ORDER}).to_string();
        parse(&record("id", Some("POST"), &body), MESSAGES, mode)
    };
    let most = 400 * 1024 - rest;
    assert!(post(WriteMode::Replace, most).is_ok());
    assert!(post(WriteMode::Latest, most - Order::BYTES).is_ok());
    let problem = post(WriteMode::Create, most - Order::BYTES + 1).unwrap_err();
    assert_eq!(problem.code(), "ItemTooLarge");
    assert!(
        problem
            .to_string()
            .starts_with("/Item, with its order, makes an item of 409601 bytes"),
        "{problem}"
    );
}
