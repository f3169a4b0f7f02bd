//! Names of columns, as they are compared.

use message::column_name;

/// A name without letter case, and without white space and quotes around it.
pub(crate) fn folded(name: &str) -> String {
    column_name(name.as_bytes()).to_lowercase()
}
