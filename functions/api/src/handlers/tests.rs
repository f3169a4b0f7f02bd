use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::mock;
use serde_json::{Value, json};

use super::*;
use crate::Route;
use crate::testing::{TABLE, api, detail, event, failure, sample, send};

const DOCUMENTED: &str = r#"{"Item":{"date":"2001-01-01","local_avg":5.55,"local_dest":"router-1","location":"location-03","remote_avg":10.10,"remote_dest":"device-1","source":"wireless","time":"09:01:05"}}"#;

fn is_documented_key(key: Option<&Attributes>) -> bool {
    key.is_some_and(|key| {
        *key == Attributes::from([
            ("date".to_owned(), AttributeValue::S("2001-01-01".to_owned())),
            ("time".to_owned(), AttributeValue::S("09:01:05".to_owned())),
        ])
    })
}

#[tokio::test]
async fn a_message_is_answered_digit_for_digit() {
    let get = mock!(Client::get_item)
        .match_requests(|input| {
            input.table_name() == Some(TABLE) && is_documented_key(input.key()) && input.consistent_read() == Some(true)
        })
        .then_output(|| {
            GetItemOutput::builder()
                .item("date", AttributeValue::S("2001-01-01".into()))
                .item(
                    "local_avg",
                    AttributeValue::N("12345678901234567890.123456789012345678".into()),
                )
                .build()
        });
    let response = send(&api(&[&get]), Route::GetMessage, &sample(Route::GetMessage)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.body(),
        r#"{"Item":{"date":"2001-01-01","local_avg":12345678901234567890.123456789012345678}}"#
    );
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    assert_eq!(response.header("Cache-Control"), Some("no-store"));
    assert_eq!(response.header("X-Content-Type-Options"), Some("nosniff"));
}

#[tokio::test]
async fn a_missing_message_is_404() {
    let get = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let response = send(&api(&[&get]), Route::GetMessage, &sample(Route::GetMessage)).await;
    let detail = detail(&response, 404, "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302");
    assert_eq!(detail, "There is no message with this date and time.");
}

#[tokio::test]
async fn a_posted_message_is_stored_and_echoed_with_its_place() {
    let put = mock!(Client::put_item)
        .match_requests(|input| {
            let item = input.item().unwrap();
            input.table_name() == Some(TABLE)
                && item.len() == 8
                && item["remote_avg"] == AttributeValue::N("10.10".into())
                && input.condition_expression().is_none()
        })
        .then_output(|| PutItemOutput::builder().build());
    let response = send(&api(&[&put]), Route::PostMessage, &sample(Route::PostMessage)).await;
    assert_eq!(response.status(), 201, "{}", response.body());
    assert_eq!(response.body(), DOCUMENTED);
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
        let response = send(&api(&[]), Route::PostMessage, &event(&body)).await;
        assert_eq!(detail(&response, 400, "invocation-1"), expected);
    }
}

#[tokio::test]
async fn an_update_of_what_exists_is_204_without_a_body() {
    let update = mock!(Client::update_item)
        .match_requests(|input| {
            let names = input.expression_attribute_names().unwrap();
            input.table_name() == Some(TABLE)
                && is_documented_key(input.key())
                && input.update_expression() == Some("SET local_avg = :local_avg, #source = :source")
                && input.condition_expression() == Some("attribute_exists(#c0)")
                && (names["#c0"].as_str(), names["#source"].as_str()) == ("date", "source")
                && input.expression_attribute_values().unwrap()[":local_avg"] == AttributeValue::N("5.60".into())
        })
        .then_output(|| UpdateItemOutput::builder().build());
    let response = send(&api(&[&update]), Route::PutMessage, &sample(Route::PutMessage)).await;
    assert_eq!((response.status(), response.body()), (204, ""));
    assert_eq!(response.header("Content-Type"), None);
}

