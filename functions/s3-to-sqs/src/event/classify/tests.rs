use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::event::Job;
use crate::object::Object;

const TAG: &str = "ea4905a1ea4905a1ea4905a1ea4905a1";

fn record(name: &str, key: &str) -> Value {
    json!({
        "eventSource": "aws:s3", "eventTime": "2019-05-28T10:55:09.385Z", "eventName": name,
        "s3": {"bucket": {"name": "data"}, "object": {"key": key, "eTag": TAG, "size": 5, "sequencer": "0A"}},
    })
}

fn created(key: &str) -> Value {
    json!({"Records": [record("ObjectCreated:Put", key)]})
}

fn by_event_bridge(detail_type: &str, key: &str) -> Value {
    json!({
        "version": "0", "detail-type": detail_type, "source": "aws.s3", "time": "2019-05-28T10:55:09Z",
        "detail": {"bucket": {"name": "data"}, "object": {"key": key, "etag": TAG, "size": 5, "sequencer": "0A"}},
    })
}

fn by_sns(event: &Value) -> Value {
    json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": event.to_string()}}]})
}

fn by_sqs(events: impl IntoIterator<Item = Value>) -> Value {
    let record = |event: Value| json!({"messageId": "1", "eventSource": "aws:sqs", "body": event.to_string()});
    json!({"Records": events.into_iter().map(record).collect::<Vec<_>>()})
}

/// A notification as SNS puts it on a queue.
fn sns_message(event: &Value) -> Value {
    json!({"Type": "Notification", "MessageId": "1", "TopicArn": "arn", "Message": event.to_string()})
}

fn jobs(event: &Value) -> Vec<Job> {
    let entries = classify(&event.to_string()).into_iter();
    let jobs = entries.map(|entry| match entry {
        Entry::Upload(job) => *job,
        other => panic!("{other:?} in {event}"),
    });
    jobs.collect()
}

fn object(key: &str, uploaded: u64) -> Object {
    Object {
        bucket: "data".into(),
        key: key.into(),
        version_id: None,
        sequencer: Some("0A".into()),
        etag: Some(TAG.into()),
        size: Some(5),
        uploader: None,
        uploaded,
    }
}

#[test]
fn an_event_says_who_uploaded_as_far_as_it_names_somebody() {
    let by = |identity: &Value, requester: &Value| {
        let (mut event, mut bridged) = (created("a.csv"), by_event_bridge("Object Created", "a.csv"));
        event["Records"][0]["userIdentity"] = identity.clone();
        bridged["detail"]["requester"] = requester.clone();
        [event, bridged].map(|event| jobs(&event)[0].object.uploader.clone())
    };
    assert_eq!(
        by(&json!({"principalId": "AWS:AIDA"}), &json!("123456789012")),
        [Some("AWS:AIDA".to_owned()), Some("123456789012".to_owned())]
    );
    let long = "x".repeat(257);
    for nobody in [json!(null), json!(5), json!({}), json!(""), json!(long)] {
        assert_eq!(by(&json!({"principalId": nobody}), &nobody), [None, None], "{nobody}");
        assert_eq!(by(&nobody, &nobody), [None, None], "{nobody}");
    }
}

#[test]
fn an_upload_is_the_same_by_whichever_service_it_comes() {
    let (event, exact) = (created("a+b.csv"), object("a b.csv", 1_559_040_909_385));
    let bridged = by_event_bridge("Object Created", "a b.csv");
    let whole_seconds = object("a b.csv", 1_559_040_909_000);
    for (event, expected) in [
        (event.clone(), &exact),
        (by_sns(&event), &exact),
        (by_sqs([event.clone()]), &exact),
        (by_sqs([sns_message(&event)]), &exact),
        (by_sqs([event["Records"][0].clone()]), &exact),
        (event["Records"].clone(), &exact),
        (Value::from(event.to_string()), &exact),
        (bridged.clone(), &whole_seconds),
        (by_sqs([bridged.clone()]), &whole_seconds),
        (by_sns(&bridged), &whole_seconds),
        (by_sqs([sns_message(&bridged)]), &whole_seconds),
        (bridged["detail"].clone(), &object("a b.csv", 0)),
    ] {
        let found: Vec<_> = jobs(&event).into_iter().map(|job| job.object).collect();
        assert_eq!(found, std::slice::from_ref(expected), "{event}");
    }
}

