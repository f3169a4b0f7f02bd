//! The positions of rows, and the places where reading continues.

use memchr::{memchr2, memchr2_iter};
use serde::{Deserialize, Serialize};

/// The start of a row. Both numbers count in the text, which is the object decompressed and decoded to UTF-8. They
/// count in the object itself when it is neither compressed nor in another encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line of the text, counted from 1. LF, CRLF and CR each end a line.
    pub line: u64,
    /// The byte of the text, counted from 0.
    pub byte: u64,
}

/// The place after a row, where reading continues.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The first unread byte of the text, counted from 0.
    pub byte: u64,
    /// The line of that byte, counted from 1.
    pub line: u64,
    /// Whether the byte before it is a CR. If so, an LF there is the second half of a line end.
    pub after_cr: bool,
    /// The number of line ends inside rows so far, by which line numbers exceed row numbers. Counted only when the
    /// dialect skips rows by their numbers.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub inner_line_ends: u64,
}

impl Checkpoint {
    /// The beginning of the text.
    pub const START: Self = Self {
        byte: 0,
        line: 1,
        after_cr: false,
        inner_line_ends: 0,
    };

    /// The position of the checkpoint.
    #[must_use]
    pub fn position(self) -> Position {
        Position {
            line: self.line,
            byte: self.byte,
        }
    }

    /// Moves past a line that is not empty and whose last byte is its only line end. That is never the second half of one, as an
    /// LF without bytes before it may be.
    pub(super) fn pass_plain_line(&mut self, line: &[u8]) {
        self.line += 1;
        self.byte += line.len() as u64;
        self.after_cr = line.last() == Some(&b'\r');
    }

    /// Moves past `bytes`.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        // The index at which an LF would be the second half of a line end.
        let mut half = self.after_cr.then_some(0);
        for at in memchr2_iter(b'\r', b'\n', bytes) {
            let cr = bytes[at] == b'\r';
            self.line += u64::from(cr || half != Some(at));
            half = cr.then_some(at + 1);
        }
        self.byte += bytes.len() as u64;
        self.after_cr = match bytes.last() {
            Some(last) => *last == b'\r',
            None => self.after_cr,
        };
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The number of line ends that `bytes` begin with.
pub(super) fn blank(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

/// The end of the first line of `bytes`.
pub(super) fn line_end(bytes: &[u8]) -> Option<usize> {
    memchr2(b'\r', b'\n', bytes)
}
