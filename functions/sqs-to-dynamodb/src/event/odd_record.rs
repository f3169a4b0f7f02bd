//! Reads records whose form differs from what SQS sends.

use aws_lambda_events::sqs::SqsMessage;
use serde_json::{Map, Value};

/// Removes members and elements that are null, so that null counts as missing.
pub fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            let members = members.map(|(name, value)| (name, without_nulls(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(elements) => {
            let elements = elements.into_iter().filter(|value| !value.is_null());
            elements.map(without_nulls).collect()
        }
        other => other,
    }
}

/// Describes the first fault of a record.
pub fn fault_of(record: &Value) -> &'static str {
    let is_read = |name: &str| {
        let members = record.get(name).map(|value| (name.to_owned(), value.clone()));
        let alone = Value::Object(members.into_iter().collect::<Map<_, _>>());
        serde_json::from_value::<SqsMessage>(alone).is_ok()
    };
    for (name, fault) in [
        ("body", "`body` must be a string"),
        ("receiptHandle", "`receiptHandle` must be a string"),
        ("attributes", "`attributes` must be an object of strings"),
        (
            "messageAttributes",
            "`messageAttributes` must be an object of attributes such as {\"Method\":{\"dataType\":\"String\",\
             \"stringValue\":\"POST\"}}",
        ),
    ] {
        if !is_read(name) {
            return fault;
        }
    }
    "a member has another form than SQS gives it"
}
