//! The value of a cell.

use super::moment::{Moment, MomentKind};
use super::span::Span;

/// The value of a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    Missing,
    Text(Span),
    /// A number, as JSON writes it.
    Number(Span),
    Bool(bool),
    Moment(Moment, MomentKind),
    Epoch(Span, Moment),
    /// An attribute value in DynamoDB JSON, as the content of a JSON string.
    Json {
        json: Span,
        /// The cell that it was made of.
        cell: Span,
        size: Size,
    },
}

/// How large a list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Its elements.
    pub length: usize,
    /// The bytes of its attribute value that are there only because it stands in a JSON string.
    pub escapes: usize,
}
