//! CSV objects in S3 become SQS messages, one per row; every row is accounted for.
//!
//! | where | what |
//! |---|---|
//! | [`event`] | the S3 event, and the objects that it names |
//! | [`handler`] | one invocation: every object of an event |
//! | [`extract`] | one object: rows in, messages and an ingest report out |
//! | [`download`] | the object's bytes, resumed where a connection broke |
//! | [`content`] | the text in them: decompressed, and UTF-8 |
//! | [`rows`] | text to CSV rows, each with its position and its original text |
//! | [`convert`], [`collisions`] | rows to messages; rows with the same key |
//! | [`continuation`], [`time_limit`] | what one invocation leaves to the next, and when |
//! | [`batch`], [`send`] | rows to `SendMessageBatch` calls, many in flight, bounded |
//! | [`object`] | an object of the data bucket, and the id of its ingest |
//! | [`measure`] | what is measured of an invocation's work |
//! | [`rejects`], [`report`] | what is kept in the report bucket |
//! | [`config`], [`clients`] | the environment variables, and what is made of them once |
//! | [`error`] | what can fail an invocation |

pub mod batch;
pub mod clients;
pub mod collisions;
pub mod config;
pub mod content;
pub mod continuation;
pub mod convert;
pub mod download;
pub mod error;
pub mod event;
pub mod extract;
pub mod handler;
pub mod measure;
pub mod object;
pub mod rejects;
pub mod report;
pub mod rows;
pub mod send;
pub mod time_limit;
