//! The kind of an event, by the members that only events of that kind have.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::Foreign;
use crate::ping;

/// The members of a JSON object, each with its text.
type Members<'e> = BTreeMap<String, &'e RawValue>;

/// Members that show the kind of an event by themselves. An HTTP request has none of them.
const MARKS: [(&str, Foreign); 25] = [
    ("RequestType", Foreign::CustomResource),
    ("TopicArn", Foreign::Sns),
    ("actionGroup", Foreign::Agent),
    ("agent", Foreign::Agent),
    ("alarmArn", Foreign::Alarm),
    ("authorizationToken", Foreign::Authorizer),
    ("awslogs", Foreign::Logs),
    ("bot", Foreign::Agent),
    ("deliveryStreamArn", Foreign::Firehose),
    ("detail", Foreign::EventBridge),
    ("detail-type", Foreign::EventBridge),
    ("identitySource", Foreign::Authorizer),
    ("invocationSchemaVersion", Foreign::S3Batch),
    ("messageVersion", Foreign::Agent),
    ("methodArn", Foreign::Authorizer),
    ("raw_path", Foreign::Lattice),
    ("requestPayload", Foreign::Destination),
    ("responsePayload", Foreign::Destination),
    ("routeArn", Foreign::Authorizer),
    ("triggerSource", Foreign::Cognito),
    // These leave the kind to what is in them.
    ("Event", Foreign::Unknown),
    ("Records", Foreign::Unknown),
    ("eventSource", Foreign::Unknown),
    ("method", Foreign::Unknown),
    ("source", Foreign::Unknown),
];

/// Members of a request's context that no HTTP request has.
const CONTEXT_MARKS: [(&str, Foreign); 2] = [
    ("connectionId", Foreign::WebSocket),
    ("serviceNetworkArn", Foreign::Lattice),
];

/// Members that HTTP requests have. Some others have them too, and are told by their marks before.
const REQUEST: [&str; 8] = [
    "httpMethod",
    "multiValueQueryStringParameters",
    "path",
    "pathParameters",
    "queryStringParameters",
    "rawPath",
    "requestContext",
    "resource",
];

/// The sources that records name in `eventSource`, or `EventSource`.
const SOURCES: [(&str, Foreign); 10] = [
    ("aws:dynamodb", Foreign::DynamoDb),
    ("aws:kafka", Foreign::Kafka),
    ("aws:kinesis", Foreign::Kinesis),
    ("aws:mq", Foreign::Mq),
    ("aws:rmq", Foreign::Mq),
    ("aws:s3", Foreign::S3),
    ("aws:ses", Foreign::Ses),
    ("aws:sns", Foreign::Sns),
    ("aws:sqs", Foreign::Sqs),
    ("SelfManagedKafka", Foreign::Kafka),
];

/// The deepest that a test event of S3 is wrapped: by SNS, and that by SQS.
const MAX_ENVELOPES: u8 = 2;

/// Whether a member of this name shows that an event is no HTTP request.
#[must_use]
pub fn is_mark(name: &str) -> bool {
    MARKS.iter().any(|(mark, _)| *mark == name)
}

/// The kind of the event with this JSON text.
pub fn kind_of(payload: &str) -> Foreign {
    if let Ok(members) = serde_json::from_str::<Members>(payload) {
        return kind_of_object(&members, MAX_ENVELOPES);
    }
    match serde_json::from_str::<String>(payload) {
        Ok(text) if text.trim().is_empty() || ping::is_word(&text) => return Foreign::WarmUp,
        _ => {}
    }
    match serde_json::from_str::<Option<[u8; 0]>>(payload) {
        Ok(_) => Foreign::WarmUp,
        Err(_) => Foreign::Unknown,
    }
}

