//! The subcommands, and what they share.

mod conclusion;
pub mod error;
pub mod follow;
pub mod ingest;
pub mod ingests;
pub mod output;
pub mod schema;
