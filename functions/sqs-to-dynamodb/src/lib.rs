//! The writer: takes a batch of SQS messages and carries each out on the message table, as its attribute `Method` says.
//!
//! Every message of a batch ends in one of three ways: it is carried out; it fails transiently, because something else
//! than the message was in the way, and is delivered again through `batchItemFailures`; or it fails permanently, because
//! it can never be carried out or has been delivered often enough, and goes to the dead-letter queue with the reason. A message
//! has one row, a `BATCH_WRITE` many: there a row that can never be carried out goes to the dead-letter queue alone.
//!
//! | where | what |
//! |---|---|
//! | [`invoke`] | one invocation, from what came to the response: batches, and what is none |
//! | [`handle`] | one batch, from its messages to the partial batch response |
//! | `event` | what came -> messages, each record read on its own |
//! | `books` | what became of the rows of each ingest goes to the ledger |
//! | `outcomes` | the outcome of each message, and which of its rows are dead |
//! | `queue` | the calls to SQS: dead letters, and when failed messages are delivered again |
//! | [`table`] | the calls to DynamoDB |
//! | [`plan`] | the order of a batch, and which writes are superseded: pure |
//! | [`operation`] | one record -> one [`Operation`](operation::Operation), or the reason why it is none |
//! | `invocation` | clients, records, deadline and counts, which the steps of an invocation share |
//! | [`Config`], [`Writer`] | settings and clients, which `main` makes once |
//! | [`failure`], [`record`], `metrics` | permanent and transient failures; the attributes of a record; the metrics |
//!
//! A module imports only what stands below it in this table.

mod books;
mod config;
mod entry;
mod event;
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
pub use entry::{InvokeError, invoke};
pub use event::ForeignEvent;
pub use handler::{HandleError, handle};
