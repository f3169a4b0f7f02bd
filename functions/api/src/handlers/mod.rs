//! The five calls, each from a checked request to a response.

mod list;
mod message;
