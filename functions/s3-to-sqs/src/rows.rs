//! Bytes to CSV rows, in bounded memory, each with its position and its original text.
//!
//! `csv-core` does the parsing: quotes, embedded line ends, CRLF. This module makes a bad row findable and keeps it from
//! taking others with it:
//!
//! - Every row knows where it starts, and reading can go on behind it in another process: see [`Checkpoint`].
//! - The header decides which separator the fields have: see [`Delimiter`].
//! - A quote that is never closed would swallow the rest of the file. A row that grows too long, or meets the end of
//!   the file inside a quoted field, ends with its first line, and reading goes on with the next: see
//!   [`Unreadable::OpenQuote`]. So does one in which such a quote is closed by the quote that begins another field: see
//!   [`Unreadable::StrayQuote`].
//! - A [`Dialect`] may say more: the separator, where the header is, what is a comment, spaces to drop.
//! - Byte order marks and lines of separators before the header are passed over, and so is padding behind the last row:
//!   NULs and a final ^Z.
//!
//! So a row depends on nothing but the bytes from its start on.

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

/// The longest row. A message of SQS takes 1 MiB and an item of DynamoDB 400 KB, which even doubled by quoting stays
/// below this.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// The longest header. It goes along from invocation to invocation, in an event of at most 1 MB.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;
/// The bytes that are kept of the text of a longer row.
const KEPT_OF_LONG_ROW: usize = 1024;

/// Splits a stream of bytes into rows. Memory is bounded by [`MAX_ROW_BYTES`], not by the stream.
///
/// Time is linear in the stream, whatever its quotes. A row that ends with its first line because of an open quote has
/// been read ahead of, by up to [`MAX_ROW_BYTES`] bytes, and reading all of them again for each such row would be
/// quadratic. But at a line end, all readings that are still inside a record are in the same state: inside a quoted
/// field. So a later row that is open at the end of a line which was read ahead of meets the reading that went ahead,
/// and takes over from it (`ahead`). Or, when that one has met a stray quote, meets the same (`stray`). Every byte is
/// read a few times at most: by the one that goes ahead, line by line behind it, and again for the fields and the quotes of
/// a row that ends.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are about different things, and all of them can be together"
)]
pub struct Rows {
    dialect: Dialect,
    /// Whether the dialect passes over lines or rows.
    passes_lines: bool,
    parser: Parser,
    /// Whether the first row has been found: the header, if there is one.
    has_begun: bool,
    /// `None` before it is known.
    delimiter: Option<Delimiter>,
    /// The most bytes of this row, and of those after it.
    most: [usize; 2],
    /// The number of bytes of a byte order mark so far, before the header; `None` when something else has come.
    mark: Option<usize>,
    /// The place behind the last complete row, and blank lines.
    next: Checkpoint,
    start: Position,
    /// Bytes from the row on, or before; those behind the row were read ahead.
    held: Vec<u8>,
    /// The start of the row in `held`.
    at: usize,
    /// The number of bytes of `held` that are the row so far, with its line end.
    taken: usize,
    /// The number of further bytes of a row that is too long; or those of a line that is passed over.
    passed: u64,
    state: State,
    /// Whether the parser's detached reading has reached the end of `held`, inside a quoted field.
    ahead: bool,
    /// What the rest of `held` may be, as long as it is not known.
    undecided: Option<Undecided>,
    /// Whether the end of the stream is known.
    is_ending: bool,
    /// The byte of the text up to which padding was seen.
    padding_end: u64,
    /// Whether a row that is too long is nothing but padding so far.
    passing_padding: bool,
    /// The byte of the text where a stray quote was found: a row that is open at the end of a line before it has that
    /// quote, too.
    stray: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// Looking for the end of a row that is too long.
    Passing,
    /// Looking for the end of a line that the dialect passes over.
    PassingLine,
    Complete {
        line_end: bool,
        result: Result<(), Unreadable>,
    },
}

/// What bytes at the beginning of a row may be.
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

    /// Goes on behind a row, the header or a later one: the stream begins at `checkpoint.byte`.
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

    /// Consumes `input` up to the end of the next row, or beyond. `true` when that row is complete: then see
    /// [`Rows::row`]; `false` when all of `input` is consumed and more is needed.
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

    /// Ends the stream. `true` when there is a further row: then see [`Rows::row`], and call this again.
    pub fn finish(&mut self) -> bool {
        self.last_row(false)
    }

    /// Ends the stream as [`Rows::finish`] does, but in the middle: the last row, when it has no line end, is
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

    /// The place where reading goes on behind the last row that [`Rows::advance`] or [`Rows::finish`] has completed.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.next
    }

    /// The separator of the fields; known with the first row, the comma before.
    #[must_use]
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter.unwrap_or_default()
    }
}
