//! Splits bytes into CSV rows, in bounded memory, each with its position and its original text.
//!
//! `csv-core` parses rows with quotes; the module `parser` splits lines without them. Bad rows can be found, and do not affect
//! other rows:
//!
//! - Every row knows where it starts, and reading can continue after it in another process: see [`Checkpoint`].
//! - The header decides the delimiter: see [`Delimiter`].
//! - An unclosed quote would swallow the rest of the file. So a row that grows too long inside a quoted field, or meets
//!   the end of the file there, ends with its first line, and reading continues with the next line: see
//!   [`Unreadable::OpenQuote`]. The same happens when the unclosed quote is closed by the quote that was to begin
//!   another field: see [`Unreadable::StrayQuote`].
//! - A [`Dialect`] may declare the delimiter, the place of the header, comments, and spaces to drop.
//! - Byte order marks, and lines of nothing but separators, are skipped before the header. Padding (NULs and a final
//!   ^Z) is skipped after the last row.
//!
//! As a result, a row depends only on the bytes from its start on.

mod delimiter;
mod dialect;
mod ends;
mod padding;
mod parser;
mod passing;
mod position;
mod quotes;
mod reading;
mod row;
mod spaces;
#[cfg(test)]
mod tests;

pub use delimiter::Delimiter;
pub use dialect::Dialect;
use parser::Parser;
pub use position::{Checkpoint, Position};
pub use row::{RejectedRow, Row, Unreadable};

/// The most bytes of a row. An SQS message takes 1 MiB. A DynamoDB item takes 400 KB, which stays below this limit even
/// when quoting doubles it.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// The most bytes of a header. It travels from invocation to invocation in an event of at most 1 MB.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;
/// The number of bytes that are kept of the text of a row that is too long.
const KEPT_OF_LONG_ROW: usize = 1024;

/// Splits a stream of bytes into rows. Memory is bounded by [`MAX_ROW_BYTES`], not by the stream.
///
/// Time is linear in the stream, whatever its quotes:
///
/// - A row that ends with its first line because of an open quote was read ahead by up to [`MAX_ROW_BYTES`]. Reading
///   those bytes again for each such row would be quadratic.
/// - At a line end, all readings that are still inside a record are in the same state: inside a quoted field. So when a
///   later row is still open at the end of a line that was read ahead, it is in the state of the reading that went
///   ahead, and continues where that one stopped (`ahead`).
/// - If the reading that went ahead met a stray quote, the later row meets the same one (`stray`).
///
/// Every byte is read a few times at most: once ahead, once line by line, and again for the fields and the quotes of a
/// row that ends.
#[expect(clippy::struct_excessive_bools, reason = "each is independent of the others")]
pub struct Rows {
    dialect: Dialect,
    /// Whether the dialect skips lines or rows.
    passes_lines: bool,
    parser: Parser,
    /// Whether the first row has been found, which is the header if there is one.
    has_begun: bool,
    /// Whether a line before the header was skipped that is not blank.
    has_skipped: bool,
    /// The delimiter; `None` until known.
    delimiter: Option<Delimiter>,
    /// The most bytes of the current row, and of the rows after it.
    most: [usize; 2],
    /// The number of bytes of a byte order mark read so far, before the header; `None` once other bytes have come.
    mark: Option<usize>,
    /// The place after the last complete row and the blank lines that follow it.
    next: Checkpoint,
    start: Position,
    /// The bytes held in memory: from the current row or earlier on. Those after the row were read ahead.
    held: Vec<u8>,
    /// The start of the current row in `held`.
    at: usize,
    /// The number of bytes of `held` that belong to the current row so far, with its line end.
    taken: usize,
    /// The number of bytes, no longer held, of a row that is too long; or the number of bytes of a line that is
    /// skipped.
    passed: u64,
    state: State,
    /// Whether the parser's detached reading has reached the end of `held`, inside a quoted field.
    ahead: bool,
    /// What the rest of `held` may be, while that is not decided.
    undecided: Option<Undecided>,
    /// Whether the end of the stream is known.
    is_ending: bool,
    /// The byte of the text up to which padding was seen.
    padding_end: u64,
    /// Whether a row that is too long consists only of padding so far.
    passing_padding: bool,
    /// The byte of the text where a stray quote was found. A row that starts before it and is open at the end of its
    /// first line has that quote, too.
    stray: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// Looks for the end of a row that is too long.
    Passing,
    /// Looks for the end of a line that the dialect skips.
    PassingLine,
    Complete {
        line_end: bool,
        result: Result<(), Unreadable>,
    },
}

