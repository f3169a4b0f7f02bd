//! Events that the functions are not built for, from people, tools and other services. An event without a task succeeds, a
//! hand-written event is understood, and every other event is refused with its name.

use end_to_end::api::Call;
use end_to_end::lambda::Outcome;
use end_to_end::rie::{Emulator, variables};
use end_to_end::table::{item, with_number};
use end_to_end::{Stack, unique, wait};
use serde_json::{Value, json};

const TIME: &str = "09:01:05";
const API: [&str; 5] = [
    "GetMessagesFunction",
    "GetMessageFunction",
    "PostMessageFunction",
    "PutMessageFunction",
    "DeleteMessageFunction",
];

async fn invoke(stack: &Stack, logical_id: &str, event: &Value) -> Outcome {
    let function = stack.function(logical_id).await;
    stack.invoke(&function, event).await
}

fn harmless() -> [Value; 6] {
    [
        json!({}),
        json!({"source": "serverless-plugin-warmup"}),
        json!({"warmer": true, "concurrency": 3}),
        json!({"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "resources": [], "detail": {}}),
        json!({"key1": "value1", "key2": "value2", "key3": "value3"}),
        json!({"Records": []}),
    ]
}

#[tokio::test]
async fn what_asks_for_nothing_is_a_success() {
    let stack = Stack::connect().await;
    for event in harmless() {
        for function in API {
            let outcome = invoke(&stack, function, &event).await;
            assert!(!outcome.failed, "{function} {event}: {outcome:?}");
            assert_eq!(outcome.payload["statusCode"], 204, "{function} {event}: {outcome:?}");
            assert!(
                outcome.payload["body"].as_str().is_none_or(str::is_empty),
                "{outcome:?}"
            );
        }
        let outcome = invoke(&stack, "SqsToDynamoDbFunction", &event).await;
        assert!(!outcome.failed, "{event}: {outcome:?}");
        assert_eq!(outcome.payload, json!({"batchItemFailures": []}), "{event}");
    }
    for logical_id in ["GetMessagesFunction", "SqsToDynamoDbFunction"] {
        let function = stack.function(logical_id).await;
        wait::until("a line that names the event", async || {
            let lines = stack.log_lines(&function, "nothing to do").await;
            let names = |line: &Value| line.to_string().contains("a scheduled event");
            if lines.iter().any(names) { Ok(()) } else { Err(lines) }
        })
        .await;
    }
}

#[tokio::test]
async fn events_of_other_services_are_refused_by_name() {
    let stack = Stack::connect().await;
    let s3 = json!({"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]});
    for function in API {
        let outcome = invoke(&stack, function, &s3).await;
        assert_eq!(outcome.payload["statusCode"], 400, "{function}: {outcome:?}");
        let body = outcome.payload["body"].as_str().unwrap_or_default();
        assert!(
            body.contains("an event of S3; it must be a request of API Gateway"),
            "{body}"
        );
    }
    let outcome = invoke(&stack, "SqsToDynamoDbFunction", &s3).await;
    assert!(outcome.failed, "{outcome:?}");
    assert!(outcome.payload.to_string().contains("an event of S3"), "{outcome:?}");
}

/// Runs an API function under the emulator, as `sam local invoke` does.
async fn sam_local(stack: &Stack, logical_id: &str, event: &Value) -> Value {
    let emulator = Emulator::start(stack, logical_id, &variables(logical_id)).await;
    let response = emulator.invoke(event).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.json()
}

#[tokio::test]
async fn a_body_flagged_base64_that_is_json_is_read() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let body =
        format!(r#"{{"Item": {{"date": "{date}", "time": "{TIME}", "location": "location-03", "local_avg": 5.55}}}}"#);
    let event = json!({
        "body": body, "resource": "/", "path": "/message", "httpMethod": "POST", "isBase64Encoded": true,
        "stageVariables": {},
    });
    let answer = sam_local(&stack, "PostMessageFunction", &event).await;
    assert_eq!(answer["statusCode"], 201, "{answer}");
    let expected = with_number(item(&date, TIME, &[("location", "location-03")]), "local_avg", "5.55");
    assert_eq!(stack.items(&date).await, [expected]);
}

#[tokio::test]
async fn a_word_that_is_no_method_is_none() {
    let stack = Stack::connect().await;
    let event = json!({
        "body": "", "resource": "/", "path": "/message", "httpMethod": "SCAN", "isBase64Encoded": false, "stageVariables": {},
    });
    let answer = sam_local(&stack, "GetMessagesFunction", &event).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert!(
        answer["body"]
            .as_str()
            .is_some_and(|body| body.starts_with("{\"Items\":")),
        "{answer}"
    );
}

#[tokio::test]
async fn sources_other_than_a_rest_api_are_understood() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, TIME, &[("source", "wireless")])).await;
    let balanced = json!({
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/0"}},
        "httpMethod": "GET", "path": format!("/message/{date}"), "queryStringParameters": {"time": "09%3A01%3A05"},
        "headers": {"accept": "*/*"}, "body": "", "isBase64Encoded": false,
    });
    let outcome = invoke(&stack, "GetMessageFunction", &balanced).await;
    assert_eq!(outcome.payload["statusCode"], 200, "{outcome:?}");

    let deleting = json!({
        "version": "2.0", "routeKey": "DELETE /message", "rawPath": "/message", "rawQueryString": "",
        "headers": {"host": "x"},
        "requestContext": {
            "apiId": "abc", "domainName": "x", "requestId": "JKJ26=", "routeKey": "$default", "stage": "$default",
            "http": {"method": "DELETE", "path": "/message", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.1", "userAgent": "curl"},
        },
        "isBase64Encoded": false,
    });
    let outcome = invoke(&stack, "GetMessagesFunction", &deleting).await;
    assert_eq!(outcome.payload["statusCode"], 405, "{outcome:?}");
    assert_eq!(
        outcome.payload["headers"]["content-type"], "application/problem+json",
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_odd_record_fails_alone_and_null_is_missing() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let record = |id: &str, time: &str| {
        json!({
            "messageId": id, "receiptHandle": "r",
            "body": json!({"Item": {"date": {"S": date}, "time": {"S": time}}}).to_string(),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {"Method": {
                "stringValue": "POST", "stringListValues": [], "binaryListValues": [], "dataType": "String",
            }},
            "eventSource": "aws:sqs", "eventSourceARN": null,
        })
    };
    let [first, mut nulls, mut odd] = [
        record("a", "10:00:21"),
        record("b", "10:00:22"),
        record("c", "10:00:23"),
    ];
    for name in ["binaryValue", "stringListValues", "binaryListValues"] {
        nulls["messageAttributes"]["Method"][name] = Value::Null;
    }
    odd["body"] = json!({"Item": {}});
    let outcome = invoke(
        &stack,
        "SqsToDynamoDbFunction",
        &json!({"Records": [first, nulls, odd]}),
    )
    .await;
    assert!(!outcome.failed, "{outcome:?}");
    assert_eq!(outcome.payload, json!({"batchItemFailures": [{"itemIdentifier": "c"}]}));
    assert_eq!(
        stack.items(&date).await,
        [item(&date, "10:00:21", &[]), item(&date, "10:00:22", &[])]
    );
}

#[tokio::test]
async fn a_number_without_quotation_marks_behind_a_byte_order_mark_is_written() {
    let stack = Stack::connect().await;
    let date = unique::date();
    let body = format!(
        "\u{feff}{{\"Item\":{{\"date\":{{\"S\":\"{date}\"}},\"time\":{{\"S\":\"{TIME}\"}},\"local_avg\":{{\"N\":5.32}}}}}}"
    );
    stack.send("POST", &body).await;
    let expected = with_number(item(&date, TIME, &[]), "local_avg", "5.32");
    stack.wait_for_items(&vec![expected]).await;

    let body = format!("\u{feff}{{\"Item\": {{\"date\": \"{date}\", \"time\": \"10:00:00\", \"location\": \"\"}}}}");
    let posted = stack
        .call(Call {
            body: &body,
            ..Call::new("POST", "/message")
        })
        .await;
    assert_eq!(posted.status, 201, "{posted:?}");
}
