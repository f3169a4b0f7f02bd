//! A row, and the reasons that it may have no fields.

use message::Record;

use super::MAX_ROW_BYTES;
use super::position::Position;

/// One record of the file; the first is the header.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// Where it starts.
    pub position: Position,
    /// Its length in bytes, without the line end.
    pub length: u64,
    /// Its original text without the line end; only the beginning of it when it is too long.
    pub text: &'r [u8],
    /// Whether it is of several lines: a quoted field has line ends.
    pub has_line_ends: bool,
    /// Whether a line end ends it, and not the end of the stream; `false` for one that is too long.
    pub is_ended: bool,
    /// Its fields.
    pub record: Result<Record<'r>, Unreadable>,
}

/// A copy of a row that is rejected: what the report bucket keeps of it.
#[derive(Debug)]
pub struct RejectedRow {
    /// Where it starts.
    pub position: Position,
    /// Its length in bytes.
    pub length: u64,
    /// Its original text.
    pub text: Box<[u8]>,
}

impl RejectedRow {
    /// A copy of `row`.
    #[must_use]
    pub fn of(row: &Row<'_>) -> Self {
        Self {
            position: row.position,
            length: row.length,
            text: row.text.into(),
        }
    }
}

/// Why a row has no fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is longer than [`MAX_ROW_BYTES`], as a header than [`MAX_HEADER_BYTES`](super::MAX_HEADER_BYTES), and has no
    /// line end in it. It ends with the next line end.
    #[error("the row is {length} bytes long, the most is {most}; make it shorter; only its beginning is kept here")]
    TooLong {
        /// Its length in bytes.
        length: u64,
        /// The longest that it could be.
        most: usize,
    },
    /// A quoted field of it ends neither before the row is too long nor before the end of the file. The row is its first
    /// line alone.
    #[error(
        "a quoted field that begins in this line ends neither within {MAX_ROW_BYTES} bytes nor before the end of the \
         file; close it, or write a quote that is part of a quoted field twice; only this line is rejected for it"
    )]
    OpenQuote,
    /// A quote of it closes a field which goes on behind it. When that quote is not in the first line, the row is its first
    /// line alone: the quote closes what a stray quote in that line has opened.
    #[error(
        "a quote in this line, or one that closes what a quote in this line opens, is followed by something other than a \
         separator or the end of the line; put the whole field in quotes, and write a quote that is part of it twice"
    )]
    StrayQuote,
    /// Its end could not be read.
    #[error("the file breaks off in this row; see the report's `problem`")]
    CutOff,
}
