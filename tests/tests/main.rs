//! Tests of the deployed template. They are modules of one program, because each program of its own takes seconds to link.

mod api;
mod api_auth;
mod api_encoding;
mod api_hostile;
mod api_list;
mod api_preconditions;
mod api_update;
mod books;
mod dead_letters;
mod files;
mod foreign_events;
mod ingest;
mod memory;
mod messages_command;
mod metrics;
mod queue;
mod rie;
mod roles;
mod s3_event_kinds;
mod s3_event_objects;
mod s3_events;
mod status;
mod traces;
mod write_modes;
