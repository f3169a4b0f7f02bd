//! Access to AWS for the functions.
//!
//! A function starts many times a day while somebody waits, so this crate reads only what Lambda sets in the environment.
//! `aws-config` would also bring in profiles, single sign-on and instance metadata, and the system's certificates would be read
//! and parsed at each start.
//!
//! | where | what |
//! |---|---|
//! | [`Variables`], [`VariableError`] | a function's settings, and why it cannot start |
//! | [`table_key`] | the key of a table other than the message table |
//! | [`Environment`] | credentials, region and endpoints, as Lambda and the SDKs name them |
//! | [`Retries`] | the number of retries |
//! | [`connector`] | HTTPS to AWS, with Amazon's roots compiled in |
//! | [`JsonClient`] | calls without the SDK's layers: those that are made a hundred thousand times, or that somebody waits for |
//! | [`JsonService`] | the services of such calls, without their SDK crates |

mod environment;
mod https;
mod json;
mod json_service;
mod retries;
mod signature;
mod table_key;
#[cfg(any(test, feature = "test-util"))]
mod testing;
mod variables;

pub use environment::Environment;
pub use https::{connector, connector_to_others};
pub use json::{CallError, JsonClient};
pub use json_service::JsonService;
pub use retries::Retries;
pub use signature::{SignatureError, Signer};
pub use table_key::table_key;
pub use variables::{VariableError, Variables};
