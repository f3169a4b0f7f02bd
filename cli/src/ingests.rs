//! The table of ingests, which keeps the books of each upload: [docs/ingests.md](../../docs/ingests.md).
//!
//! | where | what |
//! |---|---|
//! | [`span`] | ranges of upload times, as days and ids of the index |
//! | [`item`] | the conversion of the table's items to records |
//! | [`table`] | the calls to DynamoDB |
//! | [`latest`] | the latest ingests |
//! | [`search`] | the search for the ingest of an upload |

pub mod error;
mod item;
pub mod latest;
pub mod search;
pub mod span;
pub mod table;
