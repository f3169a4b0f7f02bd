//! What a descriptor says, and what it makes of files. Nothing is called.
//!
//! Modules import from those above them in this list only.
//!
//! | where | what |
//! |---|---|
//! | [`key`] | the key of the table that a descriptor is for |
//! | [`descriptor`] | a descriptor that is read as the extractor reads it |
//! | [`infer`] | a descriptor to start from |
//! | [`deployment`] | the commands and parameters that deploy it |

pub mod deployment;
pub mod descriptor;
pub mod infer;
pub mod key;
