//! The books of an ingest as its users find them: the record in the table of ingests, and the event of its end.

mod messages;
mod uploads;
