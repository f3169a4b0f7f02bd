//! The ledger against a table that is held to the real one, and a bus that keeps its events.

mod faults;
mod rules;
mod world;
