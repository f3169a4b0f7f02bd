//! The input: an object's bytes, the text in them, and the time of its upload.

pub mod content;
pub mod download;
pub mod upload_time;