#[tokio::test]
async fn an_update_without_values_sends_none() {
    let update = mock!(Client::update_item)
        .match_requests(|input| input.expression_attribute_values().is_none())
        .then_output(|| UpdateItemOutput::builder().build());
    let body = json!({"UpdateExpression": "REMOVE note", "ExpressionAttributeValues": {}});
    assert_eq!(
        send(&api(&[&update]), Route::PutMessage, &event(&body)).await.status(),
        204
    );
}

#[tokio::test]
async fn an_update_of_what_does_not_exist_is_404() {
    let update = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ConditionalCheckFailedException(ConditionalCheckFailedException::builder().build())
    });
    let response = send(&api(&[&update]), Route::PutMessage, &sample(Route::PutMessage)).await;
    detail(&response, 404, "0d9b4f16-6f57-4e7b-8d52-b1a7d1f0a904");
}

#[tokio::test]
async fn what_dynamodb_refuses_of_the_clients_is_the_clients_to_change() {
    let refusal = || Some(failure("ValidationException"));
    let update = mock!(Client::update_item)
        .sequence()
        .http_status(400, refusal())
        .build();
    let response = send(&api(&[&update]), Route::PutMessage, &sample(Route::PutMessage)).await;
    let text = detail(&response, 400, "0d9b4f16-6f57-4e7b-8d52-b1a7d1f0a904");
    assert!(text.starts_with("The table does not accept the update: correct the syntax of `/UpdateExpression`"));

    let put = mock!(Client::put_item).sequence().http_status(400, refusal()).build();
    let response = send(&api(&[&put]), Route::PostMessage, &sample(Route::PostMessage)).await;
    let text = detail(&response, 400, "d4a0fca9-0a8f-4a55-9c0c-8f6b7ee3bb03");
    assert!(text.starts_with("The table does not accept `/Item`"), "{text}");
}

#[tokio::test]
async fn what_dynamodb_refuses_of_ours_is_our_failure() {
    let get = mock!(Client::get_item)
        .sequence()
        .http_status(400, Some(failure("ValidationException")))
        .build();
    let response = send(&api(&[&get]), Route::GetMessage, &sample(Route::GetMessage)).await;
    let text = detail(&response, 500, "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302");
    assert!(
        text.starts_with("The request failed for a reason that is not yours."),
        "{text}"
    );
}

#[tokio::test]
async fn a_throttled_call_is_retried_and_then_503() {
    for code in [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    ] {
        let get = mock!(Client::get_item)
            .sequence()
            .http_status(400, Some(failure(code)))
            .times(3)
            .build();
        let response = send(&api(&[&get]), Route::GetMessage, &sample(Route::GetMessage)).await;
        detail(&response, 503, "5f1b0ad7-0c43-4b50-8f5e-31d6c8a2d302");
        assert_eq!(response.header("Retry-After"), Some("2"));
        assert_eq!(get.num_calls(), 3);
    }
}

#[tokio::test]
async fn other_failures_are_500() {
    let delete = || mock!(Client::delete_item).sequence();
    for rule in [
        delete()
            .http_status(500, Some(failure("InternalServerError")))
            .times(3)
            .build(),
        delete()
            .http_status(400, Some(failure("AccessDeniedException")))
            .build(),
        delete()
            .http_status(400, Some(failure("ResourceNotFoundException")))
            .build(),
        delete().http_status(200, Some("no JSON".to_owned())).build(),
    ] {
        let response = send(&api(&[&rule]), Route::DeleteMessage, &sample(Route::DeleteMessage)).await;
        detail(&response, 500, "8c3b4a61-2f0e-4f0e-a3f7-4f2f6b9d7c05");
        assert_eq!(response.header("Retry-After"), None);
    }
}

#[tokio::test]
async fn a_delete_is_200() {
    let delete = mock!(Client::delete_item)
        .match_requests(|input| input.table_name() == Some(TABLE) && is_documented_key(input.key()))
        .then_output(|| DeleteItemOutput::builder().build());
    let response = send(&api(&[&delete]), Route::DeleteMessage, &sample(Route::DeleteMessage)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(serde_json::from_str::<Value>(response.body()).unwrap(), json!({}));
}
