//! What `messages schema check` says.
//!
//! | where | what |
//! |---|---|
//! | [`descriptor`] | what a descriptor says |
//! | [`file`] | what becomes of a file |
//! | [`figures`] | how large its writes are, what they cost and how long they take |

pub mod descriptor;
pub mod figures;
pub mod file;
