//! The binary of the writer. The logic is in the library.

use aws::Variables;
use backoff::Deadline;
use error_chain::ErrorChain;
use lambda_runtime::Error;
use sqs_to_dynamodb::{Writer, invoke};
use telemetry::Telemetry;

/// Runs on one thread: an execution environment has about one CPU, and most of the time goes into waiting for DynamoDB.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let telemetry = Telemetry::start("sqs-to-dynamodb");
    let writer = Writer::new(&Variables::of_process(), telemetry.metrics())
        .inspect_err(|error| tracing::error!(reason = %ErrorChain(error), "the function cannot start"))?;
    telemetry
        // The payload stays raw, so that one bad record does not fail the others, and the records can borrow their texts from it.
        .serve_bytes(async |event| {
            let deadline = Deadline::from_epoch_millis(event.context.deadline);
            // Boxed, because the compiler cannot compute the layout of all the futures inside.
            Box::pin(invoke(&writer, &event.payload, deadline))
                .await
                .map_err(Error::from)
        })
        .await
}
