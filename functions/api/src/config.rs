//! Start of a function: log, configuration, the client.

use std::convert::Infallible;
use std::time::Duration;

use aws::{Environment, JsonClient, StartError, Variables, connector};
use lambda_runtime::LambdaEvent;
use serde_json::value::RawValue;
use telemetry::{Metrics, Telemetry};
use tracing::error;

use crate::dynamodb::Table;
use crate::{Api, Call};

/// API Gateway waits at most 29 s and the functions have 10: two DynamoDB calls with their retries, as `If-Match` needs
/// them, end well before, so that the client gets a problem instead of the gateway's own 502 or 504. A healthy call takes
/// a few milliseconds; scanning a megabyte takes some hundred.
pub(crate) const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A client is waiting: few retries, soon. It can try again itself after a 503.
const ATTEMPTS: u32 = 4;

/// Serves `C` until Lambda stops the process.
///
/// # Errors
/// [`StartError`] when the function is not configured; otherwise what the Lambda runtime cannot recover from.
pub async fn run<C: Call>() -> Result<(), lambda_runtime::Error> {
    let telemetry = Telemetry::start(C::ROUTE.service());
    let api = Api::from_env(&Variables::of_process(), telemetry.metrics())
        .await
        .inspect_err(|error| error!(reason = %error, "the function cannot start"))?;
    // The payload is taken as it stands: one that is no proxy event is answered, not failed.
    telemetry
        .serve(async |event: LambdaEvent<Box<RawValue>>| {
            // Boxed, because the compiler gives up on the layout of all the futures in it.
            let answer = Box::pin(api.answer::<C>(event.payload.get(), &event.context.request_id));
            Ok::<_, Infallible>(answer.await)
        })
        .await
}

impl Api {
    /// Reads the configuration: `TABLE_NAME`, `CORS_ALLOW_ORIGIN` which may be missing or empty, and what Lambda puts into
    /// the environment. What is counted goes to `metrics`.
    ///
    /// # Errors
    /// [`StartError`] names the variable that is missing.
    pub async fn from_env(variables: &Variables<'_>, metrics: Metrics) -> Result<Self, StartError> {
        let table = variables.required("TABLE_NAME", "the name of the message table")?;
        let environment = Environment::read(variables)?;
        let connector = connector(environment.region.as_ref(), CONNECT_TIMEOUT);
        let client = JsonClient::of_dynamodb(&environment, connector, ATTEMPT_TIMEOUT).await?;
        let api = Self::new(Table::new(table, client, ATTEMPTS)).with_metrics(metrics);
        Ok(api.with_cors_origin(variables.optional("CORS_ALLOW_ORIGIN")))
    }
}
