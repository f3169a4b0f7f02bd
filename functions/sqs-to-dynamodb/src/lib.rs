//! The writer: takes a batch of SQS messages and carries out each one on the message table, as its attribute `Method` says.
//!
//! Every message of a batch ends in one of three ways:
//!
//! * It is carried out, or needs no write because another write has precedence.
//! * It fails transiently: the cause lies outside the message. `batchItemFailures` has SQS deliver it again.
//! * It fails permanently: it can never be carried out, or it was delivered for the last time. It goes to the dead-letter queue
//!   with the reason.
//!
//! A `BATCH_WRITE` has many rows, any other message has one. A row of a `BATCH_WRITE` that can never be carried out goes to the
//! dead-letter queue alone.
//!
//! | where | what |
//! |---|---|
//! | [`invoke`] | one invocation, from the event to the response; also answers events that are not a batch |
//! | [`handle`] | one batch, from its messages to the partial batch response |
//! | [`event`] | event -> messages, each record read separately |
//! | `books` | adds the outcomes of the rows of each ingest to the ledger |
//! | `outcomes` | the outcome of each message, and its dead rows |
//! | `queue` | the calls to SQS: dead letters, and the time of redelivery |
//! | [`table`] | the calls to DynamoDB |
//! | `invocation` | clients, records, deadline and counts, which the steps of an invocation share |
//! | `metrics` | the metrics of an invocation |
//! | [`plan`] | the order of a batch, and which writes are superseded: pure |
//! | [`operation`] | one record -> one [`Operation`](operation::Operation), or the reason why it has none |
//! | [`Config`], [`Writer`] | settings and clients, which `main` makes once |
//! | [`failure`], [`record`] | permanent and transient failures; a record and its attributes |
//! | `scanner` | a strict scanner of JSON, for the forms that nearly all events and bodies have |
//!
//! A module imports only modules below it in this table.

mod books;
mod config;
mod entry;
pub mod event;
pub mod failure;
mod handler;
mod invocation;
mod metrics;
pub mod operation;
mod outcomes;
pub mod plan;
mod queue;
pub mod record;
mod scanner;
pub mod table;
#[cfg(test)]
mod testing;

pub use config::{Config, Writer};
pub use entry::{InvokeError, invoke};
pub use handler::{HandleError, handle};
