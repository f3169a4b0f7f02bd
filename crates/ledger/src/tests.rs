//! Tests of the ledger with a strict DynamoDB (`second_opinion`) and an event bus that keeps its events.

mod details;
mod faults;
mod rules;
mod size;
mod world;
