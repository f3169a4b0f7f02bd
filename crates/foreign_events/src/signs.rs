//! The names of members and sources that distinguish the kinds of events.

use crate::Foreign;

/// Members each of which shows the kind of an event or of a record by itself. An HTTP request has none of them.
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
    // These only rule out an HTTP request: their contents decide the kind.
    ("Event", Foreign::Unknown),
    ("Records", Foreign::Unknown),
    ("eventSource", Foreign::Unknown),
    ("method", Foreign::Unknown),
    ("source", Foreign::Unknown),
];

/// Pairs of an outer member and an inner member that shows the kind.
pub const NESTED: [(&str, &str, Foreign); 3] = [
    ("requestContext", "connectionId", Foreign::WebSocket),
    ("requestContext", "serviceNetworkArn", Foreign::Lattice),
    ("info", "fieldName", Foreign::AppSync),
];

/// Members of HTTP requests. Some other events have them too; their marks are checked first.
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

/// Groups of members, and the kind of an event that has all members of a group.
pub const TOGETHER: [(&[&str], Foreign); 3] = [
    (&["session", "request"], Foreign::Alexa),
    (&["Item"], Foreign::Item),
    (&["date", "time"], Foreign::Item),
];

/// The kinds of records by their member `eventSource` or `EventSource`.
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

/// Whether a member of this name shows that an event is not an HTTP request.
#[must_use]
pub fn is_mark(name: &str) -> bool {
    MARKS.iter().any(|(mark, _)| *mark == name)
}

/// The members of a request's context that show that an event is not an HTTP request.
pub fn context_marks() -> impl Iterator<Item = &'static str> {
    let in_context = NESTED.iter().filter(|(outer, ..)| *outer == "requestContext");
    in_context.map(|(_, inner, _)| *inner)
}

/// The kind of a record from this source.
pub fn of_source(source: &str) -> Foreign {
    let found = SOURCES.iter().find(|(name, _)| *name == source);
    found.map_or(Foreign::Unknown, |(_, kind)| *kind)
}
