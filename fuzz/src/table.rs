//! The message table.

/// The name of the table in the inputs and in their results.
pub(crate) const TABLE: &str = "messages";
