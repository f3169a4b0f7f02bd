//! The Lambda function `s3-to-sqs`: wiring only.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, stalled_stream_protection::StalledStreamProtectionConfig};
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use s3_to_sqs::config::Config;
use s3_to_sqs::event::Event;
use s3_to_sqs::extract::Extractor;
use s3_to_sqs::handler::handle;

/// Beyond the usual three: with 64 calls in flight a throttle is met by many at once.
const ATTEMPTS: u32 = 5;
/// For one attempt up to the reply's headers. Bodies are read for as long as they take: see `download`.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_env(|name| std::env::var(name))
        .inspect_err(|error| tracing::error!(%error, "the function cannot start"))?;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .build();
    let sdk = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .load()
        .await;
    let extractor = Extractor {
        s3: aws_sdk_s3::Client::new(&sdk),
        sqs: aws_sdk_sqs::Client::new(&sdk),
        config,
    };
    run(service_fn(async |event: LambdaEvent<Event>| {
        handle(&extractor, event).await
    }))
    .await
}
