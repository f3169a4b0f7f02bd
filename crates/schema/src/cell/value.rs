//! The value of a cell.

use super::moment::{Moment, MomentKind};
use super::span::Span;

/// The value of a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    Missing,
    Text(Span),
    /// A number in JSON's notation.
    Number(Span),
    Bool(bool),
    Moment(Moment, MomentKind),
    Epoch(Span, Moment),
    /// An attribute value in DynamoDB JSON, as the content of a JSON string.
    Json {
        json: Span,
        /// The cell that it was made from.
        cell: Span,
        size: Size,
    },
}

/// The size of a list, an array or an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// The number of its elements or members.
    pub length: usize,
    /// The number of bytes that the escapes add to its attribute value.
    pub escapes: usize,
}
