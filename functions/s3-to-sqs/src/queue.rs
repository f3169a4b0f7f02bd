//! Messages to SQS, in calls of `SendMessageBatch`.

pub mod batch;
pub mod message;
pub mod send;
