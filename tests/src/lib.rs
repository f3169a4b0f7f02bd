//! Shared parts of the end-to-end tests, which call a deployed stack as its users do, over HTTP, and check the results.
//!
//! Tests run in parallel, on one table, one queue and one dead-letter queue. Each therefore uses its own keys, dates and messages
//! (see [`unique`]), and looks only at these.
//!
//! | where | what |
//! |---|---|
//! | [`stack`] | the deployed stack and clients for it |
//! | [`http_client`] | plain and signed HTTP requests |
//! | [`api`] | calls of the REST API |
//! | [`lambda`] | the functions: their invocation, roles and logs |
//! | [`table`], [`bucket`], [`queue`] | the contents of the table, the buckets and the queues |
//! | [`books`] | the table of ingests, and the events at their ends |
//! | [`case`] | files and their expected results |
//! | [`emf`], [`otlp`] | metrics and spans, as CloudWatch and a collector receive them |
//! | [`users`] | IAM users, whose signatures the emulator checks |
//! | [`calls`] | the AWS calls that a function's role allows |
//! | [`rie`] | AWS's runtime interface emulator, which runs one function |
//! | [`sample`] | the sample files and the items that they must become |
//! | [`wait`] | bounded waiting |

#![allow(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "only tests call this crate, and a panic fails a test"
)]

pub mod api;
pub mod books;
pub mod bucket;
pub mod calls;
pub mod case;
pub mod emf;
pub mod http_client;
pub mod lambda;
pub mod otlp;
pub mod queue;
pub mod rie;
pub mod sample;
pub mod stack;
pub mod table;
pub mod unique;
pub mod users;
pub mod wait;

pub use stack::Stack;
