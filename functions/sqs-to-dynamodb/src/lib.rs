//! The writer: takes a batch of SQS messages and carries each out on the message table, as its attribute `Method` says.
//!
//! Every message of a batch ends in one of three ways: it is carried out; it comes back through `batchItemFailures`,
//! because something else than the message was in the way; or it can never be carried out, or has come back often
//! enough, and goes to the dead-letter queue with the reason.
//!
//! | where | what |
//! |---|---|
//! | [`handle`] | one invocation, from the event to the partial batch response |
//! | [`Config`], [`Writer`] | what `main` makes once: environment variables, clients |
//! | [`parse`] | one record -> one [`Operation`] or one [`Problem`] |
//! | [`Item`] | what is put, as it came |
//! | [`Plan`] | in which order, and what is superseded: pure |
//! | `execute`, `batch_write`, `single`, `call` | the calls to DynamoDB |
//! | [`Obstacle`] | what stood in the way of a message in which nothing is wrong |
//! | `dead_letter` | the calls to the dead-letter queue |
//! | `metrics` | the metrics of an invocation |
//! | `come_back` | when failed messages come back, and which come back no more |
//!
//! [`parse`]: operation::parse
//! [`Operation`]: operation::Operation
//! [`Problem`]: problem::Problem
//! [`Item`]: item::Item
//! [`Plan`]: plan::Plan
//! [`Obstacle`]: obstacle::Obstacle

pub mod batch_write;
mod call;
mod come_back;
mod config;
mod dead_letter;
mod execute;
mod handler;
mod invocation;
pub mod item;
mod metrics;
pub mod obstacle;
pub mod operation;
pub mod plan;
pub mod problem;
pub mod record;
mod single;
#[cfg(test)]
mod testing;

pub use config::{Config, Writer};
pub use handler::{HandleError, handle};
