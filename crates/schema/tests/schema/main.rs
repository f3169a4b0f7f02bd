//! Tests of the contract of declared files, line by line.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod adapted;
mod cells;
mod columns;
mod constraints;
mod examples;
mod faults;
mod fields;
mod guide;
mod interoperability;
mod keys;
mod merges;
mod properties;
mod refusals;
mod support;
mod templates;
mod times;
mod worked_examples;
mod writes;
