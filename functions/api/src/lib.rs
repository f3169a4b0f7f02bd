//! The REST API of the message table: five functions behind API Gateway (REST, Lambda proxy integration), one library.
//!
//! Each binary serves one [`Route`], for which alone it is compiled (see [`Call`]), whatever method and path its event
//! names: which function answers which call is the template's business; the one of [`Route::ListMessages`] also answers what
//! has no route. A request goes through three steps: `event` reads what API Gateway sent, the modules `parameters`,
//! `preconditions`, `body`, `item` and `update` check it and find all [`Fault`]s at once, `handlers` make the DynamoDB call.
//! Whatever goes wrong is an [`Error`], which is told to the client as a problem (RFC 9457) and, when it is ours, to the log
//! with its causes.

mod api;
mod body;
mod call;
mod config;
#[cfg(test)]
mod contract_tests;
mod dynamodb;
mod error;
mod etag;
mod event;
mod fault;
mod handlers;
mod item;
mod next_token;
mod no_route;
mod parameters;
mod preconditions;
mod problem;
mod response;
mod revision;
#[cfg(test)]
mod testing;
mod unchanged;
mod update;

pub use api::{Api, Route};
pub use call::{Call, DeleteMessage, GetMessage, ListMessages, PostMessage, PutMessage};
pub use config::run;
pub use dynamodb::Table;
pub use error::{Error, EventError, Refused};
pub use fault::{BodyError, Fault, Location, MemberError, MemberProblem, ParameterError, ParameterProblem};
pub use problem::Kind;
pub use response::Response;
