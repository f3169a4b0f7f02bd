//! The calls to DynamoDB.

pub mod batch_write;
mod call;
mod conditional_put;
mod execute;
mod insert;
mod single;
mod statement;

pub use execute::execute;
