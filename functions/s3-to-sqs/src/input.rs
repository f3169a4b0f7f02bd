//! An object's bytes and the text in them.

pub mod content;
pub mod download;
