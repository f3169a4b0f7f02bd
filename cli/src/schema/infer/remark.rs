//! Remarks about a proposal. They are printed beside it, since JSON has no comments.

use std::fmt;

/// A remark: what was seen, and what to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The column or property that the remark is about.
    pub about: String,
    /// The text of the remark.
    pub text: String,
}

impl Remark {
    /// A remark about a property of the descriptor.
    pub fn of_property(name: &str, text: impl Into<String>) -> Self {
        Self {
            about: name.to_owned(),
            text: text.into(),
        }
    }

    /// A remark about a column.
    pub fn of_column(name: &str, text: impl Into<String>) -> Self {
        Self {
            about: format!("column {}", quoted(name)),
            text: text.into(),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.text)
    }
}

/// The most characters of a cell or name that are shown.
const MAX_SHOWN: usize = 40;

/// A cell or a name in quotation marks, cut if it is long.
pub fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    let rest = if shown.len() < text.len() { "…" } else { "" };
    format!("{shown:?}{rest}")
}
