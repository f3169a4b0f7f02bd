//! The REST API of the message table: five functions behind API Gateway, one library.
//!
//! Each binary serves one [`Route`], for which alone it is compiled (see [`Call`]), whatever method and path its event
//! names: which function answers which call is the template's business; the one of [`Route::ListMessages`] also answers what
//! has no route. The way of a request, in the order in which modules import each other:
//!
//! | module | step |
//! |---|---|
//! | `serve` | runs the function, and answers one invocation |
//! | `handlers` | makes one of the five calls |
//! | `response` | the response, and the problem (RFC 9457) when the request is not answered as it was meant |
//! | `request` | reads the event as a [`lambda_http::Request`], checks it, and finds all faults at once |
//! | `table` | calls DynamoDB; entity tags and the conditions that compare them |
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
