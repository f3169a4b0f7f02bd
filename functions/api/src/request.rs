//! A request, from the event that carries it to checked values.
//!
//! `event` turns the events of four sources into one [`lambda_http::Request`]. The other modules read the parts of a
//! request and check them. All that a client did wrong is a [`rejection::Rejection`], which names every fault at once.

pub mod body;
pub mod event;
pub mod fault;
pub mod headers;
pub mod item;
pub mod key;
pub mod limits;
pub mod next_token;
pub mod parameters;
pub mod preconditions;
pub mod rejection;
pub mod update;
