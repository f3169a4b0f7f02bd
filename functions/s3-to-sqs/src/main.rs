//! The Lambda function `s3-to-sqs`: wiring only.

use causes::Causes;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use s3_to_sqs::clients::Extractor;
use s3_to_sqs::event::Event;
use s3_to_sqs::handler::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log_lines::init();
    let extractor = Extractor::from_env(|name| std::env::var(name))
        .await
        .inspect_err(|error| tracing::error!(error = %Causes(error), "the function cannot start"))?;
    run(service_fn(async |event: LambdaEvent<Event>| {
        Box::pin(handle(&extractor, event)).await
    }))
    .await
}
