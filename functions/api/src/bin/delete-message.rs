//! `DELETE /message/{date}?time=`: deletes a message.

use api::Route;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::run(Route::DeleteMessage).await
}