#[test]
fn every_record_counts_and_an_odd_one_stands_alone() {
    let events = [
        created("1.csv"),
        json!({"a": 1}),
        Value::from("hello"),
        created("2.CSV"),
    ];
    let entries = classify(&by_sqs(events).to_string());
    let names: Vec<_> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Upload(job) => job.object.to_string(),
            Entry::Harmless(harmless) => harmless.name.clone(),
            Entry::Refused(error) => error.to_string().split(';').next().unwrap_or_default().to_owned(),
        })
        .collect();
    assert_eq!(
        names,
        [
            "s3://data/1.csv",
            "this is an event of an unknown kind",
            "this is an event of an unknown kind",
            "s3://data/2.CSV"
        ]
    );
    let broken = json!({"Records": [{"s3": {"bucket": {"name": "data"}}}, record("ObjectCreated:Put", "%FF"), created("3.csv")["Records"][0]]});
    let entries = classify(&broken.to_string());
    assert!(
        matches!(entries[0], Entry::Refused(EventError::Record(_))),
        "{entries:?}"
    );
    assert!(matches!(entries[1], Entry::Refused(EventError::Key(_))), "{entries:?}");
    assert!(matches!(entries[2], Entry::Upload(_)), "{entries:?}");
}

#[test]
fn what_asks_for_nothing_is_named() {
    let table: BTreeMap<String, Vec<Value>> =
        serde_json::from_str(include_str!("../../../../../crates/foreign_events/tests/harmless.json")).unwrap();
    for (name, events) in table {
        let harmless = [Entry::Harmless(Harmless {
            name,
            bucket: None,
            key: None,
        })];
        for event in events {
            for event in [by_sns(&event), by_sqs([event.clone()]), event] {
                assert_eq!(classify(&event.to_string()), harmless, "{event}");
            }
        }
    }
    let text = json!({"Records": [{"messageId": "1", "body": "warmup"}]});
    let entries = classify(&text.to_string());
    assert!(matches!(entries[..], [Entry::Harmless(_)]), "{entries:?}");
}

#[test]
fn what_changes_no_content_is_no_upload() {
    let about = |name: &str| {
        Entry::Harmless(Harmless {
            name: name.into(),
            bucket: Some("data".into()),
            key: Some("a b.csv".into()),
        })
    };
    for name in [
        "ObjectTagging:Put",
        "ObjectRestore:Completed",
        "ObjectRemoved:DeleteMarkerCreated",
    ] {
        let event = json!({"Records": [record(name, "a+b.csv")]});
        assert_eq!(classify(&event.to_string()), [about(name)]);
    }
    for name in [
        "Object Deleted",
        "Object Tags Added",
        "Object Restore Completed",
        "Object ACL Updated",
    ] {
        let event = by_event_bridge(name, "a b.csv");
        assert_eq!(classify(&event.to_string()), [about(name)]);
    }
}

#[test]
fn an_event_by_hand_needs_the_bucket_and_the_key() {
    let event = json!({"Records": [{"s3": {"bucket": {"name": "data"}, "object": {"key": "a.csv"}}}]});
    let expected = Object {
        bucket: "data".into(),
        key: "a.csv".into(),
        ..Object::default()
    };
    assert_eq!(jobs(&event)[0].object, expected);
    let sample = jobs(&serde_json::from_str(include_str!("../../../../../events/s3-to-sqs.json")).unwrap());
    assert_eq!(
        (sample[0].object.key.as_str(), &sample[0].object.etag),
        ("data.csv", &None)
    );
}

#[test]
fn anything_else_is_refused_by_name() {
    for (event, kind) in [
        (json!({"detail-type": "Object Created"}), Foreign::EventBridge),
        (
            json!({"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {}}]}),
            Foreign::DynamoDb,
        ),
        (json!({"httpMethod": "GET", "path": "/", "body": ""}), Foreign::Request),
        (by_sns(&Value::from("hello")), Foreign::Unknown),
        (json!({"warmer": false}), Foreign::Unknown),
        (json!(7), Foreign::Unknown),
    ] {
        let refused = Entry::Refused(EventError::Foreign(kind));
        assert_eq!(classify(&event.to_string()), [refused], "{event}");
    }
    let event = json!({"detail-type": "Instance\nStopped", "source": "aws.ec2", "detail": {}});
    let refused = Entry::Refused(EventError::EventBridge {
        detail_type: "InstanceStopped".into(),
        source_name: "aws.ec2".into(),
    });
    assert_eq!(classify(&event.to_string()), [refused]);
    let mut deep = json!({});
    for _ in 0..MAX_DEPTH {
        deep = json!([[deep]]);
    }
    assert_eq!(
        classify(&deep.to_string()),
        [Entry::Refused(EventError::TooDeep(MAX_DEPTH))]
    );
}
