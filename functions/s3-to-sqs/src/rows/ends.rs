//! Rows that do not end properly: too long, or open at the end of the stream.

use super::padding::{Cut, is_padding};
use super::position::line_end;
use super::{KEPT_OF_LONG_ROW, Rows, State, Undecided, Unreadable};

impl Rows {
    /// Gives up a row that is too long and not at its end. All of `held` has been read by then, because no more than
    /// the longest row is ever read ahead, and the longest header is not longer.
    pub(super) fn give_up(&mut self) -> bool {
        let row = &self.held[self.at..self.at + self.taken];
        if let Some(line_end) = line_end(row) {
            self.ahead = true;
            return self.end_with_first_line(line_end, Unreadable::OpenQuote);
        }
        self.passing_padding = row.iter().all(|byte| is_padding(*byte));
        self.passed = self.taken.saturating_sub(KEPT_OF_LONG_ROW) as u64;
        self.held.drain(..self.at);
        self.held.truncate(KEPT_OF_LONG_ROW);
        self.held.shrink_to(KEPT_OF_LONG_ROW);
        (self.at, self.taken) = (0, self.held.len());
        self.parser.detach();
        self.state = State::Passing;
        false
    }

    /// Looks for the end of a row that is too long, ignoring its quotes.
    pub(super) fn pass_over(&mut self, input: &mut &[u8]) -> bool {
        let end = line_end(input);
        let (row, rest) = input.split_at(end.unwrap_or(input.len()));
        self.passed += row.len() as u64;
        self.passing_padding = self.passing_padding && row.iter().all(|byte| is_padding(*byte));
        let (line_end, rest) = rest.split_at(usize::from(end.is_some()));
        *input = rest;
        end.is_some() && self.complete_long(line_end)
    }

    fn complete_long(&mut self, line_end: &[u8]) -> bool {
        let length = self.held.len() as u64 + self.passed;
        let result = Err(Unreadable::TooLong {
            length,
            most: self.most[0],
        });
        // The row contains no line end, so only the byte count grows.
        self.next.byte += length;
        self.next.after_cr = false;
        self.next.pass(line_end);
        self.has_begun = true;
        self.delimiter.get_or_insert_default();
        self.most[0] = self.most[1];
        self.state = State::Complete {
            line_end: false,
            result,
        };
        true
    }

    /// Ends a row, which is open at the end of its first line, with that line. `line_end` is the end of the line in the
    /// row.
    pub(super) fn end_with_first_line(&mut self, line_end: usize, why: Unreadable) -> bool {
        self.parser.detach();
        self.taken = line_end + 1;
        self.complete(true, Err(why))
    }

    /// Continues to read in the bytes that were read ahead, at most to the end of the row.
    pub(super) fn read_held(&mut self) -> bool {
        if self.taken == 0 {
            let blank = self.blank(&self.held[self.at..]);
            self.next.pass(&self.held[self.at..self.at + blank]);
            self.at += blank;
            if !self.has_more() {
                self.forget();
                return false;
            }
            if self.is_padding_ahead() || self.passes_lines && self.pass_line_ahead() {
                return false;
            }
            self.start = self.next.position();
        }
        let rest = &self.held[self.at + self.taken..];
        let beside_stray = self.taken == 0 && self.start.byte < self.stray;
        if (self.ahead || beside_stray)
            && let Some(line_end) = line_end(rest)
        {
            let (read, ended) = self.parser.read(&rest[..=line_end]);
            if ended {
                return self.take(read, ended);
            }
            if beside_stray && self.start.byte + (line_end as u64) < self.stray {
                return self.end_with_first_line(line_end, Unreadable::StrayQuote);
            }
            if !self.ahead {
                return self.take(read, ended);
            }
            self.parser.attach();
            self.ahead = false;
            self.taken = self.held.len() - self.at;
            return false;
        }
        // There is no line end before the place of the detached reading. The two readings are in different states, so
        // the detached one is of no use.
        self.ahead = false;
        let room = self.most[0] + 1 - self.taken;
        let (read, ended) = self.parser.read(&rest[..room.min(rest.len())]);
        self.take(read, ended)
    }

    /// Ends the stream; `cut_off` says that the stream broke off.
    pub(super) fn end(&mut self, cut_off: bool) -> bool {
        self.is_ending = true;
        self.leave();
        self.keep_mark();
        if self.state == State::PassingLine {
            self.end_passed_line(&[]);
        }
        loop {
            while self.has_more() {
                if let Some(undecided) = self.undecided.take() {
                    if undecided == Undecided::Padding {
                        self.forget();
                    }
                } else if self.read_held() {
                    return true;
                }
            }
            if self.end_row(cut_off) {
                return true;
            }
            if !self.has_more() {
                return false;
            }
        }
    }

    /// Ends the row in which the stream ends.
    fn end_row(&mut self, cut_off: bool) -> bool {
        if self.taken == 0 {
            return false;
        }
        if self.state == State::Passing {
            if !self.passing_padding {
                return self.complete_long(&[]);
            }
            self.state = State::Reading;
            self.taken = 0;
            self.forget();
            return false;
        }
        if cut_off {
            return self.complete(false, Err(Unreadable::CutOff));
        }
        match self.cut_padding() {
            Cut::Nothing => {}
            Cut::End => return self.complete(false, Ok(())),
            Cut::Everything => return false,
        }
        if self.parser.end() {
            return self.complete(false, Ok(()));
        }
        match line_end(&self.held[self.at..]) {
            Some(line_end) => {
                self.ahead = true;
                self.end_with_first_line(line_end, Unreadable::OpenQuote)
            }
            None => self.complete(false, Err(Unreadable::OpenQuote)),
        }
    }
}
