//! Bytes to CSV rows, in bounded memory, each with its position and its original text.
//!
//! `csv-core` does the parsing: quotes, embedded line ends and commas, CRLF, a UTF-8 byte order mark. What is added
//! here is the book-keeping that makes a bad row findable.

use csv_core::{ReadRecordResult, Reader};
use message::Record;

/// The longest row. A message of SQS takes 1 MiB and an item of DynamoDB 400 KB, which even doubled by quoting stays
/// below this.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// What is kept of the text of a longer row.
const KEPT_OF_LONG_ROW: usize = 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where a row starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line of the object, counted from 1; LF, CRLF and CR each end a line.
    pub line: u64,
    /// Byte of the object, counted from 0.
    pub byte: u64,
}

/// One record of the file; the first is the header.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// Where it starts.
    pub position: Position,
    /// Its length in bytes, without the line end.
    pub length: u64,
    /// Its original text without the line end; only the beginning of it when it is too long.
    pub text: &'r [u8],
    /// Its fields; `None` when it is longer than [`MAX_ROW_BYTES`].
    pub record: Option<Record<'r>>,
}

/// Splits a stream of bytes into rows. Memory is bounded by [`MAX_ROW_BYTES`], not by the stream.
pub struct Rows {
    parser: Reader,
    /// How many bytes of a byte order mark were there so far; `None` when that is decided.
    mark: Option<usize>,
    next: Cursor,
    start: Position,
    /// The row's text so far.
    text: Vec<u8>,
    length: u64,
    fields: Vec<u8>,
    fields_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    complete: bool,
    /// Whether the last byte read ended the row: the parser leaves the second half of CRLF for later.
    ended_by_line_end: bool,
}

/// The position behind all bytes read.
struct Cursor {
    position: Position,
    after_cr: bool,
}

impl Default for Rows {
    fn default() -> Self {
        let start = Position { line: 1, byte: 0 };
        Self {
            parser: Reader::new(),
            mark: Some(0),
            next: Cursor {
                position: start,
                after_cr: false,
            },
            start,
            text: Vec::new(),
            length: 0,
            fields: vec![0; 1024],
            fields_len: 0,
            ends: vec![0; 16],
            ends_len: 0,
            complete: false,
            ended_by_line_end: false,
        }
    }
}

impl Rows {
    /// Consumes `input` up to the end of the next row. `true` when that row is complete: then see [`Rows::row`];
    /// `false` when all of `input` is consumed and more is needed.
    pub fn advance(&mut self, input: &mut &[u8]) -> bool {
        self.pass_mark(input);
        while !input.is_empty() {
            if self.step(input) {
                return true;
            }
        }
        false
    }

    /// Ends the stream. `true` when that completes a row that had no line end.
    pub fn finish(&mut self) -> bool {
        if let Some(seen) = self.mark.take() {
            self.step(&mut &BYTE_ORDER_MARK[..seen]);
        }
        let begun = self.length > 0 && !self.complete;
        // Room for the end of the last field may be lacking, once.
        begun && (self.step(&mut &[][..]) || self.step(&mut &[][..]))
    }

    /// The row that [`Rows::advance`] or [`Rows::finish`] has completed.
    #[must_use]
    pub fn row(&self) -> Row<'_> {
        let too_long = self.is_too_long();
        let length = self.length - u64::from(self.ended_by_line_end);
        Row {
            position: self.start,
            length,
            text: usize::try_from(length)
                .ok()
                .and_then(|length| self.text.get(..length))
                .unwrap_or(&self.text),
            record: (!too_long).then(|| Record::new(&self.fields[..self.fields_len], &self.ends[..self.ends_len])),
        }
    }

    fn is_too_long(&self) -> bool {
        self.length > MAX_ROW_BYTES as u64
    }

    /// Passes over a byte order mark at the very beginning. The parser does so only when it gets the mark in one piece.
    fn pass_mark(&mut self, input: &mut &[u8]) {
        while let (Some(seen), Some((first, rest))) = (self.mark, input.split_first()) {
            if *first != BYTE_ORDER_MARK[seen] {
                self.mark = None;
                self.step(&mut &BYTE_ORDER_MARK[..seen]);
                return;
            }
            *input = rest;
            self.mark = (seen + 1 < BYTE_ORDER_MARK.len()).then_some(seen + 1);
            if self.mark.is_none() {
                self.next.position.byte = BYTE_ORDER_MARK.len() as u64;
            }
        }
    }

    fn step(&mut self, input: &mut &[u8]) -> bool {
        if self.complete {
            self.complete = false;
            (self.length, self.fields_len, self.ends_len) = (0, 0, 0);
            self.text.clear();
        }
        let fields = &mut self.fields[self.fields_len..];
        let (result, read, fields, ends) = self.parser.read_record(input, fields, &mut self.ends[self.ends_len..]);
        self.take(&input[..read]);
        *input = &input[read..];
        if self.is_too_long() {
            // Parsed to its end, to know where that is, but not kept.
            (self.fields_len, self.ends_len) = (0, 0);
        } else {
            self.fields_len += fields;
            self.ends_len += ends;
        }
        match result {
            ReadRecordResult::Record => (self.complete, self.ended_by_line_end) = (true, read > 0),
            ReadRecordResult::OutputFull if self.fields_len > 0 => self.fields.resize(self.fields.len() * 2, 0),
            ReadRecordResult::OutputEndsFull if self.ends_len > 0 => self.ends.resize(self.ends.len() * 2, 0),
            _ => {}
        }
        self.complete
    }

    /// Notes what the parser has read of the row.
    fn take(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        if self.length == 0 {
            // The rest of a line end, and blank lines, are before the row.
            let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.next.pass(&bytes[..blank]);
            bytes = &bytes[blank..];
            self.start = self.next.position;
        }
        self.next.pass(bytes);
        self.length += bytes.len() as u64;
        if self.is_too_long() {
            let room = KEPT_OF_LONG_ROW.saturating_sub(self.text.len());
            self.text.extend_from_slice(&bytes[..room.min(bytes.len())]);
            self.text.truncate(KEPT_OF_LONG_ROW);
            self.text.shrink_to(KEPT_OF_LONG_ROW);
        } else {
            self.text.extend_from_slice(bytes);
        }
    }
}

