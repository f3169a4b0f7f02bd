//! The rules by which a file's text is divided into rows and cells.

use super::Delimiter;

/// The dialect of a file. The default is that of the built-in shape: a header in the first row, which decides the
/// delimiter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The delimiter. `None`: detected by the header, or the comma when there is no header.
    pub delimiter: Option<Delimiter>,
    /// The line of the header, counted from 1. The lines before it are skipped. When that line is blank or a comment,
    /// the next row is the header. `None`: there is no header, and the first row is data.
    pub header_row: Option<u64>,
    /// The text that begins a comment line. Comment lines are skipped, whatever quotes they have. Inside a quoted cell
    /// the text means nothing.
    pub comment: Option<String>,
    /// The numbers of the rows to skip, in ascending order. The count begins at 1 and includes all rows, blank lines,
    /// comments, the header, and each line before it. A row of several lines counts once.
    pub comment_rows: Vec<u64>,
    /// Whether spaces before a cell are dropped, even before its quote.
    pub skip_initial_space: bool,
    /// The columns that the file may have, which detect the delimiter. Empty: the columns of the built-in shape.
    pub columns: Vec<String>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: None,
            header_row: Some(1),
            comment: None,
            comment_rows: Vec::new(),
            skip_initial_space: false,
            columns: Vec::new(),
        }
    }
}

impl Dialect {
    /// The dialect for the text of a single row, such as a header that was read before. No part of it is skipped.
    #[must_use]
    pub fn of_single_row(&self) -> Self {
        Self {
            header_row: self.header_row.map(|_| 1),
            comment: None,
            comment_rows: Vec::new(),
            ..self.clone()
        }
    }

    /// Whether lines or rows may be skipped.
    pub(super) fn passes_lines(&self) -> bool {
        self.header_row.is_some_and(|row| row > 1) || self.comment.is_some() || !self.comment_rows.is_empty()
    }
}
