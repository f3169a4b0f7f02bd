//! Skips the lines and rows that the dialect leaves out: everything before the header, and comments.

use super::position::line_end;
use super::{Rows, State, Undecided};

/// What begins where a row may begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Row,
    /// A line to skip.
    Line,
    /// The bytes so far may be the beginning of a comment.
    Unknown,
}

impl Rows {
    /// Skips the part of a skipped line that is in `input`. Returns `false` when a row begins there.
    pub(super) fn pass_line(&mut self, input: &mut &[u8]) -> bool {
        match self.beginning(input) {
            Beginning::Row => false,
            Beginning::Line => {
                self.state = State::PassingLine;
                self.pass_line_on(input);
                true
            }
            Beginning::Unknown => {
                self.held.extend_from_slice(input);
                *input = &[];
                self.undecided = Some(Undecided::Comment);
                true
            }
        }
    }

    /// Like [`Rows::pass_line`], in the bytes that were read ahead.
    pub(super) fn pass_line_ahead(&mut self) -> bool {
        let rest = &self.held[self.at..];
        match self.beginning(rest) {
            Beginning::Row => return false,
            Beginning::Unknown => self.undecided = Some(Undecided::Comment),
            Beginning::Line => {
                let line_end = line_end(rest);
                self.has_skipped |= self.skips_text(&rest[..line_end.unwrap_or(rest.len())]);
                if let Some(line_end) = line_end {
                    self.next.pass(&rest[..=line_end]);
                    self.at += line_end + 1;
                    if !self.has_more() {
                        self.forget();
                    }
                } else {
                    self.passed = rest.len() as u64;
                    self.state = State::PassingLine;
                    self.forget();
                }
            }
        }
        true
    }

    /// Looks for the end of a skipped line.
    pub(super) fn pass_line_on(&mut self, input: &mut &[u8]) {
        let end = line_end(input);
        let (line, rest) = input.split_at(end.unwrap_or(input.len()));
        self.has_skipped |= self.skips_text(line);
        self.passed += line.len() as u64;
        let (line_end, rest) = rest.split_at(usize::from(end.is_some()));
        *input = rest;
        if end.is_some() {
            self.end_passed_line(line_end);
        }
    }

    /// Whether a part of a skipped line is before the line of the header, and has more than separators and spaces.
    fn skips_text(&self, part: &[u8]) -> bool {
        let separator = self.delimiter().byte();
        let is_blank = |byte: &u8| *byte == separator || matches!(byte, b',' | b';' | b'\t' | b' ');
        !self.has_begun && self.dialect.header_row.is_some_and(|row| self.next.line < row) && !part.iter().all(is_blank)
    }

    /// Ends a skipped line. Until then, the checkpoint stays before the line.
    pub(super) fn end_passed_line(&mut self, line_end: &[u8]) {
        // The passed bytes contain no line end, so only the byte count grows.
        self.next.byte += self.passed;
        self.next.after_cr = false;
        self.next.pass(line_end);
        self.passed = 0;
        self.state = State::Reading;
    }

    /// Takes bytes of `input` until it is known whether they begin a comment. Returns `false` when all are taken.
    pub(super) fn decide_comment(&mut self, input: &mut &[u8]) -> bool {
        while self.beginning(&self.held[self.at..]) == Beginning::Unknown {
            let Some((first, rest)) = input.split_first() else {
                return false;
            };
            self.held.push(*first);
            *input = rest;
        }
        self.undecided = None;
        true
    }

    /// Whether the complete row is to be skipped, by its number.
    pub(super) fn is_comment_row(&mut self) -> bool {
        if self.dialect.comment_rows.is_empty() {
            return false;
        }
        let number = self.start.line - self.next.inner_line_ends;
        self.next.inner_line_ends += (self.next.line - self.start.line).saturating_sub(1);
        self.dialect.comment_rows.binary_search(&number).is_ok()
    }

    fn beginning(&self, rest: &[u8]) -> Beginning {
        let line = self.next.line;
        let is_before = |row| line < row;
        if !self.has_begun
            && (self.dialect.header_row.is_some_and(is_before)
                || self.dialect.comment_rows.binary_search(&line).is_ok())
        {
            return Beginning::Line;
        }
        let Some(comment) = self.dialect.comment.as_deref().map(str::as_bytes) else {
            return Beginning::Row;
        };
        if rest.starts_with(comment) {
            Beginning::Line
        } else if comment.starts_with(rest) && !self.is_ending {
            Beginning::Unknown
        } else {
            Beginning::Row
        }
    }
}
