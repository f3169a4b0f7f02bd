//! Messages, the calls of `SendMessageBatch` that they are gathered into, and the sending of these.

pub mod batch;
pub mod message;
pub mod send;
