//! The latencies of AWS's calls for the measurement of a load: published by AWS, or else assumed.

use std::time::Duration;

/// `GetObject` up to the first byte, and a whole `PutObject`. Published: "100-200 milliseconds" for small objects and the first
/// byte.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html>
pub const S3: Duration = Duration::from_millis(100);
/// A call to SQS, of one message or of ten. Published: "if the latency from an Amazon EC2-based client to Amazon SQS in the
/// same region averages 20 ms".
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-throughput-horizontal-scaling-and-batching.html>
pub const SQS: Duration = Duration::from_millis(20);
/// A call to `DynamoDB` for one item. Published: "an average latency is in single-digit milliseconds". The digit is assumed.
///
/// <https://repost.aws/knowledge-center/dynamodb-high-latency>
pub const DYNAMODB_ITEM: Duration = Duration::from_millis(5);
/// `BatchWriteItem` of up to 25 items, including calls that return unprocessed items or are throttled. Assumed: the same page
/// says that the latency depends on the number of items, and names no figure.
pub const DYNAMODB_BATCH: Duration = Duration::from_millis(10);
/// `PutEvents`. Assumed.
pub const EVENTS: Duration = Duration::from_millis(20);
/// The number of receives, of ten messages each, that a poller of Lambda makes in parallel. Assumed: AWS publishes no number.
pub const RECEIVES: usize = 10;

/// The latency of a call.
#[must_use]
pub fn of(service: &str, operation: &str) -> Duration {
    match service {
        "AmazonSQS" => SQS,
        "DynamoDB_20120810" if operation == "BatchWriteItem" => DYNAMODB_BATCH,
        "DynamoDB_20120810" => DYNAMODB_ITEM,
        _ => EVENTS,
    }
}
