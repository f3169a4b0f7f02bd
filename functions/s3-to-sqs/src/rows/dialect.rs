//! How the text of a kind of file is divided into rows and cells.

use super::Delimiter;

/// The dialect of a file. The default is that of the built-in shape: a header in the first row, which decides the separator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The separator of cells; `None`: detected by the header, or the comma when there is none.
    pub delimiter: Option<Delimiter>,
    /// The line that has the header, counted from 1: what is before it is passed over, line by line. When that line is blank
    /// or a comment, the next row is the header. `None`: there is no header, the first row is one of data.
    pub header_row: Option<u64>,
    /// What lines begin with that are passed over, whatever quotes they have; within a quoted cell it means nothing.
    pub comment: Option<String>,
    /// The numbers of rows that are passed over, in ascending order. Rows are counted from 1, and with them blank lines,
    /// comments, the header, and each line up to it; a row of several lines counts once.
    pub comment_rows: Vec<u64>,
    /// Whether spaces before a cell are dropped, also before its quote.
    pub skip_initial_space: bool,
    /// The columns that the file may have, by which the separator is detected; empty: those of the built-in shape.
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
    /// The dialect for the text of a single row, such as a header that was read before: no part of it is passed over.
    #[must_use]
    pub fn of_single_row(&self) -> Self {
        Self {
            header_row: self.header_row.map(|_| 1),
            comment: None,
            comment_rows: Vec::new(),
            ..self.clone()
        }
    }

    /// Whether lines or rows may be passed over.
    pub(super) fn passes_lines(&self) -> bool {
        self.header_row.is_some_and(|row| row > 1) || self.comment.is_some() || !self.comment_rows.is_empty()
    }
}
