//! How the functions reach AWS.
//!
//! A function starts many times a day, and somebody waits for it. So this takes what Lambda puts into the environment and
//! looks nowhere else: `aws-config` would bring profiles, single sign-on and instance metadata along, and the system's
//! certificates would be read and parsed at each start.
//!
//! | where | what |
//! |---|---|
//! | [`Variables`], [`VariableError`] | a function's settings, and why it cannot start |
//! | [`table_key`] | the key of a table that is no message table |
//! | [`Environment`] | credentials, region and endpoints, as Lambda and the SDKs name them |
//! | [`Retries`] | how often the SDK tried again |
//! | [`connector`] | HTTPS to AWS, with Amazon's roots compiled in |
//! | [`JsonClient`] | calls that are made a hundred thousand times, or that somebody waits for, without the SDK around them |
//! | [`JsonService`] | the services of such calls, without their SDK's crates |

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
pub use https::{connector, connector_to_others, is_never_sent};
pub use json::{CallError, JsonClient};
pub use json_service::JsonService;
pub use retries::Retries;
pub use signature::{SignatureError, Signer};
pub use table_key::table_key;
pub use variables::{VariableError, Variables};
