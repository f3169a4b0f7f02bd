//! The contract of declared files, line by line.

#![expect(clippy::unwrap_used, reason = "what is not as expected shall fail the test")]

mod cells;
mod columns;
mod examples;
mod faults;
mod interoperability;
mod keys;
mod properties;
mod support;
mod templates;
mod writes;
