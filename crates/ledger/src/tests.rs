//! The ledger against a table that is held to the real one, and a bus that keeps its events.

mod details;
mod faults;
mod rules;
mod size;
mod world;
