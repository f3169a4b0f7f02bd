//! Fields that are wrong: the failure names them.

use serde_json::json;

use super::assert_problems;
use crate::testing::{TABLE, item_json, key_json};

#[test]
fn a_field_that_is_wrong_is_named() {
    let key = key_json(1);
    assert_problems([
        (
            "post",
            json!({}),
            "UnknownMethod",
            "Method is `post`; it must be POST, PUT, DELETE, GET, GET_ALL or BATCH_WRITE",
        ),
        ("POST", json!([]), "NotJson", "not a JSON object"),
        ("POST", json!("secret"), "NotJson", "not a JSON object"),
        ("POST", json!({}), "MissingField", "lacks the field `Item`"),
        (
            "PUT",
            json!({"Key": key}),
            "MissingField",
            "lacks the field `UpdateExpression`",
        ),
        (
            "DELETE",
            json!({"TableName": TABLE}),
            "MissingField",
            "lacks the field `Key`",
        ),
        (
            "GET",
            json!({"Key": key, "Foo": 1}),
            "UnknownField",
            "unknown field `Foo`; it takes `TableName` and `Key`",
        ),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "x", "UpdateExpresion": "x"}),
            "UnknownField",
            "unknown field `UpdateExpresion`; it takes `TableName`, `Key`, `UpdateExpression`, `ConditionExpression`, \
             `ExpressionAttributeNames` and `ExpressionAttributeValues`",
        ),
        (
            "GET_ALL",
            json!({"Limit": 1}),
            "UnknownField",
            "unknown field `Limit`; it takes `TableName`",
        ),
        (
            "POST",
            json!({"Item": item_json(1, "a"), "Key": key}),
            "UnknownField",
            "unknown field `Key`",
        ),
        (
            "POST",
            json!({"TableName": "other", "Item": {}}),
            "WrongTable",
            "names the table `other`; this queue is for the table `messages`",
        ),
        (
            "POST",
            json!({"TableName": 1, "Item": {}}),
            "InvalidField",
            "/TableName must be a string",
        ),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": {}}),
            "InvalidField",
            "/UpdateExpression must be a string",
        ),
        (
            "PUT",
            json!({"Key": key, "UpdateExpression": "x", "ExpressionAttributeNames": {"#a": 1}}),
            "InvalidField",
            "/ExpressionAttributeNames must be an object of attribute names",
        ),
    ]);
}
