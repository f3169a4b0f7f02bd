//! Names the events that invoke a function that is not built for them: pings that keep it warm, schedules, the console's sample,
//! and events of other services. Each function recognises its own events and classifies all others with this crate. So all
//! functions treat the same events as harmless: those of `tests/harmless.json`, which their tests read too.
//!
//! | where | what |
//! |---|---|
//! | [`Foreign`] | the kinds, with their names and whether they are harmless |
//! | [`Foreign::of`] | the kind of an event |
//! | [`is_mark`] | whether a member's name shows that an event is not an HTTP request |
//! | [`context_marks`] | the members of a request's context that show the same |

mod classify;
mod ping;
mod signs;

pub use signs::{context_marks, is_mark};

/// The kind of an event that a function is not built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// A ping that keeps an environment warm, such as `{}` or `{"warmer":true}`.
    WarmUp,
    /// An event of a schedule.
    Schedule,
    /// The sample of Lambda's console: `{"key1":"value1",…}`.
    ConsoleSample,
    /// The `s3:TestEvent` that S3 sends when a bucket's notifications are set up, in any envelope.
    S3Test,
    /// An empty list of records.
    NoRecords,
    /// An HTTP request of API Gateway, a function URL or a load balancer.
    Request,
    /// A message or a connection of a `WebSocket` API.
    WebSocket,
    /// A request for the decision of a Lambda authorizer.
    Authorizer,
    /// A request of VPC Lattice.
    Lattice,
    /// Notifications of S3.
    S3,
    /// Notifications of SNS.
    Sns,
    /// The request to confirm a subscription to SNS.
    SnsConfirmation,
    /// Messages of SQS.
    Sqs,
    /// Records of a DynamoDB stream.
    DynamoDb,
    /// Changes of an Amazon `DocumentDB` collection.
    DocumentDb,
    /// Records of a Kinesis stream.
    Kinesis,
    /// Records of an Apache Kafka topic.
    Kafka,
    /// Messages of an Amazon MQ broker.
    Mq,
    /// Records of a Firehose stream.
    Firehose,
    /// A request or response of `CloudFront`.
    CloudFront,
    /// A mail that SES received.
    Ses,
    /// A push to a repository of `CodeCommit`.
    CodeCommit,
    /// A job of `CodePipeline`.
    CodePipeline,
    /// An evaluation of AWS Config.
    Config,
    /// Log lines of `CloudWatch` Logs.
    Logs,
    /// An alarm of `CloudWatch`.
    Alarm,
    /// An event of `EventBridge` other than a schedule's.
    EventBridge,
    /// The outcome of another invocation, as Lambda sends it to a destination.
    Destination,
    /// A custom resource of `CloudFormation`.
    CustomResource,
    /// A trigger of a Cognito user pool.
    Cognito,
    /// A call of an agent or a bot: Bedrock, Lex.
    Agent,
    /// A request to resolve a field of an `AppSync` API.
    AppSync,
    /// A request of an Alexa skill or of Alexa Smart Home.
    Alexa,
    /// A task of S3 Batch Operations.
    S3Batch,
    /// A request of S3 Object Lambda.
    ObjectLambda,
    /// A bare item of the table, as people write it by hand.
    Item,
    /// Anything else.
    Unknown,
}

impl Foreign {
    /// The kind of an event, or of a part of one, by its text. The text need not be JSON: other services carry any text.
    #[must_use]
    pub fn of(payload: &str) -> Self {
        classify::kind_of(payload)
    }

    /// Whether the event asks for nothing, so that doing nothing counts as success.
    #[must_use]
    pub fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::WarmUp | Self::Schedule | Self::ConsoleSample | Self::S3Test | Self::NoRecords
        )
    }

    /// The name of the kind with its article, for log lines and refusals.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WarmUp => "a warm-up ping",
            Self::Schedule => "a scheduled event",
            Self::ConsoleSample => "the console's sample event",
            Self::S3Test => "a test event of S3",
            Self::NoRecords => "an event without records",
            Self::Request => "an HTTP request",
            Self::WebSocket => "an event of a WebSocket API",
            Self::Authorizer => "an event for a Lambda authorizer",
            Self::Lattice => "a request of VPC Lattice",
            Self::S3 => "an event of S3",
            Self::Sns => "an event of SNS",
            Self::SnsConfirmation => "a subscription confirmation of SNS",
            Self::Sqs => "an event of SQS",
            Self::DynamoDb => "an event of a DynamoDB stream",
            Self::DocumentDb => "an event of Amazon DocumentDB",
            Self::Kinesis => "an event of a Kinesis stream",
            Self::Kafka => "an event of Apache Kafka",
            Self::Mq => "an event of Amazon MQ",
            Self::Firehose => "an event of Firehose",
            Self::CloudFront => "an event of CloudFront",
            Self::Ses => "an event of SES",
            Self::CodeCommit => "an event of CodeCommit",
            Self::CodePipeline => "a job of CodePipeline",
            Self::Config => "an event of AWS Config",
            Self::Logs => "an event of CloudWatch Logs",
            Self::Alarm => "an alarm of CloudWatch",
            Self::EventBridge => "an event of EventBridge",
            Self::Destination => "the outcome of another invocation",
            Self::CustomResource => "a custom resource of CloudFormation",
            Self::Cognito => "an event of Cognito",
            Self::Agent => "a call of an agent or a bot",
            Self::AppSync => "a request of AppSync",
            Self::Alexa => "a request of Alexa",
            Self::S3Batch => "a task of S3 Batch Operations",
            Self::ObjectLambda => "a request of S3 Object Lambda",
            Self::Item => "an item without a message or a request around it",
            Self::Unknown => "an event of an unknown kind",
        }
    }
}
