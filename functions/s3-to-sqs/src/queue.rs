//! Messages to SQS, in calls of `SendMessageBatch`.

pub mod batch;
pub mod call;
pub mod message;
pub mod packing;
pub mod send;
