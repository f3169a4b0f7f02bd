//! Events of S3: the objects that they name, and objects that cannot be read.

use end_to_end::bucket::{Upload, counts};
use end_to_end::{Stack, sample, unique};
use serde_json::{Value, json};

/// Uploads a file that the extractor may not read, to the report bucket, where it may only write.
async fn upload_forbidden(stack: &Stack) -> Upload {
    let bucket = &stack.outputs.report_bucket_name;
    let key = format!("{}.csv", unique::name());
    stack.upload_as(bucket, &key, sample::one_row().0, "text/csv").await
}

#[tokio::test]
async fn keys_with_spaces_signs_and_unicode_are_read_whatever_their_type() {
    let stack = Stack::connect().await;
    let keys = ["a b+c%d=e&f 100%25 ü/測定 (1).csv", "UPPER CASE.CSV"];
    for key in keys {
        let (csv, items) = sample::one_row();
        let key = format!("{}/{key}", unique::name());
        let upload = stack
            .upload_as(&stack.outputs.data_bucket_name, &key, csv, "image/png")
            .await;

        stack.wait_for_items(&items).await;
        let report = stack.report(&upload).await;
        assert_eq!(report["key"], key);
        assert_eq!(counts(&report), [1, 1, 0]);
    }
}

#[tokio::test]
async fn every_object_of_an_event_is_extracted() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let folder = unique::name();
    let first = stack.upload_untouched(&format!("{folder}/first.csv")).await;
    let second = stack.upload_untouched(&format!("{folder}/second.csv")).await;
    let event = Upload::event(&stack.outputs.data_bucket_name, &[&first.0.key, &second.0.key]);

    let outcome = stack.invoke(&function, &event).await;

    assert!(!outcome.failed, "{outcome:?}");
    let reports = [stack.report(&first.0).await, stack.report(&second.0).await];
    assert_eq!(reports[0]["request_id"], reports[1]["request_id"]);
    for (report, (_, items)) in reports.iter().zip([first, second]) {
        assert_eq!(counts(report), [1, 1, 0]);
        stack.wait_for_items(&items).await;
    }
}

#[tokio::test]
async fn an_object_that_must_not_be_read_fails_the_event_and_not_its_neighbour() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let (upload, items) = stack.upload_untouched(&format!("{}.csv", unique::name())).await;
    let forbidden = upload_forbidden(&stack).await;
    let mut event = Upload::event(&forbidden.bucket, &[&forbidden.key, &upload.key]);
    event["Records"][1]["s3"]["bucket"]["name"] = upload.bucket.as_str().into();

    let outcome = stack.invoke(&function, &event).await;

    assert!(outcome.failed, "{outcome:?}");
    let message = outcome.payload["errorMessage"].as_str().expect("an error message");
    let object = format!("s3://{}/{}: ", forbidden.bucket, forbidden.key);
    assert!(
        message.starts_with(&object) && !message.contains(&upload.key),
        "{message}"
    );
    assert_eq!(counts(&stack.report(&upload).await), [1, 1, 0]);
    stack.wait_for_items(&items).await;
}

#[tokio::test]
async fn an_event_that_fails_for_good_is_on_the_dead_letter_queue() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let forbidden = upload_forbidden(&stack).await;

    let event = Upload::event(&forbidden.bucket, &[&forbidden.key]);
    stack.invoke_async(&function, &event).await;

    let dead_letters = stack
        .take_dead_letters(1, |dead_letter| dead_letter.body.contains(&forbidden.key))
        .await;
    let dead_letter: Value = serde_json::from_str(&dead_letters[0].body).expect("an invocation record");
    assert_eq!(dead_letter["requestPayload"], event);
    assert_eq!(dead_letter["responsePayload"]["errorType"], "AccessDenied");
}

#[tokio::test]
async fn the_test_event_of_s3_is_no_failure() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let event = json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2019-05-28T11:05:00.000Z",
        "Bucket": stack.outputs.data_bucket_name,
        "RequestId": "C3D13FE58DE4C810",
        "HostId": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD",
    });

    let outcome = stack.invoke(&function, &event).await;

    assert!(!outcome.failed, "{outcome:?}");
    assert_eq!(outcome.payload, Value::Null);
}

#[tokio::test]
async fn what_is_no_event_of_s3_fails_and_says_so() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;

    let outcome = stack.invoke(&function, &json!({"detail-type": "Object Created"})).await;

    assert!(outcome.failed, "{outcome:?}");
    assert_eq!(outcome.payload["errorType"], "NotAnS3Event");
}
