//! Turns CSV objects in S3 into SQS messages and accounts for every row.
//!
//! A message carries one row or, where `ROWS_PER_MESSAGE` allows it, up to 100.
//!
//! | module | what it does |
//! |---|---|
//! | [`handler`] | runs one invocation: every object of an event |
//! | [`extract`] | extracts one object: rows in, messages and an ingest report out |
//! | [`reports`] | writes the report bucket: ingest reports and rejected rows |
//! | [`convert`] | turns rows into messages, and counts rows with the same key |
//! | [`queue`] | sends messages by `SendMessageBatch`, with a bounded number of calls in flight |
//! | [`rows`] | splits text into CSV rows, each with its position and its original text |
//! | [`input`] | downloads, decompresses and decodes an object |
//! | [`hand_on`] | starts the next invocation |
//! | [`books`] | records each ingest in the ledger |
//! | [`event`] | reads the event, whichever service delivers it, and lists the jobs in it |
//! | [`continuation`] | the state of an ingest between two invocations |
//! | [`object`] | an object of the data bucket, and its ingest id |
//! | [`metrics`] | the metrics of one invocation's work on an object |
//! | [`time_limit`] | the time budget of an invocation |
//! | [`data_package`] | the declared shapes of objects, if any are declared |
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
