//! What must hold for any input whatever. Each module has a `check` that panics where something does not hold.
//!
//! `tools/fuzz` looks for such inputs with libFuzzer; the inputs in `corpus/` are where it starts, and a test of this
//! crate checks them all.

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
pub mod sqs_operation;
mod table;
