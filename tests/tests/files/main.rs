//! Every kind of file and row of `docs/input.md`, and what becomes of it.

#![expect(clippy::expect_used, reason = "what is not as expected shall fail the test")]

mod cases;
mod cells;
mod compression;
mod encodings;
mod header;
mod rows;
mod whole;
