//! The writer: takes a batch of SQS messages and carries each out on the message table, as its attribute `Method` says.
//!
//! Every message of a batch ends in one of three ways: it is carried out; it fails transiently, because something else
//! than the message was in the way, and is delivered again through `batchItemFailures`; or it fails permanently, because
//! it can never be carried out or has been delivered often enough, and goes to the dead-letter queue with the reason.
//!
//! | where | what |
//! |---|---|
//! | [`handle`] | one invocation, from the event to the partial batch response |
//! | [`Config`], [`Writer`] | what `main` makes once: environment variables, clients |
//! | `invocation`, [`record`] | what the steps of an invocation share; what a record says beside its body |
//! | [`operation`] | one record -> one [`Operation`](operation::Operation), or why it is none |
//! | [`plan`] | in which order, and what is superseded: pure |
//! | [`table`] | the calls to DynamoDB |
//! | [`failure`] | why a message is not carried out: a permanent or a transient failure |
//! | `outcomes` | what becomes of each message: done, failed permanently, failed transiently |
//! | `queue` | the calls to SQS: dead letters, and when failed messages are delivered again |
//! | `metrics` | the metrics of an invocation |
//!
//! Imports run from the bottom of this list of layers to its top: `handler` uses `outcomes` and `queue`; `outcomes` uses
//! `table`; `table` uses `plan`, `plan` uses `operation`; all of them use `failure`, `invocation` and `record`.

mod config;
pub mod failure;
mod handler;
mod invocation;
mod metrics;
pub mod operation;
mod outcomes;
pub mod plan;
mod queue;
pub mod record;
pub mod table;
#[cfg(test)]
mod testing;

pub use config::{Config, Writer};
pub use handler::{HandleError, handle};
