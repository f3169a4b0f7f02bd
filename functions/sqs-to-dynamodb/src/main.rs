//! The binary of the writer; everything of interest is in the library.

use backoff::Deadline;
use causes::Causes;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sqs_to_dynamodb::{Writer, handle};

/// One thread: an environment has about one CPU, and the work is waiting for DynamoDB.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log_lines::init();
    let writer = Writer::from_env()
        .await
        .inspect_err(|error| tracing::error!(error = %Causes(error), "the function cannot start"))?;
    run(service_fn(async |event: LambdaEvent<_>| {
        let deadline = Deadline::from_epoch_millis(event.context.deadline);
        handle(&writer, event.payload, deadline).await.map_err(Error::from)
    }))
    .await
}
