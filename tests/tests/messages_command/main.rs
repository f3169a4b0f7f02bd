//! `tools/messages`: from files or objects to rows in the table, and what it says about them.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is not as expected shall fail the test"
)]

mod books;
mod follow;
mod ingest;
mod rejected;
mod support;
mod terminal;
