//! Column names in the form in which they are compared.

use message::column_name;

/// A name in lower case, without white space and quotes around it.
pub(crate) fn folded(name: &str) -> String {
    column_name(name.as_bytes()).to_lowercase()
}
