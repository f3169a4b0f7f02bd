//! The limit of a cold start and of a warm request: the Lambda runtime with an empty handler.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    run(service_fn(async |_: LambdaEvent<Box<RawValue>>| {
        Ok::<_, Error>("hello")
    }))
    .await
}
