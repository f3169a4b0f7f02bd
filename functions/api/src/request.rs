//! Reads a request: from the event that carries it to checked values.
//!
//! `event` turns the events of four sources into one [`lambda_http::Request`]. The other modules read and check the parts of a
//! request. A client's mistakes make a [`rejection::Rejection`], which names all of them at once.

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
