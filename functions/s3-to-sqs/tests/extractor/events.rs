//! Events that invoke the function: which of them are uploads, and which object each upload names.

use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

use crate::files::good_rows;
use crate::world::{ETAG, LAST_MODIFIED, World};

const OTHER_ETAG: &str = "0b4905a1ea4905a1ea4905a1ea4905a1";

/// An S3 event about an object.
fn event(name: &str, object: &Value) -> Value {
    json!({"Records": [{
        "eventSource": "aws:s3", "eventName": name, "eventTime": "2019-05-28T10:55:09.385Z",
        "s3": {"bucket": {"name": "data"}, "object": object},
    }]})
}

fn created(object: &Value) -> Value {
    event("ObjectCreated:Put", object)
}

fn report_key(etag: &str) -> String {
    format!("data.csv/{etag}/report.json")
}

#[tokio::test]
async fn an_event_is_tied_to_the_object_that_it_names() {
    let world = World::of(&good_rows(3));
    for (etag, sequencer) in [(OTHER_ETAG, "0A"), (ETAG, "0B")] {
        let object = json!({"key": "data.csv", "eTag": etag, "sequencer": sequencer});
        world.invoke(&created(&object)).await.unwrap();
    }
    assert_eq!(world.taken().len(), 3, "once");
    let [replaced, read] = [OTHER_ETAG, ETAG].map(|etag| world.report(&report_key(etag)));
    let problem = replaced["problem"].as_str().unwrap();
    assert!(
        problem.starts_with("the object was replaced before it was read"),
        "{problem}"
    );
    assert_eq!(
        (&replaced["rows_read"], &replaced["etag"]),
        (&json!(0), &json!(OTHER_ETAG))
    );
    assert_eq!((&read["rows_sent"], &read["problem"]), (&json!(3), &Value::Null));
    assert_ne!(replaced["ingest_id"], read["ingest_id"]);
    assert_eq!([&replaced["note"], &read["note"]], [&Value::Null; 2]);
}

#[tokio::test]
async fn what_was_replaced_never_covers_the_report_of_an_earlier_equal_upload() {
    let world = World::of(&good_rows(3));
    world.write_report(&report_key(OTHER_ETAG), r#"{"rows_sent":7}"#);
    let object = json!({"key": "data.csv", "eTag": OTHER_ETAG});
    world.invoke(&created(&object)).await.unwrap();
    assert_eq!(world.report(&report_key(OTHER_ETAG)), json!({"rows_sent": 7}));
}

#[tokio::test]
async fn an_event_without_an_etag_or_with_an_invented_one_is_read_as_it_comes_and_says_so() {
    for object in [
        json!({"key": "data.csv"}),
        json!({"key": "data.csv", "eTag": "0123456789abcdef0123456789abcdef", "size": 1024}),
        json!({"key": "data.csv", "eTag": "d41d8cd98f00b204e9800998ecf8427e", "size": 1448}),
        json!({"key": "data.csv", "eTag": null}),
    ] {
        let world = World::of(&good_rows(3));
        world.invoke(&created(&object)).await.unwrap();
        let report = world.report(&report_key(ETAG));
        assert_eq!((world.taken().len(), &report["rows_sent"]), (3, &json!(3)), "{object}");
        assert!(report["note"].as_str().unwrap().contains("as it was found"), "{report}");
    }
}

#[tokio::test]
async fn an_event_without_a_time_takes_the_object_s_and_not_the_clock() {
    let mut ids = Vec::new();
    for time in [
        Value::Null,
        json!("1970-01-01T00:00:00.000Z"),
        json!("2019-05-28T10:55:09.000Z"),
    ] {
        let world = World::of(&good_rows(3));
        let mut event = created(&json!({"key": "data.csv", "eTag": ETAG}));
        let has_time = time.as_str().is_some_and(|time| time.starts_with("2019"));
        event["Records"][0]["eventTime"] = time;
        world.invoke(&event).await.unwrap();
        assert_eq!(world.heads(), usize::from(!has_time));
        ids.push(world.report(&report_key(ETAG))["ingest_id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let millis = format!("{:012x}", LAST_MODIFIED * 1000);
    let id = ids[0].as_str().unwrap().replace('-', "");
    assert!(id.starts_with(&millis), "{id}");
}

#[tokio::test]
async fn what_cannot_be_read_for_good_is_reported_with_a_remedy_and_never_tried_again() {
    let object = json!({"key": "data.csv", "eTag": ETAG, "versionId": "v1"});
    for (change, problem) in [
        (World::archive_file as fn(&World), "the object is archived (GLACIER)"),
        (World::hide_file, "a delete marker stands in the object's place"),
        (World::delete_file, "the object was deleted before it was read"),
    ] {
        let world = World::of(&good_rows(3));
        change(&world);
        world.invoke(&created(&object)).await.unwrap();
        let report = world.report(&report_key(ETAG));
        assert!(report["problem"].as_str().unwrap().starts_with(problem), "{report}");
        assert_eq!((world.taken().len(), &report["version_id"]), (0, &json!("v1")));
    }
}

#[tokio::test]
async fn only_created_objects_are_read() {
    let world = World::of(&good_rows(3));
    let object = json!({"key": "data.csv", "versionId": "v1"});
    for name in [
        "ObjectTagging:Put",
        "ObjectRestore:Completed",
        "ObjectRemoved:DeleteMarkerCreated",
        "ObjectAcl:Put",
    ] {
        world.invoke(&event(name, &object)).await.unwrap();
    }
    let schedule = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
    for harmless in [
        json!({}),
        Value::Null,
        schedule,
        json!({"Service": "Amazon S3", "Event": "s3:TestEvent"}),
    ] {
        world.invoke(&harmless).await.unwrap();
    }
    assert_eq!((world.reads().len(), world.heads(), world.taken().len()), (0, 0, 0));
}

#[tokio::test]
async fn a_record_that_is_refused_leaves_the_others_alone() {
    let world = World::of(&good_rows(3));
    let mut event = created(&json!({"key": "data.csv", "eTag": ETAG}));
    let records = event["Records"].as_array_mut().unwrap();
    records.insert(0, json!({"eventSource": "aws:dynamodb", "dynamodb": {}}));
    let error = world.invoke(&event).await.unwrap_err();
    assert_eq!(world.taken().len(), 3);
    let diagnostic = Diagnostic::from(error);
    assert_eq!(diagnostic.error_type, "NotAnS3Event");
    let message = &diagnostic.error_message;
    assert!(
        message.starts_with("this is an event of a DynamoDB stream; the extractor takes "),
        "{message}"
    );
}
