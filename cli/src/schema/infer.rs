//! A descriptor to start from, of a file that is there or of what another tool has written.
//!
//! Modules import from those above them in this list only.
//!
//! | where | what |
//! |---|---|
//! | [`remark`], [`declaration`] | remarks; the descriptor as it is written |
//! | [`input`], `encoding` | the file; its encoding |
//! | `division`, `layout` | its beginning, divided by a delimiter; its delimiter, comments and names |
//! | `missing`, `candidates` | words without a value; forms of cells |
//! | `same_number`, `column` | texts of one number; what a column's cells show |
//! | `context`, `choice`, `names` | what columns say about each other; the form and the name of a column |
//! | `missing_values` | texts without a value, declared |
//! | `survey`, `keys` | all rows, seen once; columns that make rows unique |
//! | `key`, `trial` | the key of the table; the proposal, tried on the file |
//! | [`proposal`] | all of it in one |
//! | [`foreign`] | descriptors of other tools |

mod candidates;
mod choice;
mod column;
mod context;
mod declaration;
mod division;
pub mod encoding;
pub mod foreign;
pub mod input;
mod key;
mod keys;
mod layout;
mod missing;
mod missing_values;
mod names;
pub mod proposal;
pub mod remark;
mod same_number;
mod survey;
#[cfg(test)]
mod tests;
mod trial;
