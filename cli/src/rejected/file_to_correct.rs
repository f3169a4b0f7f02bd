//! The content of a file to correct.

use std::io::{self, Write};

use super::encoder::Encoder;
use super::records::Record;
use crate::follow::report::Report;

/// The most rows that are named one by one.
const NAMED: usize = 10;

/// The rows that a file to correct holds, and those that it does not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The number of rows in the file, without the header.
    pub rows: u64,
    /// The first rows with their reasons.
    pub first: Vec<Reason>,
    /// The number of rows that are left out of the file.
    pub left_out: u64,
    /// The first rows that are left out.
    pub named: Vec<LeftOut>,
}

/// Why a row was rejected.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// The line of the file to correct where the row starts.
    pub line: u64,
    /// The reason, with the columns at fault.
    pub text: String,
}

/// A row that the file of rejected rows does not hold whole.
#[derive(Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The line of the object where the row starts.
    pub line: u64,
    /// The byte of the object's text where the row starts.
    pub byte: u64,
    /// The row's length in the object's text, in bytes.
    pub length: u64,
    /// Why the row is left out.
    pub cause: Cause,
}

/// Why a row is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The row is too long to be kept: the file of rejected rows has only its beginning.
    TooLong,
    /// The row has bytes that are no text in the encoding of the object.
    NotText,
}

/// A file to correct that is being written.
pub struct FileToCorrect<'a, W> {
    out: W,
    encoder: Encoder,
    /// The numbers of the rows that the object's dialect skips.
    passed: &'a [u64],
    /// The number of the next row.
    next_row: u64,
    /// The line of the next row.
    next_line: u64,
    written: Written,
}

impl<'a, W: Write> FileToCorrect<'a, W> {
    /// Begins a file with the header of the object, in the same line as in the object.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin(out: W, report: &'a Report, encoder: Encoder) -> io::Result<Self> {
        let mut file = Self {
            out,
            encoder,
            passed: &report.comment_rows,
            next_row: 1,
            next_line: 1,
            written: Written::default(),
        };
        file.out.write_all(encoder.mark(report.byte_order_mark))?;
        if let Some(header) = &report.header {
            file.next_line += line_ends(header.as_bytes());
            // Lines above the header are skipped by the dialect, so blank lines can stand for them.
            let first = report.header_row.unwrap_or(1);
            while file.next_row < first || file.passed.binary_search(&file.next_row).is_ok() {
                file.line(b"")?;
            }
            // Invalid bytes of the header are U+FFFD in the report, which not every encoding has.
            let readable = header.replace('\u{fffd}', "?");
            let header = encoder
                .encode(header.as_bytes())
                .or_else(|| encoder.encode(readable.as_bytes()));
            file.line(&header.unwrap_or_default())?;
        }
        Ok(file)
    }

    /// Adds a rejected row, or notes that it is left out since its bytes are not all known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, record: &Record<'_>) -> io::Result<()> {
        let is_whole = record.length <= record.row.len() as u64;
        let encoder = self.encoder;
        let Some(row) = encoder.encode(record.row).filter(|_| is_whole) else {
            let cause = if is_whole { Cause::NotText } else { Cause::TooLong };
            self.leave_out(record, cause);
            return Ok(());
        };
        while self.passed.binary_search(&self.next_row).is_ok() {
            self.line(b"")?;
        }
        if self.written.first.len() < NAMED {
            self.written.first.push(Reason {
                line: self.next_line,
                text: String::from_utf8_lossy(record.reason).into_owned(),
            });
        }
        self.written.rows += 1;
        self.next_line += line_ends(record.row);
        self.line(&row)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end(mut self) -> io::Result<Written> {
        self.out.flush()?;
        Ok(self.written)
    }

    fn leave_out(&mut self, record: &Record<'_>, cause: Cause) {
        let Record { line, byte, length, .. } = *record;
        self.written.left_out += 1;
        if self.written.named.len() < NAMED {
            self.written.named.push(LeftOut {
                line,
                byte,
                length,
                cause,
            });
        }
    }

    /// Writes an encoded row and ends its line.
    fn line(&mut self, row: &[u8]) -> io::Result<()> {
        self.next_row += 1;
        self.next_line += 1;
        self.out.write_all(row)?;
        self.out.write_all(&self.encoder.encode(b"\n").unwrap_or_default())
    }
}

/// The number of line ends in a row: within quoted cells, since a row is kept without its own.
fn line_ends(row: &[u8]) -> u64 {
    row.split(|byte| *byte == b'\n').skip(1).count() as u64
}
