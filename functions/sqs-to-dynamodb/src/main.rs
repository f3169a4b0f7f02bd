//! The binary of the writer; everything of interest is in the library.

use aws::Variables;
use backoff::Deadline;
use error_chain::ErrorChain;
use lambda_runtime::{Error, LambdaEvent};
use sqs_to_dynamodb::{Writer, handle};
use telemetry::Telemetry;

/// One thread: an environment has about one CPU, and the work is waiting for DynamoDB.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let telemetry = Telemetry::start("sqs-to-dynamodb");
    let writer = Writer::new(&Variables::of_process(), telemetry.metrics())
        .await
        .inspect_err(|error| tracing::error!(reason = %ErrorChain(error), "the function cannot start"))?;
    telemetry
        .serve(async |event: LambdaEvent<_>| {
            let deadline = Deadline::from_epoch_millis(event.context.deadline);
            // Boxed, because the compiler gives up on the layout of all the futures in it.
            Box::pin(handle(&writer, event.payload, deadline))
                .await
                .map_err(Error::from)
        })
        .await
}
