//! The proposal of a descriptor, from a file or from a descriptor of another tool.
//!
//! A module imports only from modules above it in this list.
//!
//! | where | what |
//! |---|---|
//! | [`remark`], [`declaration`] | remarks; the descriptor as it is written |
//! | [`input`], `encoding` | the file; its encoding |
//! | `division`, `layout` | the beginning of the file, divided by a delimiter; its delimiter, comments and names |
//! | `missing`, `candidates` | words for a missing value; possible forms of cells |
//! | `same_number`, `column` | different texts of one number; facts about the cells of a column |
//! | `context`, `choice`, `names` | facts about other columns; the choice of a column's form; its name |
//! | `missing_values` | the declaration of texts for a missing value |
//! | `survey`, `keys` | the one pass over all rows; columns that make rows unique |
//! | `key`, `trial` | the key of the table; the trial of the proposal on the file |
//! | [`proposal`] | the whole proposal |
//! | [`foreign`] | the conversion of descriptors of other tools |

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
