//! Converts the rows of a file to the bodies of messages. Pure: no calls, no clock.
//!
//! | module | what |
//! |---|---|
//! | `record` | the cells of a row as text |
//! | [`columns`] | which column belongs to which field |
//! | `reading` | from the cells of a row to the values of its fields |
//! | [`header_error`] | why no row can be converted |
//! | [`converter`] | the rows of one file, one after the other |
//! | [`watched`] | the parts of a row that are valid but may be suspicious |
//! | `merge` | the body of an update |
//! | `item_size` | the size of an item, as DynamoDB counts it |

pub(crate) mod columns;
pub(crate) mod converter;
pub(crate) mod header_error;
pub(crate) mod item_size;
mod merge;
mod reading;
mod record;
pub(crate) mod watched;
