//! The REST API of the message table: five functions behind API Gateway, one library.
//!
//! Each binary serves one [`Route`] and is compiled for that route alone (see [`Call`]). The template decides which function
//! answers which call; a function checks method and path only when the source of the event has no routes. The function of
//! [`Route::ListMessages`] also answers requests that no route matches.
//!
//! A request passes these modules. Each imports only modules below it:
//!
//! | module | step |
//! |---|---|
//! | `serve` | runs the function, and answers one invocation |
//! | `handlers` | makes one of the five calls |
//! | `response` | makes the response, or the problem (RFC 9457) of a request that fails |
//! | `request` | reads the event as a [`lambda_http::Request`], and checks it for all faults at once |
//! | `table` | calls DynamoDB; makes entity tags, and conditions that an item is unchanged |
//! | `route` | methods and paths |

mod config;
mod handlers;
mod request;
mod response;
mod route;
mod serve;
mod table;
#[cfg(test)]
mod testing;

pub use handlers::{Call, DeleteMessage, GetMessage, ListMessages, PostMessage, PutMessage};
pub use response::{Answer, Response};
pub use route::Route;
pub use serve::{Api, run};
pub use table::Table;
