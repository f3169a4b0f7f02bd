//! What becomes of a row.

use super::rejection::Rejection;
use crate::queue::message::Body;

/// The outcome of a row.
#[derive(Debug)]
pub enum Converted<'c> {
    /// It is a header, which is no row.
    Header,
    /// It has nothing but separators, and is no row either.
    Blank,
    /// It is to be sent, as the body of a message.
    Message(Body<'c>),
    /// It cannot be sent.
    Rejected(Rejection),
}

impl From<Rejection> for Converted<'_> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
