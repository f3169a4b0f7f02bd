//! A parser of records: `csv-core` with growing buffers, and a shortcut for lines without quotes.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter};
use message::Record;

use super::position::line_end;
use super::spaces::Spaces;
use super::{Delimiter, MAX_ROW_BYTES};

/// The most room for the fields of a row, and for their ends: one for every byte of the row and its line end, and one
/// more because the reader stops when the room is full.
const MAX_ROOM: usize = MAX_ROW_BYTES + 2;

/// Parses records, one after the other.
pub(super) struct Parser {
    reading: Reading,
    /// A second reading, idle or at another place in the text: see [`Parser::detach`]. (Cloning a reader does not work,
    /// because that does not copy its tables.)
    other: Reading,
    fields: Vec<u8>,
    fields_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    /// Whether `reading` has read the record from its beginning, so that its fields are known.
    whole: bool,
    /// Whether nothing has been read since the record was begun. Not kept up where spaces are dropped.
    at_beginning: bool,
    /// Whether the record was read as one line without quotes, with the first byte of its line end.
    is_plain: bool,
}

/// A place in the text, with the state of the record there.
struct Reading {
    reader: Reader,
    delimiter: u8,
    /// Finds the spaces to drop, if any are dropped.
    spaces: Option<Spaces>,
}

impl Parser {
    /// A parser for this delimiter. `skips_spaces` drops spaces before cells.
    pub(super) fn new(delimiter: Delimiter, skips_spaces: bool) -> Self {
        let reading = || Reading::new(delimiter.byte(), skips_spaces);
        Self {
            reading: reading(),
            other: reading(),
            fields: vec![0; 1024],
            fields_len: 0,
            ends: vec![0; 16],
            ends_len: 0,
            whole: true,
            at_beginning: true,
            is_plain: false,
        }
    }

    /// Frees the room for the next record, once one is complete.
    pub(super) fn begin(&mut self) {
        (self.fields_len, self.ends_len) = (0, 0);
        (self.whole, self.at_beginning, self.is_plain) = (true, true, false);
    }

    /// Continues to read a record. Returns the number of bytes read, and whether the last of them ended the record.
    pub(super) fn read(&mut self, input: &[u8]) -> (usize, bool) {
        if self.reading.spaces.is_some() {
            return self.read_without_spaces(input);
        }
        if self.at_beginning
            && let Some(read) = self.read_plain_line(input)
        {
            return (read, true);
        }
        self.at_beginning &= input.is_empty();
        self.read_all(input)
    }

    /// Reads a record that is one line without quotes, as most are: `docs/decisions/csv-core.md`. Returns its
    /// length with the first byte of its line end; `None` for any other record, and for a line that `input` does not end. The
    /// reader stays at the beginning of a record.
    fn read_plain_line(&mut self, input: &[u8]) -> Option<usize> {
        let length = line_end(input)?;
        let line = &input[..length];
        if line.is_empty() || memchr(b'"', line).is_some() {
            return None;
        }
        while self.fields.len() < length {
            grow(&mut self.fields);
        }
        let mut start = 0;
        for end in memchr_iter(self.reading.delimiter, line).chain([length]) {
            let field = &line[start..end];
            self.fields[self.fields_len..][..field.len()].copy_from_slice(field);
            self.fields_len += field.len();
            if self.ends_len == self.ends.len() {
                grow(&mut self.ends);
            }
            self.ends[self.ends_len] = self.fields_len;
            self.ends_len += 1;
            start = end + 1;
        }
        (self.at_beginning, self.is_plain) = (false, true);
        Some(length + 1)
    }

    fn read_without_spaces(&mut self, input: &[u8]) -> (usize, bool) {
        let mut read = 0;
        while read < input.len()
            && let Some(spaces) = &mut self.reading.spaces
        {
            let (length, dropped) = spaces.next(&input[read..]);
            let (bytes, ended) = self.read_all(&input[read..read + length]);
            read += bytes;
            if ended {
                return (read, true);
            }
            read += dropped;
        }
        (read, false)
    }

    #[inline]
    fn read_all(&mut self, input: &[u8]) -> (usize, bool) {
        let mut read = 0;
        while read < input.len() {
            let (result, bytes, fields, ends) = self.reading.reader.read_record(
                &input[read..],
                &mut self.fields[self.fields_len..],
                &mut self.ends[self.ends_len..],
            );
            read += bytes;
            if self.whole {
                self.fields_len += fields;
                self.ends_len += ends;
            }
            match result {
                ReadRecordResult::Record => return (read, true),
                ReadRecordResult::OutputFull if self.whole => grow(&mut self.fields),
                ReadRecordResult::OutputEndsFull if self.whole => grow(&mut self.ends),
                _ => {}
            }
        }
        (read, false)
    }

    /// Reads a line end that is not in the text. It ends the record. Inside a quoted field it does not, and only the
    /// field changes.
    pub(super) fn end(&mut self) -> bool {
        self.read(b"\n").1
    }

    /// Leaves the current record and begins another one at another place.
    pub(super) fn detach(&mut self) {
        self.begin();
        std::mem::swap(&mut self.reading, &mut self.other);
        self.reading.restart();
    }

    /// Returns to the record that [`Parser::detach`] left. The current record may have begun elsewhere, so its fields
    /// are not known: see [`Parser::read_again`].
    pub(super) fn attach(&mut self) {
        (self.fields_len, self.ends_len) = (0, 0);
        (self.whole, self.at_beginning, self.is_plain) = (false, false, false);
        std::mem::swap(&mut self.reading, &mut self.other);
    }

    /// Whether the fields of the record are known.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether the record was read as one line without quotes, with the first byte of its line end.
    pub(super) fn is_plain_line(&self) -> bool {
        self.is_plain
    }

    /// Reads a record again for its fields, and ends it. Returns `false` when its end is inside a quoted field.
    pub(super) fn read_again(&mut self, record: &[u8]) -> bool {
        self.begin();
        self.reading.restart();
        self.read(record).1 || self.end()
    }

    /// The fields.
    pub(super) fn record(&self) -> Record<'_> {
        Record::new(&self.fields[..self.fields_len], &self.ends[..self.ends_len])
    }

    /// The size of the buffers, in bytes.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.fields.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

impl Reading {
    fn new(delimiter: u8, skips_spaces: bool) -> Self {
        let mut reading = Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            spaces: skips_spaces.then(|| Spaces::new(delimiter)),
        };
        reading.restart();
        reading
    }

    /// Goes to the beginning of a record. The line end makes no record; it tells the reader that the text has begun,
    /// because at the beginning of a text the reader would skip a byte order mark.
    fn restart(&mut self) {
        self.reader.reset();
        self.reader.read_record(b"\n", &mut [0], &mut [0]);
        if let Some(spaces) = &mut self.spaces {
            spaces.restart();
        }
    }
}

fn grow<T: Clone + Default>(room: &mut Vec<T>) {
    let len = (room.len() * 2).min(MAX_ROOM);
    room.reserve_exact(len - room.len());
    room.resize(len, T::default());
}
