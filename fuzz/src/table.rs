//! The table that messages are for.

/// The name of the table in the inputs and in what is made of them.
pub(crate) const TABLE: &str = "messages";
