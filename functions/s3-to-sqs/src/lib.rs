//! CSV objects in S3 become SQS messages, one per row; every row is accounted for.
//!
//! | where | what |
//! |---|---|
//! | [`event`] | the S3 event, and the objects that it names |
//! | [`handler`] | one invocation: every object of an event |
//! | [`extract`] | one object: rows in, messages and an ingest report out |
//! | [`download`] | the object's bytes, resumed where a connection broke |
//! | [`rows`] | bytes to CSV rows, each with its position and its original text |
//! | [`batch`], [`send`] | rows to `SendMessageBatch` calls, many in flight, bounded |
//! | [`rejects`], [`report`] | what is kept in the report bucket |
//! | [`config`] | the environment variables |
//! | [`error`] | what can fail an invocation |

pub mod batch;
pub mod config;
pub mod download;
pub mod error;
pub mod event;
pub mod extract;
pub mod handler;
pub mod rejects;
pub mod report;
pub mod rows;
pub mod send;
