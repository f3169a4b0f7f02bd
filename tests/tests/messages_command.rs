//! `tools/messages`: from files or objects to rows in the table, and its output about them.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a panic fails the test")]

mod books;
mod follow;
mod ingest;
mod rejected;
mod support;
mod terminal;
