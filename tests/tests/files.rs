//! Every kind of file and row in `docs/input.md`, with its results.

#![expect(clippy::expect_used, reason = "a panic fails the test")]

mod cases;
mod cells;
mod compression;
mod encodings;
mod header;
mod rows;
mod whole;
