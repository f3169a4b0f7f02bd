//! Responses with the longest items: whatever DynamoDB stores in 400 KB must fit into the 6 MB that Lambda returns.

use attributes::{dynamodb_json, item_size};
use message::MAX_ITEM_BYTES;
use serde_json::{Value, json};

use crate::Route;
use crate::testing::{Rule, api, event, invocation};

/// The most elements that fit into an item at three bytes each.
const ELEMENTS: usize = (MAX_ITEM_BYTES - 100) / 3;

/// Checks the responses with an item that has the documented key and this value in DynamoDB JSON.
async fn check(value: String) {
    // Text, because a `Value` of so many elements takes seconds.
    let item = format!(r#"{{"date":{{"S":"2001-01-01"}},"time":{{"S":"09:01:05"}},"value":{value}}}"#);
    let size = item_size(&dynamodb_json::stored(&item).unwrap());
    assert!(size <= MAX_ITEM_BYTES, "{size}");
    let get = Rule::on("GetItem").say(200, format!(r#"{{"Item":{item}}}"#));
    let list = Rule::on("Scan").say(200, format!(r#"{{"Items":[{item}]}}"#));
    let api = api([get, list]);
    for (route, event) in [
        (Route::GetMessage, event(&Value::Null)),
        (Route::ListMessages, json!({"path": "/message"})),
    ] {
        let answer = api.answer_for(route, &event.to_string(), invocation()).await;
        assert_eq!(answer.response.status(), 200);
        let bytes = serde_json::to_string(&answer.into_payload().await).unwrap().len();
        assert!(bytes < 6_000_000, "{route:?}: {bytes} bytes");
    }
}

/// A list of as many elements with this number as fit into an item. The number has one significant digit.
fn list(number: &str) -> String {
    format!(
        r#"{{"L":[{}]}}"#,
        vec![format!(r#"{{"N":"{number}"}}"#); ELEMENTS].join(",")
    )
}

#[tokio::test]
async fn a_list_of_numbers_that_get_an_exponent() {
    check(list(&format!("1{}", "0".repeat(47)))).await;
}

#[tokio::test]
async fn a_list_of_numbers_that_are_written_out() {
    check(list(&format!("-0.{}1", "0".repeat(36)))).await;
}

#[tokio::test]
async fn a_text_of_characters_that_are_escaped() {
    check(json!({"S": "\u{1}".repeat(MAX_ITEM_BYTES - 100)}).to_string()).await;
}
