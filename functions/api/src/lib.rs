//! The REST API of the message table: five functions behind API Gateway (REST, Lambda proxy integration), one library.
//!
//! Each binary serves one [`Route`], whatever method and path its event names: which function answers which call is
//! the template's business. A request goes through three steps: `event` reads what API Gateway sent, the modules
//! `parameters`, `body`, `item` and `update` check it, `handlers` make the DynamoDB call. Whatever goes wrong
//! is an [`Error`], which is told to the client as a problem (RFC 9457) and, when it is ours, to the log with its causes.

mod api;
mod body;
mod config;
mod error;
mod event;
mod handlers;
mod item;
mod next_token;
mod parameters;
mod problem;
mod response;
mod size;
#[cfg(test)]
mod testing;
mod update;

pub use api::{Api, Route};
pub use config::run;
pub use error::{
    BodyError, Error, EventError, Location, MemberError, MemberProblem, ParameterError, ParameterProblem, Refused,
};
pub use response::Response;
