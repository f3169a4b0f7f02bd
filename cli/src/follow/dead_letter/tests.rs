use aws_sdk_sqs::types::MessageAttributeValue;
use serde_json::Map;

use super::*;
use crate::object::testing::object;

const SAMPLES: &str = include_str!("../../../../tests/samples/dead_letters.json");

/// A message as the samples describe it: a body that is no text stands for its JSON, and attributes are texts.
fn message(described: &Value) -> Message {
    let body = &described["Body"];
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let mut message = Message::builder().body(body);
    for (name, value) in texts(&described["MessageAttributes"]) {
        let text = MessageAttributeValue::builder().data_type("String").string_value(value);
        message = message.message_attributes(name, text.build().unwrap());
    }
    for (name, value) in texts(&described["Attributes"]) {
        message = message.attributes(name.into(), value);
    }
    message.build()
}

fn texts(described: &Value) -> impl Iterator<Item = (&str, &str)> {
    let texts = described.as_object().into_iter().flat_map(Map::iter);
    texts.map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
}

/// What a dead letter means, as the samples say it.
fn meaning(dead_letter: DeadLetter) -> Value {
    let DeadLetter {
        reason,
        text,
        sent,
        kind,
    } = dead_letter;
    match kind {
        Kind::Message { ingest_id, rows } => {
            let mut meaning = json!({"kind": "message", "reason": reason, "text": text, "sent": sent});
            if ingest_id.is_some() {
                meaning["ingest_id"] = json!(ingest_id);
            }
            if rows != 1 {
                meaning["rows"] = json!(rows);
            }
            meaning
        }
        Kind::Event { objects } => {
            let objects = objects.into_iter().map(
                |EventObject { bucket, key, etag, at }| json!({"bucket": bucket, "key": key, "etag": etag, "at": at}),
            );
            let objects: Vec<_> = objects.collect();
            json!({"kind": "event", "reason": reason, "text": text, "sent": sent, "objects": objects})
        }
    }
}

#[test]
fn dead_letters_mean_what_the_samples_say() {
    let samples: Vec<Value> = serde_json::from_str(SAMPLES).unwrap();
    assert!(!samples.is_empty());
    for sample in samples {
        let found = meaning(DeadLetter::of(&message(&sample["message"])));
        assert_eq!(found, sample["means"], "{}", sample["name"]);
    }
}

#[test]
fn bodies_that_are_anything_are_messages() {
    let deep = "[".repeat(100_000);
    for body in ["", "[", "[]", "7", r#"{"requestPayload":{}}"#, deep.as_str()] {
        assert!(DeadLetter::of(&message(&json!({"Body": body}))).is_message());
    }
}

#[test]
fn an_event_that_was_given_up_is_that_of_its_object() {
    let envelope = json!({
        "requestContext": {},
        "requestPayload": {"Records": [{"eventTime": "1970-01-01T00:00:04.500Z", "s3": {
            "bucket": {"name": "data"}, "object": {"key": "x/a+b%C3%BC.csv", "eTag": "e"},
        }}]},
    });
    let sent = json!({"SentTimestamp": "5000"});
    let dead_letter = DeadLetter::of(&message(&json!({"Body": envelope, "Attributes": sent})));
    // S3's times of one upload may differ by seconds.
    for at in [4, 5, 9] {
        assert!(dead_letter.is_event_of(&object("x/a bü.csv", "e", at)), "{at}");
    }
    for other in [
        object("x/a bü.csv", "f", 4),
        object("a.csv", "e", 4),
        object("x/a bü.csv", "e", 10),
    ] {
        assert!(!dead_letter.is_event_of(&other), "{other:?}");
    }
}
