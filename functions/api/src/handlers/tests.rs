use serde_json::{Value, json};

use crate::Route;
use crate::testing::{Received, Rule, TABLE, api, detail, event, problem, sample, send, willing};

const DOCUMENTED: &str = r#"{"Item":{"date":"2001-01-01","local_avg":5.55,"local_dest":"router-1","location":"location-03","remote_avg":10.10,"remote_dest":"device-1","source":"wireless","time":"09:01:05"}}"#;

/// The operation that the sample event of each route causes.
const OPERATIONS: [(Route, &str); 5] = [
    (Route::ListMessages, "Query"),
    (Route::GetMessage, "GetItem"),
    (Route::PostMessage, "PutItem"),
    (Route::PutMessage, "UpdateItem"),
    (Route::DeleteMessage, "DeleteItem"),
];

/// The key of the documented message.
fn key() -> Value {
    json!({"date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}})
}

#[tokio::test]
async fn a_message_is_answered_digit_for_digit() {
    let get = Rule::on("GetItem")
        .when(|request| *request == json!({"TableName": TABLE, "Key": key(), "ConsistentRead": true}))
        .then(|_| {
            let average = json!({"N": "12345678901234567890.123456789012345678"});
            json!({"Item": {"date": {"S": "2001-01-01"}, "local_avg": average}})
        });
    let response = send(&api([get.clone()]), Route::GetMessage, &sample(Route::GetMessage)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.text(),
        r#"{"Item":{"date":"2001-01-01","local_avg":12345678901234567890.123456789012345678}}"#
    );
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    assert_eq!(response.header("Cache-Control"), Some("no-store"));
    assert_eq!(response.header("X-Content-Type-Options"), Some("nosniff"));
}

#[tokio::test]
async fn a_missing_message_is_404() {
    let response = send(
        &api([Rule::on("GetItem")]),
        Route::GetMessage,
        &sample(Route::GetMessage),
    )
    .await;
    let detail = detail(&response, 404, "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302");
    assert_eq!(detail, "There is no message with this date and time.");
}

#[tokio::test]
async fn a_posted_message_is_stored_and_echoed_with_its_place() {
    let put = Rule::on("PutItem").when(|request| {
        let item = json!({
            "date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "location": {"S": "location-03"},
            "source": {"S": "wireless"}, "local_dest": {"S": "router-1"}, "local_avg": {"N": "5.55"},
            "remote_dest": {"S": "device-1"}, "remote_avg": {"N": "10.10"},
        });
        *request == json!({"TableName": TABLE, "Item": item})
    });
    let response = send(&api([put.clone()]), Route::PostMessage, &sample(Route::PostMessage)).await;
    assert_eq!(response.status(), 201, "{}", response.text());
    assert_eq!(response.text(), DOCUMENTED);
    assert_eq!(
        response.header("Location"),
        Some("message/2001-01-01?time=09%3A01%3A05")
    );
}

#[tokio::test]
async fn a_post_is_refused_before_anything_is_written() {
    let item = |date: &str, time: &str| json!({"Item": {"date": date, "time": time}});
    for (body, expected) in [
        (json!({}), "`/Item` is missing; it must be an object: the message."),
        (json!({"Item": []}), "`/Item` must be an object."),
        (
            json!({"Item": {"time": "09:01:05"}}),
            "`/Item/date` is missing; it must be a date of the form YYYY-MM-DD, such as \"2019-05-28\".",
        ),
        (
            item("2001-01-02", "09:01:05"),
            "`/Item/date` differs from the parameter `date`; make them equal.",
        ),
        (
            item("2001-01-01", "09:01:06"),
            "`/Item/time` differs from the parameter `time`; make them equal.",
        ),
        (
            json!({"Items": {}}),
            "`/Items` is not known here; known are Item, TableName; and 1 more in `errors`.",
        ),
    ] {
        let response = send(&api([]), Route::PostMessage, &event(&body)).await;
        assert_eq!(detail(&response, 400, "invocation-1"), expected);
    }
}

#[tokio::test]
async fn an_update_of_what_exists_is_204_without_a_body() {
    let update = Rule::on("UpdateItem").when(|request| {
        *request
            == json!({
                "TableName": TABLE,
                "Key": key(),
                "UpdateExpression": "SET local_avg = :local_avg, #source = :source",
                "ConditionExpression": "attribute_exists(#c0)",
                "ExpressionAttributeNames": {"#c0": "date", "#source": "source"},
                "ExpressionAttributeValues": {":local_avg": {"N": "5.60"}, ":source": {"S": "wired"}},
                "ReturnValues": "ALL_NEW",
            })
    });
    let response = send(&api([update]), Route::PutMessage, &sample(Route::PutMessage)).await;
    assert_eq!((response.status().as_u16(), response.text()), (204, ""));
    assert_eq!(response.header("Content-Type"), None);
}

#[tokio::test]
async fn an_update_without_values_sends_none() {
    let update = Rule::on("UpdateItem").when(|request| request.get("ExpressionAttributeValues").is_none());
    let body = json!({"UpdateExpression": "REMOVE note", "ExpressionAttributeValues": {}});
    assert_eq!(
        send(&api([update]), Route::PutMessage, &event(&body)).await.status(),
        204
    );
}

#[tokio::test]
async fn an_update_of_what_does_not_exist_is_404() {
    let update = Rule::on("UpdateItem").fail(400, "ConditionalCheckFailedException");
    let response = send(&api([update]), Route::PutMessage, &sample(Route::PutMessage)).await;
    detail(&response, 404, "0d9b4f16-6f57-4e7b-8d52-b1a7d1f0a904");
}

#[tokio::test]
async fn what_dynamodb_refuses_of_the_clients_is_the_clients_to_change() {
    let update = Rule::on("UpdateItem").fail(400, "ValidationException");
    let response = send(&api([update.clone()]), Route::PutMessage, &sample(Route::PutMessage)).await;
    let text = detail(&response, 400, "0d9b4f16-6f57-4e7b-8d52-b1a7d1f0a904");
    assert!(text.starts_with("The table does not accept the update: correct the syntax of `/UpdateExpression`"));
    assert_eq!(update.calls(), 1);

    let put = Rule::on("PutItem").fail(400, "ValidationException");
    let response = send(&api([put.clone()]), Route::PostMessage, &sample(Route::PostMessage)).await;
    let text = detail(&response, 400, "d4a0fca9-0a8f-4a55-9c0c-8f6b7ee3bb03");
    assert!(text.starts_with("The table does not accept `/Item`"), "{text}");
    assert_eq!(put.calls(), 1);
}

#[tokio::test]
async fn what_dynamodb_refuses_of_ours_is_our_failure() {
    let get = Rule::on("GetItem").fail(400, "ValidationException");
    let response = send(&api([get.clone()]), Route::GetMessage, &sample(Route::GetMessage)).await;
    let text = detail(&response, 500, "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302");
    assert!(
        text.starts_with("The request failed for a reason that is not yours."),
        "{text}"
    );
    assert_eq!(get.calls(), 1);
}

#[tokio::test]
async fn a_partition_key_without_room_is_the_clients_to_mend() {
    // DynamoDB still accepts a deletion.
    for (route, operation) in [(Route::PostMessage, "PutItem"), (Route::PutMessage, "UpdateItem")] {
        let full = Rule::on(operation).fail(400, "ItemCollectionSizeLimitExceededException");
        let event = sample(route);
        let response = send(&api([full.clone()]), route, &event).await;
        let id = event["requestContext"]["requestId"].as_str().unwrap();
        let problem = problem(&response, 400, id);
        assert_eq!(problem["type"], "urn:problem-type:messages:refused-by-table");
        let text = problem["detail"].as_str().unwrap();
        assert!(
            text.starts_with("The partition key has no room left, because"),
            "{text}"
        );
        assert_eq!(full.calls(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_for_which_dynamodb_is_too_busy_is_retried_and_then_503() {
    for code in [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "TransactionConflictException",
    ] {
        for (route, operation) in OPERATIONS {
            let throttled = Rule::on(operation).fail(400, code);
            let event = sample(route);
            let response = send(&api([throttled.clone()]), route, &event).await;
            detail(&response, 503, event["requestContext"]["requestId"].as_str().unwrap());
            assert_eq!(response.header("Retry-After"), Some("2"));
            assert_eq!(throttled.calls(), 3);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_passes_is_not_told() {
    for (route, operation) in OPERATIONS {
        for fault in [
            Rule::on(operation).fail(400, "ThrottlingException"),
            Rule::on(operation).fail(500, "InternalServerError"),
            Rule::on(operation).say(200, "no JSON".to_owned()),
        ] {
            let fault = fault.times(2);
            let rules = [fault.clone()].into_iter().chain(willing());
            let response = send(&api(rules), route, &sample(route)).await;
            assert!(response.status().is_success(), "{route:?}: {}", response.text());
            assert_eq!(fault.calls(), 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn other_failures_are_500() {
    let delete = || Rule::on("DeleteItem");
    for (rule, calls) in [
        (delete().fail(500, "InternalServerError"), 3),
        (delete().fail(400, "AccessDeniedException"), 1),
        (delete().fail(400, "ResourceNotFoundException"), 1),
        (delete().say(200, "no JSON".to_owned()), 3),
    ] {
        let response = send(
            &api([rule.clone()]),
            Route::DeleteMessage,
            &sample(Route::DeleteMessage),
        )
        .await;
        detail(&response, 500, "8c3b4a61-2f0e-4f0e-a3f7-4f2f6b9d7c05");
        assert_eq!(response.header("Retry-After"), None);
        assert_eq!(rule.calls(), calls);
    }
}

#[tokio::test]
async fn a_delete_is_200() {
    let delete = Rule::on("DeleteItem").when(|request| *request == json!({"TableName": TABLE, "Key": key()}));
    let response = send(&api([delete]), Route::DeleteMessage, &sample(Route::DeleteMessage)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(serde_json::from_str::<Value>(response.text()).unwrap(), json!({}));
}

#[tokio::test]
async fn an_update_that_was_done_is_not_done_again() {
    let update = Rule::on("UpdateItem").say(200, r#"{"Attributes":{"date":"no DynamoDB JSON"}}"#.to_owned());
    let response = send(&api([update.clone()]), Route::PutMessage, &sample(Route::PutMessage)).await;
    assert_eq!((response.status().as_u16(), update.calls()), (500, 1));
}

#[tokio::test]
async fn what_a_get_returns_a_post_takes() {
    let stored = json!({
        "date": {"S": "2001-01-01"}, "time": {"S": "09:01:05"}, "location": {"S": ""}, "note": {"S": " "},
        "list": {"L": [{"S": ""}, {"NULL": true}]}, "local_avg": {"N": "5.550"},
    });
    let item = stored.clone();
    let get = Rule::on("GetItem").then(move |_| json!({ "Item": item }));
    let put = Rule::on("PutItem").when(move |request| {
        let mut item = request["Item"].clone();
        item.as_object_mut().unwrap().remove("$revision");
        item == stored
    });
    let api = api([get, put]);
    let got = send(&api, Route::GetMessage, &sample(Route::GetMessage)).await;
    let mut event = sample(Route::PostMessage);
    event["body"] = json!(got.text());
    let posted = send(&api, Route::PostMessage, &event).await;
    assert_eq!(posted.status(), 201, "{}", posted.text());
    assert_eq!(posted.text(), got.text());
}
