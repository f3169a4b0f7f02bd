//! The outcome of converting a row.

use super::rejection::Rejection;
use crate::queue::message::Body;

/// The outcome of converting a row.
#[derive(Debug)]
pub enum Converted<'c> {
    /// A header, which does not count as a row.
    Header,
    /// Nothing but separators; does not count as a row.
    Blank,
    /// The body of the message to send.
    Message(Body<'c>),
    /// The reason that the row cannot be sent.
    Rejected(Rejection),
}

impl From<Rejection> for Converted<'_> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
