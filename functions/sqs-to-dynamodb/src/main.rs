//! The binary of the writer; everything of interest is in the library.

use backoff::Deadline;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sqs_to_dynamodb::{Config, Writer, handle};

/// One thread: an environment has about one CPU, and the work is waiting for DynamoDB.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = Config::from_env().inspect_err(|error| tracing::error!(%error, "the function cannot start"))?;
    let writer = Writer::new(config).await;
    run(service_fn(async |event: LambdaEvent<_>| {
        let deadline = Deadline::from_epoch_millis(event.context.deadline);
        handle(&writer, event.payload, deadline).await.map_err(Error::from)
    }))
    .await
}
