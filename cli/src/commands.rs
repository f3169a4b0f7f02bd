//! The subcommands, and what they share.

mod conclusion;
pub mod error;
mod find;
pub mod follow;
pub mod ingest;
pub mod ingests;
pub mod output;
pub mod rejected;
pub mod schema;
