//! Rows of a file to the bodies of messages. Pure: no calls, no clock.
//!
//! | where | what |
//! |---|---|
//! | `record` | the cells of a row as text |
//! | [`columns`] | which column belongs to which field |
//! | `reading` | the cells of a row to the values of its fields |
//! | [`header_error`] | why no row can be converted |
//! | [`converter`] | the rows of one file, one after the other |
//! | [`watched`] | what of a row may not mean what it says |
//! | `merge` | the body of an update |
//! | `item_size` | the size of an item that may be too large |

pub(crate) mod columns;
pub(crate) mod converter;
pub(crate) mod header_error;
pub(crate) mod item_size;
mod merge;
mod reading;
mod record;
pub(crate) mod watched;
