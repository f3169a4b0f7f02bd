//! What the end-to-end tests share: they call a deployed stack as its users do, over HTTP, and look at what became of it.
//!
//! Tests run at once, on one table, one queue and one dead-letter queue. So each works with keys, dates and messages of
//! its own (see [`unique`]), and looks only at these.
//!
//! | where | what |
//! |---|---|
//! | [`stack`] | the deployed stack and clients for it |
//! | [`http_client`] | plain and signed HTTP requests |
//! | [`api`] | calls of the REST API |
//! | [`lambda`] | the functions: invoking them, their roles and logs |
//! | [`table`], [`bucket`], [`queue`] | what is in the table, the buckets and the queues |
//! | [`books`] | the table of ingests, and the events of their ends |
//! | [`case`] | files, and what must become of each |
//! | [`emf`], [`otlp`] | metrics and spans, as others receive them |
//! | [`users`] | IAM users, for signatures that are checked |
//! | [`calls`] | every AWS call that a function's role may or may not make |
//! | [`rie`] | AWS's runtime interface emulator, running one function |
//! | [`sample`] | the sample files and the items that they must become |
//! | [`wait`] | bounded waiting |

#![allow(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "all of it is called by tests only, and a panic is how a test fails"
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
