//! Reads cells: turns their text into values by the type of their field. Allocates little: texts that must be rewritten go
//! into a scratch buffer.
//!
//! | module | what |
//! |---|---|
//! | [`ascii`] | ASCII digits and signs on their way into a text |
//! | [`number`] | numbers in their notation |
//! | [`moment`], [`iso`], [`directives`], [`written`], [`epoch`], [`zone`] | times, the forms in which they are read and written, time zones |
//! | [`document`] | JSON in a cell |
//! | [`missing`] | cells that have no value |
//! | [`list`] | lists and sets |
//! | [`reader`] | a type, and how its cells are read |
//! | [`value`], [`span`] | the value of a cell, and where its text is |
//! | [`limits`], [`violation`] | constraints, and what can be wrong with a cell |

pub(crate) mod ascii;
pub(crate) mod directives;
pub(crate) mod document;
pub(crate) mod epoch;
pub(crate) mod iso;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod missing;
pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod reader;
pub(crate) mod span;
pub(crate) mod value;
pub(crate) mod violation;
pub(crate) mod written;
pub(crate) mod zone;
