//! Cells that have no value.

use message::invisible::is_blank;

/// The texts of cells that have no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingValues {
    /// Whether a blank cell has no value, like an empty one.
    blank: bool,
    texts: Vec<String>,
}

impl MissingValues {
    pub fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let (blank, texts): (Vec<_>, Vec<_>) = texts.into_iter().partition(String::is_empty);
        Self {
            blank: !blank.is_empty(),
            texts,
        }
    }

    /// Whether a cell of this text has no value.
    #[inline]
    pub fn has(&self, text: &str) -> bool {
        self.has_cell(text, is_blank(text))
    }

    /// Whether a cell has no value. `is_blank` says whether its text is blank.
    #[inline]
    pub fn has_cell(&self, text: &str, is_blank: bool) -> bool {
        (self.blank && is_blank) || self.texts.iter().any(|missing| missing == text)
    }
}
