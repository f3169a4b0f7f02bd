//! The extractor reads exactly the object that an event names. It reports an object that can never be read, without a retry.

use aws_sdk_s3::types::StorageClass;
use end_to_end::bucket::{Upload, counts};
use end_to_end::{Stack, sample, unique};
use serde_json::{Value, json};

/// How often two objects are uploaded with one key.
const TIMES: usize = 20;

#[tokio::test]
async fn of_two_objects_put_to_one_key_at_once_each_has_its_own_report() {
    let stack = Stack::connect().await;
    for _ in 0..TIMES {
        let key = format!("{}.csv", unique::name());
        let files = [sample::one_row(), sample::one_row()];
        let [first, second] = files.each_ref().map(|(csv, _)| stack.upload(&key, csv.as_str()));
        let (first, second) = tokio::join!(first, second);
        let head = stack.s3.head_object().bucket(&first.bucket).key(&key).send().await;
        let present = head.expect("an object").e_tag.expect("an ETag");

        let mut ids = Vec::new();
        for (upload, (_, items)) in [first, second].iter().zip(&files) {
            let report = stack.report(upload).await;
            assert_eq!(report["etag"], upload.etag);
            let problem = report["problem"].as_str();
            if present.trim_matches('"') == upload.etag || problem.is_none() {
                assert_eq!((counts(&report), problem), ([1, 1, 0], None));
                stack.wait_for_items(items).await;
            } else {
                let problem = problem.unwrap_or_default();
                assert!(
                    problem.starts_with("the object was replaced before it was read"),
                    "{problem}"
                );
                assert_eq!(counts(&report), [0, 0, 0]);
            }
            ids.push(report["ingest_id"].clone());
        }
        assert_ne!(ids[0], ids[1]);
    }
}

#[tokio::test]
async fn what_was_replaced_before_it_was_read_is_reported_under_its_own_etag_and_once() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let (upload, items) = stack.upload_untouched(&format!("{}.csv", unique::name())).await;
    let replaced = Upload {
        etag: "ea4905a1ea4905a1ea4905a1ea4905a1".into(),
        ..upload.clone()
    };
    let mut ids = Vec::new();
    for _ in 0..2 {
        let outcome = stack.invoke(&function, &replaced.created()).await;
        assert!(!outcome.failed, "{outcome:?}");
        let report = stack.report(&replaced).await;
        assert_eq!(counts(&report), [0, 0, 0]);
        ids.push((report["ingest_id"].clone(), report["request_id"].clone()));
    }
    assert_eq!(ids[0], ids[1], "the first report stays");
    assert_eq!(stack.report_keys(&upload.key).await, [replaced.report_key()]);

    assert!(!stack.invoke(&function, &upload.created()).await.failed);
    let report = stack.report(&upload).await;
    assert_eq!((counts(&report), &report["note"]), ([1, 1, 0], &Value::Null));
    stack.wait_for_items(&items).await;
}

#[tokio::test]
async fn an_event_with_an_invented_etag_or_none_and_without_a_time_is_read_as_it_comes() {
    let stack = Stack::connect().await;
    let function = stack.function("S3ToSqsFunction").await;
    let (upload, items) = stack.upload_untouched(&format!("{}.csv", unique::name())).await;
    let head = stack
        .s3
        .head_object()
        .bucket(&upload.bucket)
        .key(&upload.key)
        .send()
        .await;
    let uploaded = head.expect("an object").last_modified.expect("a time").secs();
    let mut ids = Vec::new();
    for etag in [Value::Null, json!("0123456789abcdef0123456789abcdef")] {
        let mut event = upload.created();
        event["Records"][0]["s3"]["object"]["eTag"] = etag;
        event["Records"][0]["eventTime"] = Value::Null;
        for _ in 0..2 {
            assert!(!stack.invoke(&function, &event).await.failed);
            let report = stack.report(&upload).await;
            assert_eq!(counts(&report), [1, 1, 0]);
            assert!(
                report["note"]
                    .as_str()
                    .is_some_and(|note| note.contains("as it was found")),
                "{report}"
            );
            let id = report["ingest_id"].as_str().expect("an id").replace('-', "");
            assert!(id.starts_with(&format!("{:012x}", uploaded * 1000)), "{id}");
            ids.push(id);
        }
    }
    assert_eq!(
        (&ids[0], &ids[2]),
        (&ids[1], &ids[3]),
        "a try has the id of the one before"
    );
    stack.wait_for_items(&items).await;
}

#[tokio::test]
async fn an_archived_object_is_reported_with_a_remedy() {
    let stack = Stack::connect().await;
    let key = format!("{}.csv", unique::name());
    let bucket = &stack.outputs.data_bucket_name;
    let (csv, _) = sample::one_row();
    let put = stack
        .s3
        .put_object()
        .bucket(bucket)
        .key(&key)
        .body(csv.clone().into_bytes().into());
    let reply = put
        .storage_class(StorageClass::Glacier)
        .send()
        .await
        .expect("the bucket can be written");
    let upload = Upload {
        bucket: bucket.clone(),
        key,
        etag: reply.e_tag.expect("an ETag").trim_matches('"').to_owned(),
        size: csv.len(),
    };

    let report = stack.report(&upload).await;

    let problem = report["problem"].as_str().unwrap_or_default();
    assert!(problem.starts_with("the object is archived (GLACIER)"), "{problem}");
    assert!(problem.contains("copy it onto itself"), "{problem}");
    assert_eq!(counts(&report), [0, 0, 0]);
    let function = stack.function("S3ToSqsFunction").await;
    assert!(!stack.invoke(&function, &upload.created()).await.failed);
}
