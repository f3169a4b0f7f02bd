//! Events that a function is invoked with and is not built for: pings that keep it warm, schedules, the console's sample, and
//! events of other services. Each function knows its own events; of all others it asks here what they are. So all functions
//! take the same events for harmless: those of `tests/harmless.json`, which their tests read too.
//!
//! | where | what |
//! |---|---|
//! | [`Foreign`] | the kinds, with their names and whether they are harmless |
//! | [`Foreign::of`] | the kind of an event |
//! | [`context_marks`] | members of a request's context that show the same |
//! | [`is_mark`] | whether a member's name shows that an event is no HTTP request |

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
    /// What S3 sends when notifications of a bucket are set up: `s3:TestEvent`, in any envelope.
    S3Test,
    /// A list of records that has none.
    NoRecords,
    /// An HTTP request of API Gateway, a function URL or a load balancer.
    Request,
    /// A message or a connection of a `WebSocket` API.
    WebSocket,
    /// A request for a decision of a Lambda authorizer.
    Authorizer,
    /// A request of VPC Lattice.
    Lattice,
    /// Notifications of S3.
    S3,
    /// Notifications of SNS.
    Sns,
    /// A subscription to SNS that is to be confirmed.
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
    /// A mail of SES.
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
    /// A field of `AppSync` that is to be resolved.
    AppSync,
    /// A request of Alexa: of a skill or a smart home.
    Alexa,
    /// A task of S3 Batch Operations.
    S3Batch,
    /// A request of S3 Object Lambda.
    ObjectLambda,
    /// An item of the table by itself, as people write it by hand.
    Item,
    /// Anything else.
    Unknown,
}

impl Foreign {
    /// The kind of an event, or of a part of one, by its text. The text is JSON, or what another service carries: any text.
    #[must_use]
    pub fn of(payload: &str) -> Self {
        classify::kind_of(payload)
    }

    /// Whether the event asks for nothing, so that success is the right answer when nothing is done.
    #[must_use]
    pub fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::WarmUp | Self::Schedule | Self::ConsoleSample | Self::S3Test | Self::NoRecords
        )
    }

    /// The name of the kind, with its article: for log lines and refusals.
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
