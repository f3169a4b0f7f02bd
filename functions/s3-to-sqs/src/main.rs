//! The Lambda function `s3-to-sqs`: wiring only.

use aws::Variables;
use error_chain::ErrorChain;
use lambda_runtime::Error;
use mimalloc::MiMalloc;
use s3_to_sqs::clients::Extractor;
use s3_to_sqs::handler::handle;
use telemetry::Telemetry;

/// Every call to SQS allocates and frees buffers of some kilobytes. The C library's allocator took a seventh of the CPU time
/// for that (`docs/decisions/allocator.md`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let telemetry = Telemetry::start("s3-to-sqs");
    let extractor = Extractor::new(&Variables::of_process(), telemetry.metrics())
        .inspect_err(|error| tracing::error!(reason = %ErrorChain(error), "the function cannot start"))?;
    telemetry
        .serve(async |event| Box::pin(handle(&extractor, event)).await)
        .await
}
