//! The books of each ingest: a record in the table of ingests, of which everybody who has a part in the ingest writes a part,
//! and an event that says when all of its rows are accounted for. `docs/ingests.md` lists the record's attributes and rules.
//!
//! | where | what |
//! |---|---|
//! | [`Ledger`] | the calls: open, complete, fail, add and conclude |
//! | [`Opening`], [`Completion`], [`Failure`] | what an extraction says of itself |
//! | [`Effects`] | what became of rows |
//! | [`Record`], [`Rows`], [`State`] | the record as it is read; pure |
//! | `update` | the record as it is written: requests of DynamoDB |
//! | `reply` | the answers of DynamoDB to writes |
//! | `event` | the event as it is put |

mod addition;
mod completion;
mod error;
mod event;
mod failure;
mod ledger;
mod opening;
mod record;
mod reply;
mod rows;
mod state;
#[cfg(test)]
mod tests;
mod timestamp;
mod update;

pub use addition::Added;
pub use completion::Completion;
pub use error::LedgerError;
pub use failure::Failure;
pub use ledger::Ledger;
pub use opening::{Opened, Opening};
pub use record::{Record, RecordError};
pub use rows::{Effects, Rows};
pub use state::{EXTRACTION_STALLED_AFTER, State, WRITING_STALLED_AFTER};
pub use timestamp::Timestamp;