/// What the bytes at the beginning of a row may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undecided {
    /// Padding at the end of the file.
    Padding,
    /// The beginning of a comment.
    Comment,
}

impl Default for Rows {
    fn default() -> Self {
        Self::new(Dialect::default())
    }
}

impl Rows {
    /// The rows of a stream from its beginning on.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        let (delimiter, most_of_first) = match dialect.header_row {
            Some(_) => (dialect.delimiter, MAX_HEADER_BYTES),
            None => (Some(dialect.delimiter.unwrap_or_default()), MAX_ROW_BYTES),
        };
        Self {
            passes_lines: dialect.passes_lines(),
            parser: Parser::new(delimiter.unwrap_or_default(), dialect.skip_initial_space),
            dialect,
            has_begun: false,
            has_skipped: false,
            delimiter,
            most: [most_of_first, MAX_ROW_BYTES],
            mark: Some(0),
            next: Checkpoint::START,
            start: Checkpoint::START.position(),
            held: Vec::new(),
            at: 0,
            taken: 0,
            passed: 0,
            state: State::Reading,
            ahead: false,
            undecided: None,
            is_ending: false,
            padding_end: 0,
            passing_padding: false,
            stray: 0,
        }
    }

    /// The rows after an earlier row, which may be the header. The stream begins at `checkpoint.byte`.
    #[must_use]
    pub fn resume(dialect: Dialect, delimiter: Delimiter, checkpoint: Checkpoint) -> Self {
        Self {
            has_begun: true,
            most: [MAX_ROW_BYTES; 2],
            mark: None,
            next: checkpoint,
            start: checkpoint.position(),
            ..Self::new(Dialect {
                delimiter: Some(delimiter),
                ..dialect
            })
        }
    }

    /// Consumes `input` up to the end of the next row, or further. Returns `true` when the row is complete: then call
    /// [`Rows::row`]. Returns `false` when all of `input` is consumed and more is needed.
    pub fn advance(&mut self, input: &mut &[u8]) -> bool {
        while self.next_row(input) {
            if !(self.passes_lines && self.is_comment_row()) {
                return true;
            }
        }
        false
    }

    fn next_row(&mut self, input: &mut &[u8]) -> bool {
        self.leave();
        if self.mark.is_some() {
            self.pass_marks(input);
        }
        loop {
            if let Some(undecided) = self.undecided {
                let is_decided = match undecided {
                    Undecided::Padding => self.hold_back(input),
                    Undecided::Comment => self.decide_comment(input),
                };
                if !is_decided {
                    return false;
                }
            } else if self.has_more() {
                if self.read_held() {
                    return true;
                }
            } else if input.is_empty() {
                return false;
            } else if self.read(input) {
                return true;
            }
        }
    }

    /// Ends the stream. Returns `true` when there is another row: then call [`Rows::row`], and call this again.
    pub fn finish(&mut self) -> bool {
        self.last_row(false)
    }

    /// Ends a stream that broke off. Like [`Rows::finish`], except that a last row without a line end is
    /// [`Unreadable::CutOff`].
    pub fn cut_off(&mut self) -> bool {
        self.last_row(true)
    }

    fn last_row(&mut self, cut_off: bool) -> bool {
        while self.end(cut_off) {
            if !(self.passes_lines && self.is_comment_row()) {
                return true;
            }
        }
        false
    }

    /// The row that [`Rows::advance`] or [`Rows::finish`] has completed.
    #[must_use]
    pub fn row(&self) -> Row<'_> {
        let (line_end, result) = match self.state {
            State::Complete { line_end, result } => (line_end, result),
            State::Reading | State::Passing | State::PassingLine => (false, Err(Unreadable::CutOff)),
        };
        let text = &self.held[self.at..self.at + self.taken - usize::from(line_end)];
        Row {
            position: self.start,
            length: text.len() as u64 + self.passed,
            text,
            has_line_ends: self.next.line > self.start.line + u64::from(line_end),
            is_ended: line_end,
            record: result.map(|()| self.parser.record()),
        }
    }

    /// The place where reading continues after the last completed row.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.next
    }

    /// The line that should have the header of a stream that ends before its header, unless the stream is blank.
    #[must_use]
    pub fn unreached_header(&self) -> Option<u64> {
        self.dialect.header_row.filter(|_| !self.has_begun && self.has_skipped)
    }

    /// The delimiter of the fields. The comma until the first row reveals it.
    #[must_use]
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter.unwrap_or_default()
    }
}
