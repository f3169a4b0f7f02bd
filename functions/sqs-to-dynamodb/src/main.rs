//! The binary of the writer; everything of interest is in the library.

use aws::Variables;
use backoff::Deadline;
use error_chain::ErrorChain;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::value::RawValue;
use sqs_to_dynamodb::{Writer, invoke};
use telemetry::Telemetry;

/// One thread: an environment has about one CPU, and the work is waiting for DynamoDB.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let telemetry = Telemetry::start("sqs-to-dynamodb");
    let writer = Writer::new(&Variables::of_process(), telemetry.metrics())
        .inspect_err(|error| tracing::error!(reason = %ErrorChain(error), "the function cannot start"))?;
    telemetry
        // The payload is taken as it stands: one bad record must not fail the others.
        .serve(async |event: LambdaEvent<Box<RawValue>>| {
            let deadline = Deadline::from_epoch_millis(event.context.deadline);
            // Boxed, because the compiler gives up on the layout of all the futures in it.
            Box::pin(invoke(&writer, event.payload.get(), deadline))
                .await
                .map_err(Error::from)
        })
        .await
}