fn kind_of_object(members: &Members<'_>, envelopes: u8) -> Foreign {
    if members.is_empty() {
        return Foreign::WarmUp;
    }
    if is_sample(members) {
        return Foreign::ConsoleSample;
    }
    if text(members, "Event").as_deref() == Some("s3:TestEvent") {
        return Foreign::S3Test;
    }
    if let Some(records) = members.get("Records") {
        return kind_of_records(records, envelopes);
    }
    if let Some(source) = text(members, "eventSource") {
        return of_source(&source);
    }
    if let Some(kind) = kind_by_source(members) {
        return kind;
    }
    if let Some((_, kind)) = MARKS
        .iter()
        .find(|(mark, kind)| *kind != Foreign::Unknown && members.contains_key(*mark))
    {
        // A notification that SNS wrapped itself, as in a message of SQS.
        let wrapped = text(members, "Message").filter(|_| *kind == Foreign::Sns);
        return if wrapped.is_some_and(|message| is_test(&message, envelopes)) {
            Foreign::S3Test
        } else {
            *kind
        };
    }
    if members.iter().any(|(name, value)| is_ping(name, value)) {
        return Foreign::WarmUp;
    }
    let context = members.get("requestContext").and_then(|context| object(context.get()));
    let context = context.unwrap_or_default();
    if let Some((_, kind)) = CONTEXT_MARKS.iter().find(|(mark, _)| context.contains_key(*mark)) {
        return *kind;
    }
    if REQUEST.iter().any(|name| members.contains_key(*name)) && !members.contains_key("method") {
        return Foreign::Request;
    }
    Foreign::Unknown
}

/// The kind that an event of `EventBridge`, or the ping of a tool, has by its source.
fn kind_by_source(members: &Members<'_>) -> Option<Foreign> {
    let source = text(members, "source").unwrap_or_default();
    let scheduled = ["aws.events", "aws.scheduler"].contains(&source.as_str())
        || text(members, "detail-type").as_deref() == Some("Scheduled Event");
    if scheduled {
        return Some(Foreign::Schedule);
    }
    ping::names_tool(&source).then_some(Foreign::WarmUp)
}

/// Whether a member says that the event is a ping: by its name, unless it is switched off, or by a text such as that of
/// `{"action":"ping"}`.
fn is_ping(name: &str, value: &RawValue) -> bool {
    let value = value.get();
    if ping::is_word(name) {
        return !["false", "null"].contains(&value);
    }
    let says = ["action", "event", "job", "operation", "source", "type"].contains(&name);
    let text = serde_json::from_str::<String>(value);
    says && text.is_ok_and(|text| ping::is_word(&text))
}

/// Whether these are the members of the sample that Lambda's console offers for tests.
fn is_sample(members: &Members<'_>) -> bool {
    members.iter().all(|(name, value)| {
        let number = name.strip_prefix("key").filter(|number| !number.is_empty());
        number.is_some_and(|number| value.get() == format!("\"value{number}\""))
    })
}

fn kind_of_records(records: &RawValue, envelopes: u8) -> Foreign {
    let Ok(records) = serde_json::from_str::<Vec<Members>>(records.get()) else {
        return Foreign::Unknown;
    };
    let Some(first) = records.first() else {
        return Foreign::Unknown;
    };
    let is_test = |record: &Members<'_>| {
        let message = || text(&object(record.get("Sns")?.get())?, "Message");
        let wrapped = message().or_else(|| text(record, "body"));
        wrapped.is_some_and(|wrapped| is_test(&wrapped, envelopes))
    };
    if records.iter().all(is_test) {
        return Foreign::S3Test;
    }
    if first.contains_key("cf") {
        return Foreign::CloudFront;
    }
    let source = text(first, "eventSource").or_else(|| text(first, "EventSource"));
    source.map_or(Foreign::Unknown, |source| of_source(&source))
}

/// Whether a message that another service passes on is a test event of S3.
fn is_test(message: &str, envelopes: u8) -> bool {
    let Some(envelopes) = envelopes.checked_sub(1) else {
        return false;
    };
    // Most messages are none, and need no parser to see it.
    message.contains("s3:TestEvent")
        && object(message).is_some_and(|members| kind_of_object(&members, envelopes) == Foreign::S3Test)
}

fn of_source(source: &str) -> Foreign {
    let found = SOURCES.iter().find(|(name, _)| *name == source);
    found.map_or(Foreign::Unknown, |(_, kind)| *kind)
}

fn object(json: &str) -> Option<Members<'_>> {
    serde_json::from_str(json).ok()
}

/// The text that a member is.
fn text(members: &Members<'_>, name: &str) -> Option<String> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

#[cfg(test)]
mod tests;
