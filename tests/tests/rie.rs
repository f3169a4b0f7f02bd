//! Each function that `sam build` built answers its sample event under AWS's runtime interface emulator. The tests do the same as
//! `sam local invoke`, without a container and with the environment variables of the deployed functions.

use end_to_end::rie::{Emulator, variables};
use end_to_end::sample::event_file;
use end_to_end::table::{Item, item, with_number};
use end_to_end::{Stack, sample, unique};
use serde_json::{Value, json};

/// The date in the sample events. Each test replaces it by a date of its own.
const SAMPLE_DATE: &str = "2001-01-01";
const TIME: &str = "09:01:05";

fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}"))
}

/// Runs a function on an event and returns its answer.
async fn answer(stack: &Stack, logical_id: &str, event: &str) -> Value {
    let emulator = Emulator::start(stack, logical_id, &variables(logical_id)).await;
    let response = emulator.invoke(&parse(event)).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.json()
}

/// Runs an API function on its sample event with the test's own date, and returns the status and the body of the response.
async fn api_answer(stack: &Stack, logical_id: &str, event: &str, date: &str) -> (Value, String) {
    let event = event_file(event).replace(SAMPLE_DATE, date);
    let answer = answer(stack, logical_id, &event).await;
    (
        answer["statusCode"].clone(),
        answer["body"].as_str().unwrap_or_default().to_owned(),
    )
}

fn sample_item(date: &str) -> Item {
    with_number(item(date, TIME, &[("source", "wireless")]), "local_avg", "5.55")
}

/// The item that the samples write.
fn whole_item(date: &str, location: &str) -> Item {
    let texts = [
        ("location", location),
        ("source", "wireless"),
        ("local_dest", "router-1"),
        ("remote_dest", "device-1"),
    ];
    let item = with_number(item(date, TIME, &texts), "local_avg", "5.55");
    with_number(item, "remote_avg", "10.1")
}

#[tokio::test]
async fn s3_to_sqs() {
    let stack = Stack::connect().await;
    // The report bucket notifies no function, so only the function under the emulator processes the object.
    let bucket = &stack.outputs.report_bucket_name;
    let upload = stack
        .upload_as(bucket, "data.csv", sample::file("data.csv"), "text/csv")
        .await;
    stack.delete_object(bucket, &upload.report_key()).await;
    let mut event = parse(&event_file("s3-to-sqs.json"));
    event["Records"][0]["s3"]["bucket"]["name"] = bucket.as_str().into();
    assert_eq!(event["Records"][0]["s3"]["object"]["key"], upload.key);

    let answer = answer(&stack, "S3ToSqsFunction", &event.to_string()).await;

    assert_eq!(answer, Value::Null);
    let report = stack.report(&upload).await;
    assert_eq!((&report["bucket"], &report["rows_sent"]), (&json!(bucket), &json!(20)));
}

#[tokio::test]
async fn sqs_to_dynamodb() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&item(&date, "09:01:06", &[])).await;
    let event = event_file("sqs-to-dynamodb.json").replace(SAMPLE_DATE, &date);

    let answer = answer(&stack, "SqsToDynamoDbFunction", &event).await;

    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(stack.items(&date).await, [whole_item(&date, "location-04")]);
}

#[tokio::test]
async fn get_messages() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&sample_item(&date)).await;

    let (status, body) = api_answer(&stack, "GetMessagesFunction", "get-messages.json", &date).await;

    assert_eq!(status, 200);
    let item = format!(r#"{{"date":"{date}","local_avg":5.55,"source":"wireless","time":"{TIME}"}}"#);
    assert_eq!(body, format!(r#"{{"Items":[{item}],"Count":1,"ScannedCount":1}}"#));
}

#[tokio::test]
async fn get_message() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&sample_item(&date)).await;

    let (status, body) = api_answer(&stack, "GetMessageFunction", "get-message.json", &date).await;

    assert_eq!(status, 200);
    let item = format!(r#"{{"date":"{date}","local_avg":5.55,"source":"wireless","time":"{TIME}"}}"#);
    assert_eq!(body, format!(r#"{{"Item":{item}}}"#));
}

#[tokio::test]
async fn post_message() {
    let stack = Stack::connect().await;
    let date = unique::date();

    let (status, _) = api_answer(&stack, "PostMessageFunction", "post-message.json", &date).await;

    assert_eq!(status, 201);
    assert_eq!(stack.items(&date).await, [whole_item(&date, "location-03")]);
}

#[tokio::test]
async fn put_message() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&sample_item(&date)).await;

    let (status, _) = api_answer(&stack, "PutMessageFunction", "put-message.json", &date).await;

    assert_eq!(status, 204);
    let expected = with_number(item(&date, TIME, &[("source", "wired")]), "local_avg", "5.6");
    assert_eq!(stack.items(&date).await, [expected]);
}

#[tokio::test]
async fn delete_message() {
    let stack = Stack::connect().await;
    let date = unique::date();
    stack.put(&sample_item(&date)).await;

    let (status, _) = api_answer(&stack, "DeleteMessageFunction", "delete-message.json", &date).await;

    assert_eq!(status, 200);
    assert_eq!(stack.items(&date).await, []);
}