impl Cursor {
    fn pass(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let second_of_pair = self.after_cr && byte == b'\n';
            self.after_cr = byte == b'\r';
            self.position.line += u64::from(matches!(byte, b'\r' | b'\n') && !second_of_pair);
        }
        self.position.byte += bytes.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Parsed = (u64, u64, String);

    /// Reads `file` in pieces of `size` bytes: (line, byte, text) of each row.
    fn rows(file: &[u8], size: usize) -> Vec<Parsed> {
        each(file, size, |row| {
            let text = String::from_utf8_lossy(row.text).into_owned();
            (row.position.line, row.position.byte, text)
        })
    }

    /// The fields of each row.
    fn fields(file: &[u8], size: usize) -> Vec<Vec<String>> {
        each(file, size, |row| {
            let fields = row.record.unwrap().fields();
            fields
                .map(|field| String::from_utf8_lossy(field).into_owned())
                .collect()
        })
    }

    fn each<T>(file: &[u8], size: usize, look: impl Fn(Row<'_>) -> T) -> Vec<T> {
        let mut rows = Rows::default();
        let mut found = Vec::new();
        for mut input in file.chunks(size) {
            while rows.advance(&mut input) {
                found.push(look(rows.row()));
            }
        }
        while rows.finish() {
            found.push(look(rows.row()));
        }
        found
    }

    fn row(line: u64, byte: u64, text: &str) -> Parsed {
        (line, byte, text.into())
    }

    #[test]
    fn rows_know_their_place_and_text() {
        let file = b"\xef\xbb\xbfa,b\r\n\r\n\"x\r\ny\",\"p\"\"q\"\r\n1,2\n\n\n3,4\r5,6";
        let expected = [
            row(1, 3, "a,b"),
            row(3, 10, "\"x\r\ny\",\"p\"\"q\""),
            row(5, 25, "1,2"),
            row(8, 31, "3,4"),
            row(9, 35, "5,6"),
        ];
        for size in 1..file.len() {
            assert_eq!(rows(file, size), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn a_file_without_rows_has_none() {
        for file in ["", "\n", "\r\n\r\n", "\u{feff}"] {
            assert_eq!(rows(file.as_bytes(), 16), [], "{file:?}");
        }
        assert_eq!(rows(b"\xef\xbb", 1), [row(1, 0, "\u{fffd}")], "half a mark is text");
    }

    #[test]
    fn a_row_too_long_is_passed_over_in_bounded_memory() {
        let mut parser = Rows::default();
        let long = vec![b'x'; 64 * 1024];
        let pieces = 20 * MAX_ROW_BYTES / long.len();
        assert!(!parser.advance(&mut &b"a,b"[..]));
        for _ in 0..pieces {
            assert!(!parser.advance(&mut &long[..]));
            let held = parser.text.capacity() + parser.fields.capacity() + parser.ends.capacity() * size_of::<usize>();
            assert!(held < 4 * MAX_ROW_BYTES, "{held}");
        }
        let mut rest = &b"\n1,2\n"[..];
        assert!(parser.advance(&mut rest));
        let row = parser.row();
        assert!(row.record.is_none());
        assert_eq!((row.position.line, row.text.len()), (1, KEPT_OF_LONG_ROW));
        assert!(parser.advance(&mut rest));
        assert_eq!(parser.row().text, b"1,2");
        assert_eq!(parser.row().position.line, 2);
        assert!(parser.row().record.is_some());
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(file in "[a\",\r\n]{0,60}", size in 1..9_usize) {
            prop_assert_eq!(rows(file.as_bytes(), size), rows(file.as_bytes(), 1000));
        }

        /// The fields are those that the `csv` crate reads. The third kind of field makes rows outgrow the first buffers.
        #[test]
        fn fields_are_what_the_csv_crate_reads(
            pieces in proptest::collection::vec(prop_oneof!["[a\",\r\n]{0,9}", Just("x,".repeat(20)), "y{600}"], 0..9),
            size in 1..2000_usize,
        ) {
            let file = pieces.concat();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_bytes());
            let expected: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            prop_assert_eq!(fields(file.as_bytes(), size), expected);
        }

        /// The texts are at their positions, and between them there is nothing but line ends.
        #[test]
        fn no_byte_is_lost(file in "[a\",\r\n]{0,60}", size in 1..9_usize) {
            let mut end = 0;
            for (_, byte, text) in rows(file.as_bytes(), size) {
                let start = usize::try_from(byte).unwrap();
                prop_assert!(file[end..start].bytes().all(|byte| matches!(byte, b'\r' | b'\n')));
                prop_assert_eq!(&file[start..start + text.len()], text.as_str());
                end = start + text.len();
            }
            prop_assert!(file[end..].bytes().all(|byte| matches!(byte, b'\r' | b'\n')));
        }
    }
}
