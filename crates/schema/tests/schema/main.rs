//! The contract of declared files, line by line.

mod cells;
mod columns;
mod examples;
mod faults;
mod keys;
mod properties;
mod support;
mod templates;
mod writes;
