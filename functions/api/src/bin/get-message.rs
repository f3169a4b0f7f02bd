//! `GET /message/{date}?time=`: one message.

use api::GetMessage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run::<GetMessage>().await
}
