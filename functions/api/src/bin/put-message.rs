//! `PUT /message/{date}?time=`: updates a message that exists.

use api::Route;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run(Route::PutMessage).await
}
