//! The names by which events are told apart: of members, and of sources.

use crate::Foreign;

/// Members that show the kind of an event, or of a record, by themselves. An HTTP request has none of them.
pub const MARKS: [(&str, Foreign); 34] = [
    ("CodePipeline.job", Foreign::CodePipeline),
    ("RequestType", Foreign::CustomResource),
    ("Sns", Foreign::Sns),
    ("TopicArn", Foreign::Sns),
    ("actionGroup", Foreign::Agent),
    ("agent", Foreign::Agent),
    ("alarmArn", Foreign::Alarm),
    ("authorizationToken", Foreign::Authorizer),
    ("awslogs", Foreign::Logs),
    ("bot", Foreign::Agent),
    ("cf", Foreign::CloudFront),
    ("deliveryStreamArn", Foreign::Firehose),
    ("detail", Foreign::EventBridge),
    ("detail-type", Foreign::EventBridge),
    ("directive", Foreign::Alexa),
    ("dynamodb", Foreign::DynamoDb),
    ("getObjectContext", Foreign::ObjectLambda),
    ("identitySource", Foreign::Authorizer),
    ("invocationSchemaVersion", Foreign::S3Batch),
    ("invokingEvent", Foreign::Config),
    ("kinesis", Foreign::Kinesis),
    ("messageVersion", Foreign::Agent),
    ("methodArn", Foreign::Authorizer),
    ("raw_path", Foreign::Lattice),
    ("requestPayload", Foreign::Destination),
    ("responsePayload", Foreign::Destination),
    ("routeArn", Foreign::Authorizer),
    ("s3", Foreign::S3),
    ("triggerSource", Foreign::Cognito),
    // These leave the kind to what is in them.
    ("Event", Foreign::Unknown),
    ("Records", Foreign::Unknown),
    ("eventSource", Foreign::Unknown),
    ("method", Foreign::Unknown),
    ("source", Foreign::Unknown),
];

/// Members in which another one shows the kind: the outer, the inner one.
pub const NESTED: [(&str, &str, Foreign); 3] = [
    ("requestContext", "connectionId", Foreign::WebSocket),
    ("requestContext", "serviceNetworkArn", Foreign::Lattice),
    ("info", "fieldName", Foreign::AppSync),
];

/// Members that HTTP requests have. Some others have them too, and are told by their marks before.
pub const REQUEST: [&str; 8] = [
    "httpMethod",
    "multiValueQueryStringParameters",
    "path",
    "pathParameters",
    "queryStringParameters",
    "rawPath",
    "requestContext",
    "resource",
];

/// Members that stand beside each other in events, and the kind that they show together.
pub const TOGETHER: [(&[&str], Foreign); 3] = [
    (&["session", "request"], Foreign::Alexa),
    (&["Item"], Foreign::Item),
    (&["date", "time"], Foreign::Item),
];

/// The sources that records name in `eventSource`, or `EventSource`.
const SOURCES: [(&str, Foreign); 12] = [
    ("aws:codecommit", Foreign::CodeCommit),
    ("aws:docdb", Foreign::DocumentDb),
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

/// Whether a member of this name shows that an event is no HTTP request.
#[must_use]
pub fn is_mark(name: &str) -> bool {
    MARKS.iter().any(|(mark, _)| *mark == name)
}

/// Members of a request's context that show that an event is no HTTP request.
pub fn context_marks() -> impl Iterator<Item = &'static str> {
    let in_context = NESTED.iter().filter(|(outer, ..)| *outer == "requestContext");
    in_context.map(|(_, inner, _)| *inner)
}

/// The kind of a record of this source.
pub fn of_source(source: &str) -> Foreign {
    let found = SOURCES.iter().find(|(name, _)| *name == source);
    found.map_or(Foreign::Unknown, |(_, kind)| *kind)
}
