//! Reads rows from their first byte to their end.

use super::delimiter::Delimiter;
use super::padding::is_empty_line;
use super::parser::Parser;
use super::position::{self, line_end};
use super::quotes::last_stray;
use super::{Rows, State, Undecided, Unreadable, spaces};

impl Rows {
    /// Leaves a complete row.
    pub(super) fn leave(&mut self) {
        if !matches!(self.state, State::Complete { .. }) {
            return;
        }
        self.state = State::Reading;
        self.parser.begin();
        self.at += self.taken;
        (self.taken, self.passed) = (0, 0);
        if !self.has_more() {
            self.forget();
        } else if self.at > self.held.len() / 2 {
            // Moves fewer bytes than were consumed since the last move.
            self.held.drain(..self.at);
            self.at = 0;
        }
    }

    /// Whether unread bytes of `held` follow the row read so far.
    pub(super) fn has_more(&self) -> bool {
        self.at + self.taken < self.held.len()
    }

    pub(super) fn forget(&mut self) {
        self.held.clear();
        self.at = 0;
        self.ahead = false;
    }

    /// Continues to read `input`, at most to the end of the row.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> bool {
        if self.state != State::Reading {
            return self.read_on(input);
        }
        if self.taken == 0 {
            let blank = self.blank(input);
            self.next.pass(&input[..blank]);
            *input = &input[blank..];
            let Some(first) = input.first() else {
                return false;
            };
            if self.may_be_padding(*first) {
                self.undecided = Some(Undecided::Padding);
                return false;
            }
            if self.passes_lines && self.pass_line(input) {
                return false;
            }
            self.start = self.next.position();
        }
        let room = self.most[0] + 1 - self.taken;
        let (read, ended) = self.parser.read(&input[..room.min(input.len())]);
        self.held.extend_from_slice(&input[..read]);
        *input = &input[read..];
        self.take(read, ended)
    }

    /// Continues in a row that is too long, or in a line to skip.
    #[cold]
    fn read_on(&mut self, input: &mut &[u8]) -> bool {
        if self.state == State::Passing {
            return self.pass_over(input);
        }
        self.pass_line_on(input);
        false
    }

    /// The number of blank bytes before a row: line ends, and spaces where those are dropped.
    pub(super) fn blank(&self, bytes: &[u8]) -> usize {
        let mut blank = position::blank(bytes);
        while self.dialect.skip_initial_space
            && let spaces = spaces::count(&bytes[blank..])
            && spaces > 0
        {
            blank += spaces + position::blank(&bytes[blank + spaces..]);
        }
        blank
    }

    /// Records that the parser has read `read` bytes, and whether the row `ended` there.
    pub(super) fn take(&mut self, read: usize, ended: bool) -> bool {
        self.taken += read;
        if ended {
            self.complete(true, Ok(()))
        } else if self.taken > self.most[0] {
            self.give_up()
        } else {
            false
        }
    }

    /// Completes the row, unless it is a header that must be read again with another delimiter. `with_line_end` says
    /// whether its line end was read.
    pub(super) fn complete(&mut self, with_line_end: bool, mut result: Result<(), Unreadable>) -> bool {
        let row = &self.held[self.at..self.at + self.taken];
        if !self.has_begun {
            if is_empty_line(row, self.delimiter()) {
                self.next.pass(row);
                self.at += self.taken;
                self.taken = 0;
                self.parser.begin();
                if !self.has_more() {
                    self.forget();
                }
                return false;
            }
            self.has_begun = true;
            if self.delimiter.is_none() {
                let delimiter = Delimiter::detect(row, &self.dialect);
                self.delimiter = Some(delimiter);
                if delimiter != Delimiter::COMMA {
                    self.parser = Parser::new(delimiter, self.dialect.skip_initial_space);
                    self.ahead = false;
                    self.taken = 0;
                    return false;
                }
            }
        }
        if result.is_ok()
            && !self.parser.is_plain_line()
            && let Some(stray) = last_stray(row, self.delimiter().byte(), self.dialect.skip_initial_space)
        {
            if let Some(line_end) = line_end(&row[..stray]) {
                self.stray = self.start.byte + stray as u64;
                return self.end_with_first_line(line_end, Unreadable::StrayQuote);
            }
            result = Err(Unreadable::StrayQuote);
        }
        if result.is_ok() && !self.parser.is_whole() {
            self.parser.read_again(row);
        }
        if self.parser.is_plain_line() {
            self.next.pass_plain_line(row);
        } else {
            self.next.pass(row);
        }
        self.most[0] = self.most[1];
        self.state = State::Complete {
            line_end: with_line_end,
            result,
        };
        true
    }
}
