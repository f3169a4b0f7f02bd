//! The table of ingests, which keeps the books of each upload: [docs/ingests.md](../../docs/ingests.md).
//!
//! | where | what |
//! |---|---|
//! | [`span`] | times of uploads as days and ids of the index |
//! | [`item`] | items of the table as records |
//! | [`table`] | the calls |
//! | [`latest`] | the latest ingests |
//! | [`search`] | which ingest an upload is |

pub mod error;
mod item;
pub mod latest;
pub mod search;
pub mod span;
pub mod table;
