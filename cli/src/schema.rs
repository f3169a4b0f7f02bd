//! Descriptors, and what the extractor makes of local files with them. AWS is never called.
//!
//! A module imports only from modules above it in this list.
//!
//! | where | what |
//! |---|---|
//! | [`key`] | the key of the table that a descriptor is for |
//! | [`descriptor`] | a descriptor, read as the extractor reads it |
//! | [`deployment`] | the commands and parameters that deploy a descriptor |
//! | [`object_key`] | the key and the resource of the object that a file would become |
//! | [`sample`] | a local file, read as the extractor reads an object |
//! | [`infer`] | the proposal of a descriptor to start from |
//! | [`check`] | the dry run of the extractor on a file |
//! | [`prices`] | the price of writes |
//! | [`report`] | the output of `messages schema check` |

pub mod check;
pub mod deployment;
pub mod descriptor;
pub mod infer;
pub mod key;
pub mod object_key;
pub mod prices;
pub mod report;
pub mod sample;
