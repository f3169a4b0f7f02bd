//! The content of a file to mend.

use std::io::{self, Write};

use super::encoder::Encoder;
use super::records::Record;
use crate::follow::report::Report;

/// Rows that are named one by one.
const NAMED: usize = 10;

/// What is in a file to mend, and what is not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows in the file, without the header.
    pub rows: u64,
    /// The first rows with their reasons.
    pub first: Vec<Reason>,
    /// Rows that are not in it.
    pub left_out: u64,
    /// The first of these.
    pub named: Vec<LeftOut>,
}

/// Why a row was rejected.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// The line of the file to mend where it starts.
    pub line: u64,
    /// The reason, with the columns to blame.
    pub text: String,
}

/// A row that the file of rejected rows does not hold whole.
#[derive(Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The line of the object where it starts.
    pub line: u64,
    /// The byte of the object's text where it starts.
    pub byte: u64,
    /// Its length in bytes of the text.
    pub length: u64,
    /// Why not.
    pub cause: Cause,
}

/// Why a row is not held whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is longer than the longest row, and only its beginning is kept.
    TooLong,
    /// It has bytes that are no text in the encoding of the object.
    NotText,
}

/// A file to mend that is being written.
pub struct FileToMend<'a, W> {
    out: W,
    encoder: Encoder,
    /// The numbers of rows that the object's dialect passes over.
    passed: &'a [u64],
    /// The number of the next row, and its line.
    next_row: u64,
    next_line: u64,
    written: Written,
}

impl<'a, W: Write> FileToMend<'a, W> {
    /// Writes the header of the object, in the row where the object has it.
    ///
    /// # Errors
    /// When it cannot be written.
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
            // Whatever is above the header is passed over.
            while file.next_row < report.header_row.unwrap_or(1) {
                file.line(b"")?;
            }
            // What was no text in it is U+FFFD, which not every encoding has.
            let readable = header.replace('\u{fffd}', "?");
            let header = encoder
                .encode(header.as_bytes())
                .or_else(|| encoder.encode(readable.as_bytes()));
            file.line(&header.unwrap_or_default())?;
        }
        Ok(file)
    }

    /// Adds a rejected row, when all of it is known.
    ///
    /// # Errors
    /// When it cannot be written.
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
    /// When it cannot be written.
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

    /// Writes a row that is encoded.
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
