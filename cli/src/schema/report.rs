//! The output of `messages schema check`.
//!
//! | where | what |
//! |---|---|
//! | [`descriptor`] | the content of a descriptor, and the commands that deploy it |
//! | [`file`] | the result of a check of a file |
//! | [`figures`] | the size, the price and the duration of a file's writes |

pub mod descriptor;
pub mod figures;
pub mod file;
