//! `DELETE /message/{date}?time=`: deletes a message.

use api::DeleteMessage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run::<DeleteMessage>().await
}
