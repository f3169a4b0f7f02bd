//! Sends messages to SQS by `SendMessageBatch`.

pub mod batch;
pub mod call;
pub mod message;
pub mod packing;
pub mod request;
pub mod send;
