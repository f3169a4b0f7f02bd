//! CSV objects in S3 become SQS messages, one per row; every row is accounted for.
//!
//! | where | what |
//! |---|---|
//! | [`handler`] | one invocation: every object of an event |
//! | [`extract`] | one object: rows in, messages and an ingest report out |
//! | [`reports`] | the report bucket: the ingest report and the rejected rows |
//! | [`convert`] | rows to messages; rows with the same key |
//! | [`queue`] | messages to `SendMessageBatch` calls, many in flight, bounded |
//! | [`rows`] | text to CSV rows, each with its position and its original text |
//! | [`input`] | an object's bytes, and the text in them |
//! | [`hand_on`] | the start of the next invocation |
//! | [`books`] | the record of each ingest in the ledger |
//! | [`event`] | the event, by whichever service it comes, and the jobs that it names |
//! | [`continuation`] | the state of an ingest between two invocations |
//! | [`object`] | an object of the data bucket, and the id of its ingest |
//! | [`metrics`] | the metrics of an invocation's work on an object |
//! | [`time_limit`] | the division of an invocation's time |
//! | [`data_package`] | what the objects look like, when that is declared |
//! | [`clients`], [`config`] | the AWS clients, and the environment variables |

pub mod books;
pub mod clients;
pub mod config;
pub mod continuation;
pub mod convert;
pub mod data_package;
pub mod event;
pub mod extract;
pub mod hand_on;
pub mod handler;
pub mod input;
pub mod metrics;
pub mod object;
pub mod queue;
pub mod reports;
pub mod rows;
pub mod time_limit;
