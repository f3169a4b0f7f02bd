//! Every kind of file and row in `docs/input.md`, with its results.

#![expect(clippy::expect_used, reason = "an unexpected result must fail the test")]

mod cases;
mod cells;
mod compression;
mod encodings;
mod header;
mod rows;
mod whole;
