use super::*;
use crate::is_mark;

#[test]
fn harmless_events_are_named() {
    let table: BTreeMap<String, Vec<&RawValue>> =
        serde_json::from_str(include_str!("../../tests/harmless.json")).unwrap();
    for (name, events) in &table {
        for event in events {
            let kind = kind_of(event.get());
            assert_eq!(kind.name(), name, "{event}");
            assert!(kind.is_harmless(), "{event}");
        }
    }
    // These are not JSON: SQS and SNS can carry them.
    for text in ["", " \n", "warmup", "\u{feff}{}"] {
        assert_eq!(kind_of(text), Foreign::WarmUp, "{text}");
    }
}

#[test]
fn what_is_like_a_harmless_event_is_none() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let warm = format!("{{\"source\":\"warmup {}\"}}", "x".repeat(100));
    for event in [
        r#"{"warmer":false}"#,
        r#"{"warmup":null}"#,
        r#"{"action":""}"#,
        r#"{"key1":"value2"}"#,
        r#"{"key1":{"a":1}}"#,
        r#"{"key":"data.csv","bucket":"data"}"#,
        r#"{"location":"warm room"}"#,
        r#"{"device":"d","state":"warm","value":3}"#,
        r#"{"name":"heartbeat","value":3}"#,
        r#"{"name":"shipping"}"#,
        r#"{"Records":"x"}"#,
        r#"{"Records":[{},{"a":1}]}"#,
        r#"{"Records":[{"messageId":"1","body":"{}"}]}"#,
        "[1]",
        "5",
        "\"hello\"",
        "hello",
        "{",
        &deep,
        &warm,
    ] {
        assert_eq!(kind_of(event), Foreign::Unknown, "{event}");
    }
    let ping = format!(
        "{}{}",
        "[".repeat(usize::from(MAX_DEPTH)),
        "]".repeat(usize::from(MAX_DEPTH))
    );
    assert_eq!(kind_of(&ping), Foreign::NoRecords);
    let deep_in_an_event = format!(r#"{{"warmer":true,"a":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
    assert_eq!(kind_of(&deep_in_an_event), Foreign::WarmUp);
}

#[test]
fn other_services_are_named() {
    for (event, kind) in [
        (r#"{"Records":[{"eventSource":"aws:s3","s3":{}}]}"#, "an event of S3"),
        (
            r#"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"s3:TestEvent"}}]}"#,
            "an event of SNS",
        ),
        (
            r#"{"Records":[{"eventSource":"aws:sqs","body":"x"}]}"#,
            "an event of SQS",
        ),
        (
            r#"{"Records":[{"eventSource":"aws:dynamodb"}]}"#,
            "an event of a DynamoDB stream",
        ),
        (r#"{"Records":[{"cf":{}}]}"#, "an event of CloudFront"),
        (
            r#"{"eventSource":"aws:kafka","records":{}}"#,
            "an event of Apache Kafka",
        ),
        (
            r#"{"detail-type":"Object Created","source":"aws.s3","detail":{}}"#,
            "an event of EventBridge",
        ),
        (r#"{"awslogs":{"data":""}}"#, "an event of CloudWatch Logs"),
        (
            r#"{"type":"REQUEST","methodArn":"arn","path":"/message","httpMethod":"GET"}"#,
            "an event for a Lambda authorizer",
        ),
        (
            r#"{"version":"1.0","requestContext":{},"requestPayload":{}}"#,
            "the outcome of another invocation",
        ),
        (
            r#"{"requestContext":{"connectionId":"c","routeKey":"$connect"}}"#,
            "an event of a WebSocket API",
        ),
        (
            r#"{"version":"2.0","path":"/","method":"GET","requestContext":{"serviceNetworkArn":"arn"}}"#,
            "a request of VPC Lattice",
        ),
        (
            r#"{"messageVersion":"1.0","agent":{},"httpMethod":"GET"}"#,
            "a call of an agent or a bot",
        ),
        (r#"{"httpMethod":"GET","path":"/message"}"#, "an HTTP request"),
        (r#"{"httpMethod":"GET","path":"/ping"}"#, "an HTTP request"),
        (
            r#"{"version":"2.0","requestContext":{"http":{"method":"GET"}}}"#,
            "an HTTP request",
        ),
        (r#"{"httpMethod":"GET","requestContext":{"elb":{}}}"#, "an HTTP request"),
        (r#"{"Records":[{"kinesis":{}}]}"#, "an event of a Kinesis stream"),
        (
            r#"{"Records":[{"eventSource":"aws:codecommit"}]}"#,
            "an event of CodeCommit",
        ),
        (
            r#"{"eventSource":"aws:docdb","events":[]}"#,
            "an event of Amazon DocumentDB",
        ),
        (r#"{"CodePipeline.job":{}}"#, "a job of CodePipeline"),
        (
            r#"{"invokingEvent":"{}","configRuleName":"r"}"#,
            "an event of AWS Config",
        ),
        (r#"{"info":{"fieldName":"f"},"source":null}"#, "a request of AppSync"),
        (r#"{"session":{},"request":{},"version":"1.0"}"#, "a request of Alexa"),
        (r#"{"directive":{}}"#, "a request of Alexa"),
        (r#"{"getObjectContext":{}}"#, "a request of S3 Object Lambda"),
        (
            r#"{"Type":"SubscriptionConfirmation","TopicArn":"t","Message":"m"}"#,
            "a subscription confirmation of SNS",
        ),
        (
            r#"{"Item":{"date":{"S":"2001-01-01"}}}"#,
            "an item without a message or a request around it",
        ),
        (
            r#"{"date":"2001-01-01","time":"09:01:05","location":"warm"}"#,
            "an item without a message or a request around it",
        ),
        (r#"{"a":1}"#, "an event of an unknown kind"),
    ] {
        let found = kind_of(event);
        assert_eq!(found.name(), kind, "{event}");
        assert!(!found.is_harmless(), "{event}");
    }
}

#[test]
fn a_request_has_no_mark() {
    for name in [
        "httpMethod",
        "version",
        "routeKey",
        "rawPath",
        "headers",
        "body",
        "requestContext",
    ] {
        assert!(!is_mark(name), "{name}");
    }
    assert!(is_mark("Records") && is_mark("detail-type"));
}
