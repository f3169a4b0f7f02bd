//! Tests of plans, with a model of the table.

mod batch_writes;
mod keys;
mod model;
mod ordered;
mod properties;
