//! How long AWS takes for a call, where a load is measured: what AWS publishes, and what is assumed where it publishes nothing.

use std::time::Duration;

/// `GetObject` to its first byte, `PutObject` as a whole. Published: "100-200 milliseconds" for small objects and the first
/// byte.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html>
pub const S3: Duration = Duration::from_millis(100);
/// A call to SQS, of one message or of ten. Published: "if the latency from an Amazon EC2-based client to Amazon SQS in the
/// same region averages 20 ms".
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-throughput-horizontal-scaling-and-batching.html>
pub const SQS: Duration = Duration::from_millis(20);
/// A call to `DynamoDB` for one item. Published: "an average latency is in single-digit milliseconds". Assumed: which digit.
///
/// <https://repost.aws/knowledge-center/dynamodb-high-latency>
pub const DYNAMODB_ITEM: Duration = Duration::from_millis(5);
/// `BatchWriteItem` of up to 25 items, also where it hands items back or is throttled. Assumed: the same page says that it
/// depends on the number of items, and names no figure.
pub const DYNAMODB_BATCH: Duration = Duration::from_millis(10);
/// `PutEvents`. Assumed.
pub const EVENTS: Duration = Duration::from_millis(20);
/// Receives that a poller of Lambda has under way at once, of ten messages each. Assumed: AWS publishes none.
pub const RECEIVES: usize = 10;

/// How long a call takes.
#[must_use]
pub fn of(service: &str, operation: &str) -> Duration {
    match service {
        "AmazonSQS" => SQS,
        "DynamoDB_20120810" if operation == "BatchWriteItem" => DYNAMODB_BATCH,
        "DynamoDB_20120810" => DYNAMODB_ITEM,
        _ => EVENTS,
    }
}
