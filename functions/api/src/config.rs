//! Start of a function: log, configuration, the DynamoDB client.

use std::convert::Infallible;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;
use tracing::error;

use crate::{Api, Error, Route};

/// API Gateway waits at most 29 s and the functions have 10: two DynamoDB calls with their retries, as `If-Match` needs
/// them, end well before, so that the client gets a problem instead of the gateway's own 502 or 504. A healthy call takes
/// a few milliseconds; scanning a megabyte takes some hundred.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A client is waiting: few retries, soon. It can try again itself after a 503.
const ATTEMPTS: u32 = 4;
const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LONGEST_BACKOFF: Duration = Duration::from_secs(1);

/// Serves `route` until Lambda stops the process.
///
/// # Errors
/// [`Error::NoTableName`] when the function is not configured; otherwise what the Lambda runtime cannot recover from.
pub async fn run(route: Route) -> Result<(), lambda_runtime::Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let api = Api::from_env()
        .await
        .inspect_err(|error| error!(%error, "the function cannot start"))?;
    // The payload is taken as it stands: one that is no proxy event is answered, not failed.
    let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let api = api.clone();
        async move { Ok::<_, Infallible>(api.answer(route, event.payload.get(), &event.context.request_id).await) }
    });
    lambda_runtime::run(service).await
}

impl Api {
    /// Reads the configuration: `TABLE_NAME`, `CORS_ALLOW_ORIGIN` which may be missing or empty, and what the AWS SDK
    /// reads from the environment.
    ///
    /// # Errors
    /// [`Error::NoTableName`].
    pub async fn from_env() -> Result<Self, Error> {
        let table = variable("TABLE_NAME").ok_or(Error::NoTableName)?;
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_BACKOFF)
            .with_max_backoff(LONGEST_BACKOFF);
        let config = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(timeouts)
            .retry_config(retries)
            .load()
            .await;
        let api = Self::new(aws_sdk_dynamodb::Client::new(&config), table);
        Ok(api.with_cors_origin(variable("CORS_ALLOW_ORIGIN")))
    }
}

/// An environment variable; `None` when it is not set, or empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
