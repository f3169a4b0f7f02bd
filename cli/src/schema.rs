//! What a descriptor says, and what it makes of files. Nothing is called.
//!
//! Modules import from those above them in this list only.
//!
//! | where | what |
//! |---|---|
//! | [`key`] | the key of the table that a descriptor is for |
//! | [`descriptor`] | a descriptor that is read as the extractor reads it |
//! | [`deployment`] | the commands and parameters that deploy it |
//! | [`object_key`] | the object that a file would be, and its resource |
//! | [`sample`] | a local file, read as the extractor reads an object |
//! | [`infer`] | a descriptor to start from |
//! | [`check`] | what becomes of the rows of a file |
//! | [`prices`] | what writes cost |
//! | [`report`] | what `messages schema check` says |

pub mod check;
pub mod deployment;
pub mod descriptor;
pub mod infer;
pub mod key;
pub mod object_key;
pub mod prices;
pub mod report;
pub mod sample;
