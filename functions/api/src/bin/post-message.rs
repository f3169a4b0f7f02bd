//! `POST /message`: creates a message, or replaces the one with the same key.

use api::PostMessage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run::<PostMessage>().await
}
