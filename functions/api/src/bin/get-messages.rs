//! `GET /message`: a page of messages.

use api::Route;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run(Route::ListMessages).await
}
