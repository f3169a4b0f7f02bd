//! What the function refuses, by name.

use serde_json::Value;

/// Characters of a name that are shown.
const NAME_EXCERPT: usize = 80;

/// Why an event, or one of its records, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// An event of another kind.
    #[error("this is {0}; the extractor takes S3's `ObjectCreated` events, directly or by EventBridge, SNS or SQS")]
    OtherKind(String),
    /// A record of S3 that does not name an object.
    #[error("a record of the S3 event cannot be read: {0}; it must name a bucket and a key")]
    Record(String),
    /// A key that S3 did not write, because it encodes UTF-8.
    #[error("the key `{0}` is not UTF-8 when decoded")]
    Key(String),
    /// Envelopes in envelopes without end.
    #[error("the event has more than {0} envelopes around it")]
    TooDeep(usize),
}

/// What an event of a service has and others have not: members, by JSON Pointer, with the value of the last one where it
/// counts. The first that fits gives the name.
const SIGNS: &[(&[&str], Option<&str>, &str)] = &[
    (&["/eventSource"], Some("aws:dynamodb"), "a DynamoDB stream event"),
    (&["/eventSource"], Some("aws:kinesis"), "a Kinesis event"),
    (&["/eventSource"], Some("aws:ses"), "an SES event"),
    (&["/eventSource"], Some("aws:codecommit"), "a CodeCommit event"),
    (&["/eventSource"], Some("aws:kafka"), "a Kafka event"),
    (&["/eventSource"], Some("SelfManagedKafka"), "a Kafka event"),
    (&["/eventSource"], Some("aws:mq"), "an Amazon MQ event"),
    (&["/eventSource"], Some("aws:rmq"), "an Amazon MQ event"),
    (&["/eventSource"], Some("aws:docdb"), "a DocumentDB event"),
    (&["/dynamodb"], None, "a DynamoDB stream event"),
    (&["/kinesis"], None, "a Kinesis event"),
    (&["/cf"], None, "a CloudFront event"),
    (
        &["/requestContext/elb"],
        None,
        "an event of an Application Load Balancer",
    ),
    (&["/requestContext/connectionId"], None, "an event of a WebSocket API"),
    (
        &["/requestContext/http"],
        None,
        "an event of an HTTP API or a function URL",
    ),
    (&["/methodArn"], None, "an API Gateway authorizer event"),
    (&["/routeArn"], None, "an API Gateway authorizer event"),
    (&["/httpMethod"], None, "an API Gateway event"),
    (&["/requestContext", "/resource"], None, "an API Gateway event"),
    (&["/awslogs"], None, "a CloudWatch Logs event"),
    (&["/alarmArn"], None, "a CloudWatch alarm"),
    (
        &["/invocationSchemaVersion", "/tasks"],
        None,
        "an S3 Batch Operations event",
    ),
    (&["/getObjectContext"], None, "an S3 Object Lambda event"),
    (
        &["/ResponseURL", "/RequestType"],
        None,
        "a CloudFormation custom resource event",
    ),
    (&["/CodePipeline.job"], None, "a CodePipeline event"),
    (&["/triggerSource", "/userPoolId"], None, "a Cognito event"),
    (&["/invokingEvent", "/configRuleName"], None, "an AWS Config event"),
    (&["/deliveryStreamArn"], None, "a Firehose event"),
    (&["/bot"], None, "a Lex event"),
    (&["/info/fieldName"], None, "an AppSync event"),
    (&["/session", "/request"], None, "an Alexa event"),
    (&["/directive"], None, "an Alexa event"),
    (
        &["/Type"],
        Some("SubscriptionConfirmation"),
        "an SNS subscription confirmation",
    ),
    (
        &["/Item"],
        None,
        "an item, which belongs on the message queue or to the API",
    ),
];

/// The name of an event, or record, that another service sends; `None` when it shows no sign of one.
#[must_use]
pub fn known(event: &Value) -> Option<String> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    if let (Some(detail_type), Some(source)) = (text("/detail-type"), text("/source")) {
        let [detail_type, source] = [detail_type, source].map(excerpt);
        return Some(format!("the EventBridge event `{detail_type}` of `{source}`"));
    }
    let fits = |pointers: &[&str], value: Option<&str>| {
        pointers
            .iter()
            .all(|pointer| event.pointer(pointer).is_some() && value.is_none_or(|value| text(pointer) == Some(value)))
    };
    let sign = SIGNS.iter().find(|(pointers, value, _)| fits(pointers, *value));
    sign.map(|(.., name)| (*name).to_owned())
}

/// The refusal of an event, or record, of another kind.
#[must_use]
pub fn of_other_kind(event: &Value) -> EventError {
    let form = match event {
        Value::Object(_) => "an object of an unknown form",
        Value::Array(_) => "a list",
        Value::String(_) => "a text",
        Value::Number(_) => "a number",
        Value::Bool(_) => "true or false",
        Value::Null => "null",
    };
    EventError::OtherKind(known(event).unwrap_or_else(|| form.to_owned()))
}

/// The beginning of a name, without what would break the line.
fn excerpt(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_control())
        .take(NAME_EXCERPT)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_of_other_services_are_known_by_name() {
        for (event, expected) in [
            (
                json!({"eventSource": "aws:dynamodb", "dynamodb": {}}),
                "a DynamoDB stream event",
            ),
            (json!({"eventSource": "aws:kinesis", "kinesis": {}}), "a Kinesis event"),
            (
                json!({"httpMethod": "GET", "requestContext": {"elb": {}}}),
                "an event of an Application Load Balancer",
            ),
            (json!({"httpMethod": "GET", "path": "/message"}), "an API Gateway event"),
            (
                json!({"version": "2.0", "requestContext": {"http": {"method": "GET"}}}),
                "an event of an HTTP API or a function URL",
            ),
            (json!({"awslogs": {"data": ""}}), "a CloudWatch Logs event"),
            (
                json!({"detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2", "detail": {}}),
                "the EventBridge event `EC2 Instance State-change Notification` of `aws.ec2`",
            ),
            (json!({"a": 1}), "an object of an unknown form"),
            (json!("hello"), "a text"),
        ] {
            assert_eq!(of_other_kind(&event), EventError::OtherKind(expected.into()), "{event}");
        }
    }

    #[test]
    fn a_refusal_says_what_came_and_what_was_expected() {
        assert_eq!(
            EventError::OtherKind("a Kinesis event".into()).to_string(),
            "this is a Kinesis event; the extractor takes S3's `ObjectCreated` events, directly or by EventBridge, SNS or SQS"
        );
    }
}
