//! `PUT /message/{date}?time=` in its two forms, as a client sees it.

use end_to_end::api::{Call, assert_problem};
use end_to_end::http_client::Response;
use end_to_end::table::{item, with_number};
use end_to_end::{Stack, unique};
use serde_json::{Value, json};

async fn put(stack: &Stack, date: &str, body: &Value) -> Response {
    let (path, body) = (format!("/message/{date}"), body.to_string());
    let call = Call {
        query: &[("time", "09:01:05")],
        body: &body,
        ..Call::new("PUT", &path)
    };
    stack.call(call).await
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let before = item(
        &date,
        "09:01:05",
        &[("location", "location-03"), ("source", "wireless")],
    );
    stack.put(&before).await;
    let body = json!({
        "UpdateExpression": "SET local_avg = :avg, #s = :source REMOVE #l",
        "ExpressionAttributeNames": {"#s": "source", "#l": "location"},
        "ExpressionAttributeValues": {":avg": 5.61, ":source": "wired"},
    });

    let response = put(&stack, &date, &body).await;

    assert_eq!((response.status, response.body.as_str()), (204, ""), "{response:?}");
    let expected = with_number(item(&date, "09:01:05", &[("source", "wired")]), "local_avg", "5.61");
    assert_eq!(stack.items(&date).await, [expected]);
}

#[tokio::test]
async fn an_update_of_a_message_that_is_not_there_creates_none() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let body = json!({"UpdateExpression": "SET local_avg = :a", "ExpressionAttributeValues": {":a": 1}});

    let response = put(&stack, &date, &body).await;

    assert_problem(
        &response,
        404,
        "message-not-found",
        "no message with this date and time",
    );
    assert_eq!(stack.items(&date).await, []);
}

#[tokio::test]
async fn an_update_that_is_wrong_is_told_where_and_changes_nothing() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let before = [item(&date, "09:01:05", &[("location", "location-03")])];
    stack.put(&before[0]).await;
    for (body, detail) in [
        (json!({}), "`/UpdateExpression` is missing"),
        (
            json!({"UpdateExpression": "REMOVE location", "Item": {"source": "x"}}),
            "`/Item` cannot stand beside `UpdateExpression`",
        ),
        (json!({"Item": {}}), "The body changes nothing"),
        (json!({"Item": {"location": 1}}), "`/Item/location` must be a string"),
        (
            json!({"Item": {"date": "2001-01-01", "location": "x"}}),
            "`/Item/date` differs from the parameter `date`",
        ),
        (
            json!({"Remove": ["location", "time"]}),
            "`/Remove/1` names a part of the message's key",
        ),
        (
            json!({"Item": {"location": "x"}, "Remove": ["location"]}),
            "`/Remove/0` names an attribute that `/Item` sets",
        ),
        (
            json!({"UpdateExpression": ""}),
            "`/UpdateExpression` must be an update expression",
        ),
        (
            json!({"UpdateExpression": "SET a = :a"}),
            "uses :a, which `/ExpressionAttributeValues` does not define",
        ),
        (
            json!({"UpdateExpression": "SET #a = b"}),
            "uses #a, which `/ExpressionAttributeNames` does not define",
        ),
        (
            json!({"UpdateExpression": "REMOVE a", "ExpressionAttributeValues": {":a": 1}}),
            "`/ExpressionAttributeValues/:a` is not used",
        ),
        (
            json!({"UpdateExpression": "REMOVE a", "ReturnValues": "ALL_OLD"}),
            "`/ReturnValues` is not known here",
        ),
    ] {
        assert_problem(&put(&stack, &date, &body).await, 400, "invalid-request", detail);
    }
    for expression in [
        "SET #d = :d",
        "SET location = location + :d",
        "SET location == :d",
        "DELETE location :d",
    ] {
        let mut body = json!({"UpdateExpression": expression, "ExpressionAttributeValues": {":d": "2001-01-01"}});
        if expression.contains('#') {
            body["ExpressionAttributeNames"] = json!({"#d": "date"});
        }
        let response = put(&stack, &date, &body).await;
        assert_problem(
            &response,
            400,
            "refused-by-table",
            "`date` and `time` cannot be updated",
        );
    }
    assert_eq!(stack.items(&date).await, before);
}

#[tokio::test]
async fn a_plain_update_sets_and_removes_what_it_names() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let before = item(
        &date,
        "09:01:05",
        &[("location", "location-03"), ("source", "wireless"), ("SET a", "x")],
    );
    stack.put(&before).await;
    let body = json!({
        "Item": {"date": date, "time": "09:01:05", "source": "wired", "local_avg": 5.61, "name": "a reserved word"},
        "Remove": ["location", "SET a", "not there"],
    });

    let response = put(&stack, &date, &body).await;

    assert_eq!((response.status, response.body.as_str()), (204, ""), "{response:?}");
    let expected = item(&date, "09:01:05", &[("source", "wired"), ("name", "a reserved word")]);
    let expected = with_number(with_number(expected, "local_avg", "5.61"), "$revision", "1");
    assert_eq!(stack.items(&date).await, [expected]);
}

#[tokio::test]
async fn an_update_that_names_no_more_than_its_own_key_changes_nothing() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let body = json!({"Item": {"date": date, "time": "09:01:05"}});
    assert_problem(&put(&stack, &date, &body).await, 404, "message-not-found", "");
    let before = item(&date, "09:01:05", &[("source", "wireless")]);
    stack.put(&before).await;
    let response = put(&stack, &date, &body).await;
    assert_eq!(response.status, 204, "{response:?}");
    assert!(!response.header("etag").is_empty(), "{response:?}");
    assert_eq!(stack.items(&date).await, [before]);
}

#[tokio::test]
async fn what_a_get_returns_a_post_takes() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let before = item(&date, "09:01:05", &[("source", ""), ("note", " ")]);
    stack.put(&before).await;
    let path = format!("/message/{date}");
    let got = stack
        .call(Call {
            query: &[("time", "09:01:05")],
            ..Call::new("GET", &path)
        })
        .await;
    assert_eq!(got.status, 200, "{got:?}");
    let posted = stack
        .call(Call {
            body: &got.body,
            ..Call::new("POST", "/message")
        })
        .await;
    assert_eq!((posted.status, &posted.body), (201, &got.body), "{posted:?}");
}
