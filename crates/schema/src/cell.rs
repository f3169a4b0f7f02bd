//! Cells: from their text to a value, by the type that their field has. No allocation but for texts that grow the scratch.
//!
//! | where | what |
//! |---|---|
//! | [`ascii`] | digits and signs, collected |
//! | [`number`], [`decimal`] | numbers in their notation; their values |
//! | [`moment`], [`iso`], [`directives`], [`written`], [`epoch`], [`zone`] | times, their forms when read and written, local times |
//! | [`document`] | JSON in a cell |
//! | [`missing`] | cells that have no value |
//! | [`list`] | lists and sets |
//! | [`reader`] | a type and how its cells are read |
//! | [`value`] | the value of a cell |
//! | [`limits`] | constraints |

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
pub(crate) mod problem;
pub(crate) mod reader;
pub(crate) mod span;
pub(crate) mod value;
pub(crate) mod written;
pub(crate) mod zone;
