//! The books of an ingest: the record in the table of ingests, and the event at the ingest's end.

mod messages;
mod uploads;
