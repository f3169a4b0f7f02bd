use super::*;

#[test]
fn pings_are_harmless() {
    for event in [
        "{}",
        " { } ",
        "null",
        "[]",
        "\"\"",
        "\"ping\"",
        "\"#warmup wait=50\"",
        r#"{"source":"serverless-plugin-warmup"}"#,
        r#"{"source":"serverless-plugin-lambda-warmup","concurrency":2}"#,
        r#"{"warmer":true,"concurrency":3}"#,
        r#"{"warmup":true}"#,
        r#"{"keep-warm":1}"#,
        r#"{"ping":true}"#,
        r#"{"action":"ping"}"#,
        r#"{"type":"WARM_UP"}"#,
    ] {
        assert_eq!(kind_of(event), Foreign::WarmUp, "{event}");
    }
    for event in [
        r#"{"warmer":false}"#,
        r#"{"action":""}"#,
        "[1]",
        "5",
        "\"hello\"",
        "",
        "{",
    ] {
        assert_eq!(kind_of(event), Foreign::Unknown, "{event}");
    }
}

#[test]
fn schedules_and_samples_are_harmless() {
    for (event, kind) in [
        (
            r#"{"version":"0","detail-type":"Scheduled Event","source":"aws.events","detail":{}}"#,
            Foreign::Schedule,
        ),
        (
            r#"{"version":"0","detail-type":"Scheduled Event","source":"aws.scheduler","detail":"{}"}"#,
            Foreign::Schedule,
        ),
        (
            r#"{"key1":"value1","key2":"value2","key3":"value3"}"#,
            Foreign::ConsoleSample,
        ),
        (
            r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#,
            Foreign::S3Test,
        ),
        (
            r#"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{\"Event\":\"s3:TestEvent\"}"}}]}"#,
            Foreign::S3Test,
        ),
        (
            r#"{"Records":[{"eventSource":"aws:sqs","body":"{\"TopicArn\":\"t\",\"Message\":\"{\\\"Event\\\":\\\"s3:TestEvent\\\"}\"}"}]}"#,
            Foreign::S3Test,
        ),
    ] {
        assert_eq!(kind_of(event), kind, "{event}");
        assert!(kind.is_harmless());
    }
    assert_eq!(kind_of(r#"{"key1":"value2"}"#), Foreign::Unknown);
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
        (r#"{"Records":[]}"#, "an event of an unknown kind"),
        (r#"{"Records":"x"}"#, "an event of an unknown kind"),
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
