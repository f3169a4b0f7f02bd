//! The records of a file of rejected rows, read from its bytes as they arrive. Memory is bounded by the longest record.

use csv_core::{ReadRecordResult, Reader};
use s3_to_sqs::reports::rejects::COLUMNS;

use super::error::RejectedError;

/// The initial room for the text of a record, in bytes.
const ROOM: usize = 4096;

/// A rejected row.
#[derive(Debug)]
pub struct Record<'a> {
    /// The line of the object where the row starts.
    pub line: u64,
    /// The byte of the object's text where the row starts.
    pub byte: u64,
    /// The row's length in the object's text, in bytes. It is greater than that of `row` if the row was too long to be kept.
    pub length: u64,
    /// The columns at fault, separated by `; `; empty when the row as a whole is.
    pub columns: &'a [u8],
    /// Why the row was rejected.
    pub reason: &'a [u8],
    /// The row as it stands, in UTF-8 or with the invalid bytes of the object.
    pub row: &'a [u8],
}

/// A reader of records.
pub struct Records {
    reader: Reader,
    text: Vec<u8>,
    text_end: usize,
    /// The end of each field in `text`.
    ends: Vec<usize>,
    fields: usize,
    has_header: bool,
}

impl Default for Records {
    fn default() -> Self {
        Self {
            reader: Reader::new(),
            text: vec![0; ROOM],
            text_end: 0,
            ends: vec![0; COLUMNS.len() + 1],
            fields: 0,
            has_header: false,
        }
    }
}

impl Records {
    /// Reads the next bytes of the file at `url`, and passes each record that ends in them to `each`.
    ///
    /// # Errors
    /// When it is no file of rejected rows; the errors of `each`.
    pub fn read(
        &mut self,
        bytes: &[u8],
        url: &str,
        each: impl FnMut(Record<'_>) -> Result<(), RejectedError>,
    ) -> Result<(), RejectedError> {
        // The CSV reader takes an empty input for the end of the file.
        if bytes.is_empty() {
            return Ok(());
        }
        self.advance(bytes, url, each)
    }

    /// Ends the file, and passes a last record without a line end to `each`.
    ///
    /// # Errors
    /// When it is no file of rejected rows; the errors of `each`.
    pub fn finish(
        mut self,
        url: &str,
        each: impl FnMut(Record<'_>) -> Result<(), RejectedError>,
    ) -> Result<(), RejectedError> {
        self.advance(&[], url, each)?;
        if self.has_header {
            Ok(())
        } else {
            Err(RejectedError::NotRejected(url.to_owned()))
        }
    }

    fn advance(
        &mut self,
        mut bytes: &[u8],
        url: &str,
        mut each: impl FnMut(Record<'_>) -> Result<(), RejectedError>,
    ) -> Result<(), RejectedError> {
        let is_end = bytes.is_empty();
        while is_end || !bytes.is_empty() {
            let (text, ends) = (&mut self.text[self.text_end..], &mut self.ends[self.fields..]);
            let (result, read, written, ended) = self.reader.read_record(bytes, text, ends);
            bytes = &bytes[read..];
            self.text_end += written;
            self.fields += ended;
            match result {
                ReadRecordResult::OutputFull => self.text.resize(2 * self.text.len(), 0),
                ReadRecordResult::OutputEndsFull => return Err(RejectedError::NotRejected(url.to_owned())),
                ReadRecordResult::Record => {
                    let is_header = !self.has_header;
                    let record = self.record(is_header);
                    let record = record.ok_or_else(|| RejectedError::NotRejected(url.to_owned()))?;
                    if !is_header {
                        each(record)?;
                    }
                    (self.has_header, self.text_end, self.fields) = (true, 0, 0);
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End => break,
            }
        }
        Ok(())
    }

    /// The record that was read; `None` when it is malformed. Of a header, only the names are checked.
    fn record(&self, is_header: bool) -> Option<Record<'_>> {
        if self.fields != COLUMNS.len() {
            return None;
        }
        let field = |index: usize| {
            let start = if index == 0 { 0 } else { self.ends[index - 1] };
            &self.text[start..self.ends[index]]
        };
        if is_header && (0..COLUMNS.len()).any(|index| field(index) != COLUMNS[index].as_bytes()) {
            return None;
        }
        let number = |index: usize| match std::str::from_utf8(field(index)) {
            Ok(text) => text.parse().ok(),
            Err(_) => None,
        };
        let [line, byte, length] = if is_header {
            [0; 3]
        } else {
            [number(0)?, number(1)?, number(2)?]
        };
        Some(Record {
            line,
            byte,
            length,
            columns: field(3),
            reason: field(4),
            row: field(5),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = Vec<(u64, u64, u64, Vec<u8>)>;

    /// The records of a file that arrives in pieces of `piece` bytes.
    fn found(file: &[u8], piece: usize) -> Result<Found, RejectedError> {
        let mut found = Vec::new();
        let mut records = Records::default();
        let mut push = |record: Record<'_>| {
            found.push((record.line, record.byte, record.length, record.row.to_vec()));
            Ok(())
        };
        for bytes in file.chunks(piece) {
            records.read(bytes, "s3://r/a", &mut push)?;
        }
        records.finish("s3://r/a", &mut push)?;
        Ok(found)
    }

    #[test]
    fn rows_are_the_same_bytes_however_the_file_comes() {
        let long = "x".repeat(3 * ROOM);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS).unwrap();
        let rows: [&[u8]; 4] = [b"a,\"b\nc\",\xe9", b"", long.as_bytes(), b"\"\r"];
        for (line, row) in (2_u64..).zip(rows) {
            let numbers = [line, 10 * line, row.len() as u64].map(|number| number.to_string());
            let fields = numbers.iter().map(String::as_bytes);
            writer
                .write_record(fields.chain([&b"a; b"[..], b"why, so", row]))
                .unwrap();
        }
        let file = writer.into_inner().unwrap();
        for piece in [1, 7, 4096, file.len()] {
            let found = found(&file, piece).unwrap();
            let texts: Vec<_> = found.iter().map(|(.., row)| row.as_slice()).collect();
            assert_eq!(texts, rows, "{piece}");
            assert_eq!((found[0].0, found[0].1, found[0].2), (2, 20, 9));
        }
    }

    #[test]
    fn what_is_no_file_of_rejected_rows_is_refused() {
        for file in [
            &b""[..],
            b"a,b\n1,2\n",
            b"line,byte,length,column,reason,row\n1,2,3\n",
            b"line,byte,length,column,reason,row\nx,2,3,,,\n",
        ] {
            let refused = found(file, 3);
            assert!(matches!(refused, Err(RejectedError::NotRejected(_))), "{refused:?}");
        }
    }
}
