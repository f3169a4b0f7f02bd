//! Properties that must hold for any input. Each module has a `check` that panics if one does not hold.
//!
//! `tools/fuzz` searches for such inputs with libFuzzer, starting with the inputs in `corpus/`. A test of this crate checks all
//! of these.

pub mod api_event;
#[cfg(test)]
mod corpus;
pub mod csv_rows;
pub mod declared_rows;
pub mod descriptor;
mod dynamodb;
pub mod object_text;
mod packed;
pub mod s3_event;
pub mod sqs_event;
pub mod sqs_operation;
mod table;
