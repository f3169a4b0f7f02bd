//! `GET /message`: a page of messages.

use api::ListMessages;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run::<ListMessages>().await
}
