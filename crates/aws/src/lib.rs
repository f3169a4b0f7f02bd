//! How the functions reach AWS.
//!
//! A function starts many times a day, and somebody waits for it. So this takes what Lambda puts into the environment and
//! looks nowhere else: `aws-config` would bring profiles, single sign-on and instance metadata along, and the system's
//! certificates would be read and parsed at each start.
//!
//! | where | what |
//! |---|---|
//! | [`Environment`] | credentials, region and endpoints, as Lambda and the SDKs name them |
//! | [`connector`] | HTTPS to AWS, with Amazon's roots compiled in |
//! | [`JsonClient`] | one kind of call, made a hundred thousand times, without the SDK around it |

mod environment;
mod https;
mod json;
mod services;

pub use environment::{Environment, EnvironmentError};
pub use https::connector;
pub use json::{CallError, JsonClient};
pub use services::EndpointError;
