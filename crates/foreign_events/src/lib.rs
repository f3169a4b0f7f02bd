//! Events that a function is invoked with and is not built for: pings that keep it warm, schedules, the console's sample, and
//! events of other services. Each function knows its own events; of all others it asks here what they are.
//!
//! | where | what |
//! |---|---|
//! | [`Foreign`] | the kinds, with their names and whether they are harmless |
//! | [`Foreign::of`] | the kind of an event |
//! | [`is_mark`] | whether a member's name shows that an event is no HTTP request |

mod classify;
mod ping;

pub use classify::is_mark;

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
    /// Messages of SQS.
    Sqs,
    /// Records of a DynamoDB stream.
    DynamoDb,
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
    /// A job of S3 Batch Operations.
    S3Batch,
    /// Anything else.
    Unknown,
}

impl Foreign {
    /// The kind of the event with this JSON text. What is no JSON is [unknown](Self::Unknown).
    #[must_use]
    pub fn of(payload: &str) -> Self {
        classify::kind_of(payload)
    }

    /// Whether the event asks for nothing, so that success is the right answer when nothing is done.
    #[must_use]
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::WarmUp | Self::Schedule | Self::ConsoleSample | Self::S3Test)
    }

    /// The name of the kind, with its article: for log lines and refusals.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WarmUp => "a warm-up ping",
            Self::Schedule => "a scheduled event",
            Self::ConsoleSample => "the console's sample event",
            Self::S3Test => "a test event of S3",
            Self::Request => "an HTTP request",
            Self::WebSocket => "an event of a WebSocket API",
            Self::Authorizer => "an event for a Lambda authorizer",
            Self::Lattice => "a request of VPC Lattice",
            Self::S3 => "an event of S3",
            Self::Sns => "an event of SNS",
            Self::Sqs => "an event of SQS",
            Self::DynamoDb => "an event of a DynamoDB stream",
            Self::Kinesis => "an event of a Kinesis stream",
            Self::Kafka => "an event of Apache Kafka",
            Self::Mq => "an event of Amazon MQ",
            Self::Firehose => "an event of Firehose",
            Self::CloudFront => "an event of CloudFront",
            Self::Ses => "an event of SES",
            Self::Logs => "an event of CloudWatch Logs",
            Self::Alarm => "an alarm of CloudWatch",
            Self::EventBridge => "an event of EventBridge",
            Self::Destination => "the outcome of another invocation",
            Self::CustomResource => "a custom resource of CloudFormation",
            Self::Cognito => "an event of Cognito",
            Self::Agent => "a call of an agent or a bot",
            Self::S3Batch => "a task of S3 Batch Operations",
            Self::Unknown => "an event of an unknown kind",
        }
    }
}
