//! `csv-core` with the room that it needs for one record.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use message::Record;

use super::spaces::Spaces;
use super::{Delimiter, MAX_ROW_BYTES};

/// The most room for the bytes of the fields of a row, and for their ends: one each for every byte of the row and its
/// line end, and one because the reader stops when there is no more room.
const MOST_ROOM: usize = MAX_ROW_BYTES + 2;

/// Parses records, one after the other.
pub(super) struct Parser {
    reading: Reading,
    /// Stands by, or is somewhere else in the text: see [`Parser::detach`]. (A copy of a reader does not work: its
    /// tables are not copied.)
    other: Reading,
    fields: Vec<u8>,
    fields_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    /// Whether `reading` has seen the record's beginning, so that its fields are known.
    whole: bool,
}

/// A place in the text, and what is known there of the record.
struct Reading {
    reader: Reader,
    /// Finds the spaces that are dropped, if any are.
    spaces: Option<Spaces>,
}

impl Parser {
    /// A parser for this separator, which `skips_spaces` before cells or does not.
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
        }
    }

    /// Makes room for the next record, when one is complete.
    pub(super) fn begin(&mut self) {
        (self.fields_len, self.ends_len, self.whole) = (0, 0, true);
    }

    /// Reads on in a record: how many bytes, and whether the last of them ended it.
    pub(super) fn read(&mut self, input: &[u8]) -> (usize, bool) {
        if self.reading.spaces.is_some() {
            self.read_without_spaces(input)
        } else {
            self.read_all(input)
        }
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

    /// Reads a line end that is not in the text. It ends the record, unless that is inside a quoted field, and there it
    /// changes nothing but the field.
    pub(super) fn end(&mut self) -> bool {
        self.read(b"\n").1
    }

    /// Leaves the record and begins another one, somewhere else.
    pub(super) fn detach(&mut self) {
        self.begin();
        std::mem::swap(&mut self.reading, &mut self.other);
        self.reading.restart();
    }

    /// Goes on where it was left. The record may have begun somewhere else, so that its fields are not known: see
    /// [`Parser::read_again`].
    pub(super) fn attach(&mut self) {
        (self.fields_len, self.ends_len, self.whole) = (0, 0, false);
        std::mem::swap(&mut self.reading, &mut self.other);
    }

    /// Whether the fields of the record are known.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Reads a record for its fields, and ends it. `false` when its end is inside a quoted field.
    pub(super) fn read_again(&mut self, record: &[u8]) -> bool {
        self.begin();
        self.reading.restart();
        self.read(record).1 || self.end()
    }

    /// The fields.
    pub(super) fn record(&self) -> Record<'_> {
        Record::new(&self.fields[..self.fields_len], &self.ends[..self.ends_len])
    }

    /// The room taken, in bytes.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.fields.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

impl Reading {
    fn new(delimiter: u8, skips_spaces: bool) -> Self {
        let mut reading = Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            spaces: skips_spaces.then(|| Spaces::new(delimiter)),
        };
        reading.restart();
        reading
    }

    /// Goes to the beginning of a record, but not of a text: there the reader would pass over a byte order mark. The line end
    /// tells it so, and is blank.
    fn restart(&mut self) {
        self.reader.reset();
        self.reader.read_record(b"\n", &mut [0], &mut [0]);
        if let Some(spaces) = &mut self.spaces {
            spaces.restart();
        }
    }
}

fn grow<T: Clone + Default>(room: &mut Vec<T>) {
    let len = (room.len() * 2).min(MOST_ROOM);
    room.reserve_exact(len - room.len());
    room.resize(len, T::default());
}
