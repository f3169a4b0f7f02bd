//! `PUT /message/{date}?time=`: updates a message that exists.

use api::PutMessage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run::<PutMessage>().await
}
