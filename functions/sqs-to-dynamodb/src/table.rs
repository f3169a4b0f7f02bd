//! The calls to DynamoDB.

pub mod batch_write;
mod call;
mod execute;
mod single;

pub use execute::execute;
