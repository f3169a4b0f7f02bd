//! A row, and the reasons that it may have no fields.

use message::Record;

use super::MAX_ROW_BYTES;
use super::position::Position;

/// One record of the file. The first one is the header, if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// Where it starts.
    pub position: Position,
    /// Its length in bytes, without the line end.
    pub length: u64,
    /// Its original text, without the line end. Only its beginning when it is too long.
    pub text: &'r [u8],
    /// Whether it spans several lines, because a quoted field has line ends. For a row that is
    /// [too long](Unreadable::TooLong) and has one line, whether a line end follows it.
    pub has_line_ends: bool,
    /// Whether a line end ends it, rather than the end of the stream. `false` for a row that is too long.
    pub is_ended: bool,
    /// Its fields.
    pub record: Result<Record<'r>, Unreadable>,
}

/// A copy of a rejected row, as the report bucket keeps it.
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
    /// It is longer than [`MAX_ROW_BYTES`], or as a header than [`MAX_HEADER_BYTES`](super::MAX_HEADER_BYTES), and has
    /// no line end within that length. It ends with the next line end.
    #[error("the row is {length} bytes long, the most is {most}; make it shorter; only its beginning is kept here")]
    TooLong {
        /// Its length in bytes.
        length: u64,
        /// The longest that it could be.
        most: usize,
    },
    /// A quoted field of it ends neither before the row is too long nor before the end of the file. Only its first line
    /// becomes the row.
    #[error(
        "a quoted field that begins in this line ends neither within {MAX_ROW_BYTES} bytes nor before the end of the \
         file; close it, or write a quote that is part of a quoted field twice; only this line is rejected for it"
    )]
    OpenQuote,
    /// A quote of it closes a field that continues after the quote. When that quote is not in the first line, only the
    /// first line becomes the row: the quote closes a field that a stray quote in that line opened.
    #[error(
        "a quote in this line, or one that closes what a quote in this line opens, is followed by something other than a \
         separator or the end of the line; put the whole field in quotes, and write a quote that is part of it twice"
    )]
    StrayQuote,
    /// The object breaks off in it.
    #[error("the file breaks off in this row; see the report's `problem`")]
    CutOff,
}
