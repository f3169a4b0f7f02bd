//! Bytes that are not rows: byte order marks and empty lines before the header, and padding at the end of a file.

use super::{Delimiter, Rows, Undecided};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// ^Z, which CP/M and DOS put at the end of a text file.
const CTRL_Z: u8 = 0x1A;

impl Rows {
    /// Skips byte order marks and line ends at the very beginning, in however many pieces they come.
    pub(super) fn pass_marks(&mut self, input: &mut &[u8]) {
        while let (Some(seen), Some((first, rest))) = (self.mark, input.split_first()) {
            if seen == 0 && matches!(first, b'\r' | b'\n') {
                self.next.pass(&input[..1]);
            } else if *first != BYTE_ORDER_MARK[seen] {
                self.keep_mark();
                return;
            } else if seen + 1 < BYTE_ORDER_MARK.len() {
                self.mark = Some(seen + 1);
            } else {
                self.mark = Some(0);
                self.next.pass(BYTE_ORDER_MARK);
            }
            *input = rest;
        }
    }

    /// Reads as text the bytes that began like a byte order mark but are none.
    pub(super) fn keep_mark(&mut self) {
        let mut text = &BYTE_ORDER_MARK[..self.mark.take().unwrap_or_default()];
        while !text.is_empty() {
            self.read(&mut text);
        }
    }

    /// Whether a row that begins with `first` may be padding. NULs at the beginning of a file are not padding but the
    /// header: a file of nothing but NULs has lost its text.
    pub(super) fn may_be_padding(&self, first: u8) -> bool {
        first == CTRL_Z || first == 0 && self.has_begun
    }

    /// Holds back padding until other bytes follow. Returns `false` when all of `input` is held back.
    ///
    /// The first other byte is held too; it shows that the held bytes are text.
    pub(super) fn hold_back(&mut self, input: &mut &[u8]) -> bool {
        let room = self.most[0] - (self.held.len() - self.at);
        let padding = padding_at_beginning(&input[..input.len().min(room)]);
        let taken = input.len().min(padding + usize::from(padding < room));
        self.held.extend_from_slice(&input[..taken]);
        *input = &input[taken..];
        let is_undecided = taken == padding && padding < room;
        self.undecided = is_undecided.then_some(Undecided::Padding);
        !is_undecided
    }

    /// Whether the bytes that were read ahead are padding to their end. If so, they are held back until other bytes
    /// follow.
    ///
    /// A run of padding is scanned only once, however many lines it has.
    pub(super) fn is_padding_ahead(&mut self) -> bool {
        let rest = &self.held[self.at..];
        if !self.may_be_padding(rest[0]) || rest.len() >= self.most[0] {
            return false;
        }
        let seen = self.padding_end.saturating_sub(self.next.byte);
        let seen = usize::try_from(seen).map_or(rest.len(), |seen| seen.min(rest.len()));
        let padding = seen + padding_at_beginning(&rest[seen..]);
        self.padding_end = self.next.byte + padding as u64;
        let is_undecided = padding == rest.len();
        self.undecided = is_undecided.then_some(Undecided::Padding);
        // The reading that went ahead has not seen the bytes that will be held back.
        self.ahead = self.ahead && !is_undecided;
        is_undecided
    }

    /// Cuts padding off the last row, which has no line end.
    pub(super) fn cut_padding(&mut self) -> Cut {
        let row = &self.held[self.at..self.at + self.taken];
        let padding = row.iter().rev().take_while(|byte| is_padding(**byte)).count();
        if padding == 0 || !self.has_begun {
            return Cut::Nothing;
        }
        let text = &row[..row.len() - padding];
        if text.is_empty() {
            self.taken = 0;
            self.forget();
            return Cut::Everything;
        }
        // Inside a quoted field, padding is a part of the field.
        if !self.parser.read_again(text) {
            self.parser.read_again(row);
            return Cut::Nothing;
        }
        self.taken -= padding;
        self.held.truncate(self.at + self.taken);
        Cut::End
    }
}

/// The part of the last row that was padding.
pub(super) enum Cut {
    Nothing,
    /// The end; the rest is a complete row.
    End,
    Everything,
}

pub(super) fn is_padding(byte: u8) -> bool {
    matches!(byte, 0 | CTRL_Z)
}

fn padding_at_beginning(bytes: &[u8]) -> usize {
    let is_padding = |byte: &&u8| is_padding(**byte) || matches!(byte, b'\r' | b'\n');
    bytes.iter().take_while(is_padding).count()
}

/// Whether a line before the first row consists only of separators, including `delimiter`, and invisible characters.
pub(super) fn is_empty_line(row: &[u8], delimiter: Delimiter) -> bool {
    let delimiter = char::from(delimiter.byte());
    let is_empty = |c: char| matches!(c, ',' | ';') || c == delimiter || message::invisible::is_invisible(c);
    std::str::from_utf8(row).is_ok_and(|text| text.chars().all(is_empty))
}
