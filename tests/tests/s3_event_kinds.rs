//! Every kind of event at the extractor: uploads through any service, events without a task, and refused events.

use end_to_end::bucket::{Upload, counts};
use end_to_end::lambda::Function;
use end_to_end::{Stack, sample, unique, wait};
use serde_json::{Value, json};

async fn extractor() -> (Stack, Function) {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    (stack, function)
}

fn by_event_bridge(upload: &Upload) -> Value {
    json!({
        "version": "0", "id": "00000000-0000-0000-0000-000000000018", "detail-type": "Object Created",
        "source": "aws.s3", "account": "123456789012", "time": "2019-05-28T11:05:00Z", "region": "us-east-1",
        "resources": [format!("arn:aws:s3:::{}", upload.bucket)],
        "detail": {
            "version": "0", "bucket": {"name": upload.bucket}, "request-id": "X", "reason": "PutObject",
            "object": {"key": upload.key, "etag": upload.etag, "sequencer": "0055AED6DCD90281E5"},
        },
    })
}

fn by_sns(event: &Value) -> Value {
    json!({"Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "arn:aws:sns:us-east-1:123456789012:t:0",
        "Sns": {"Type": "Notification", "MessageId": "0", "Message": event.to_string(), "MessageAttributes": {}},
    }]})
}

fn by_sqs(body: &Value) -> Value {
    json!({"Records": [{"messageId": "0", "eventSource": "aws:sqs", "body": body.to_string()}]})
}

#[tokio::test]
async fn uploads_are_understood_by_event_bridge_sns_and_sqs() {
    let (stack, function) = extractor().await;
    for wrap in [
        (|upload| by_event_bridge(upload)) as fn(&Upload) -> Value,
        |upload| by_sns(&upload.created()),
        |upload| by_sqs(&upload.created()),
        |upload| by_sqs(&by_event_bridge(upload)),
        |upload| {
            let message = upload.created().to_string();
            by_sqs(
                &json!({"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": message}),
            )
        },
    ] {
        let (upload, items) = stack.upload_untouched(&format!("{}.csv", unique::name())).await;
        let event = wrap(&upload);

        let outcome = stack.invoke(&function, &event).await;

        assert!(!outcome.failed, "{outcome:?} of {event}");
        assert_eq!(counts(&stack.report(&upload).await), [1, 1, 0], "{event}");
        stack.wait_for_items(&items).await;
    }
}

#[tokio::test]
async fn events_that_change_no_content_are_no_uploads() {
    let (stack, function) = extractor().await;
    let (upload, _) = stack.upload_untouched(&format!("{}.csv", unique::name())).await;
    let names = [
        "ObjectTagging:Put",
        "ObjectRestore:Completed",
        "ObjectRemoved:DeleteMarkerCreated",
        "ObjectAcl:Put",
    ];
    for name in names {
        let mut event = upload.created();
        event["Records"][0]["eventName"] = name.into();
        let outcome = stack.invoke(&function, &event).await;
        assert!(!outcome.failed, "{outcome:?} of {name}");
    }
    wait::until("a line of the log for each event", async || {
        let lines = stack.log_lines(&function, "nothing to do").await;
        let told = |name: &&str| {
            lines
                .iter()
                .any(|line| line["event"] == **name && line["key"] == upload.key)
        };
        if names.iter().all(told) { Ok(()) } else { Err(lines) }
    })
    .await;
    assert_eq!(stack.report_keys(&upload.key).await, [""; 0], "nothing was read");
}

#[tokio::test]
async fn what_asks_for_nothing_is_answered_with_success() {
    let (stack, function) = extractor().await;
    let test_event = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": stack.outputs.data_bucket_name});
    for event in [
        json!({}),
        json!({"warmer": true}),
        json!({"source": "serverless-plugin-warmup"}),
        json!({"key1": "value1", "key2": "value2", "key3": "value3"}),
        json!({"Records": []}),
        json!({"version": "0", "id": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}),
        by_sns(&test_event),
        by_sqs(&test_event),
    ] {
        let outcome = stack.invoke(&function, &event).await;
        assert!(!outcome.failed, "{outcome:?} of {event}");
        assert_eq!(outcome.payload, Value::Null);
    }
}

#[tokio::test]
async fn anything_else_is_refused_by_name_and_stops_no_upload() {
    let (stack, function) = extractor().await;
    let (upload, items) = stack.upload_untouched(&format!("{}.csv", unique::name())).await;
    let mut mixed = upload.created();
    let records = mixed["Records"].as_array_mut().expect("records");
    records.insert(0, json!({"eventSource": "aws:dynamodb", "dynamodb": {}}));
    for (event, name) in [
        (
            json!({"httpMethod": "GET", "path": "/message", "headers": {}}),
            "an HTTP request",
        ),
        (
            json!({"detail-type": "x", "source": "mine", "detail": {}}),
            "the EventBridge event `x` of `mine`",
        ),
        (mixed, "an event of a DynamoDB stream"),
    ] {
        let outcome = stack.invoke(&function, &event).await;
        assert!(outcome.failed, "{outcome:?} of {event}");
        assert_eq!(outcome.payload["errorType"], "NotAnS3Event");
        let message = outcome.payload["errorMessage"].as_str().unwrap_or_default();
        assert!(
            message.starts_with(&format!("this is {name}; the extractor takes ")),
            "{message}"
        );
    }
    assert_eq!(counts(&stack.report(&upload).await), [1, 1, 0]);
    stack.wait_for_items(&items).await;
}

#[tokio::test]
async fn a_sample_event_of_sam_is_read_as_it_comes() {
    let (stack, function) = extractor().await;
    let (csv, items) = sample::one_row();
    let upload = stack.upload(&format!("{}.csv", unique::name()), csv).await;
    stack.report(&upload).await;
    let mut event = upload.created();
    let record = &mut event["Records"][0];
    record["eventTime"] = "1970-01-01T00:00:00.000Z".into();
    record["s3"]["object"]["eTag"] = "0123456789abcdef0123456789abcdef".into();
    record["s3"]["object"]["size"] = 1024.into();

    assert!(!stack.invoke(&function, &event).await.failed);

    let report = stack.report(&upload).await;
    assert_eq!((counts(&report), report["note"].is_string()), ([1, 1, 0], true));
    stack.wait_for_items(&items).await;
}
