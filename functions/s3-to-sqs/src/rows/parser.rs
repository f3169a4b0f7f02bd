//! `csv-core` with the room that it needs for one record.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use message::Record;

use super::MAX_ROW_BYTES;

/// The most room for the bytes of the fields of a row, and for their ends: one each for every byte of the row and its
/// line end, and one because the reader stops when there is no more room.
const MOST_ROOM: usize = MAX_ROW_BYTES + 2;

/// Parses records, one after the other.
pub(super) struct Parser {
    reader: Reader,
    /// Stands by, or is somewhere else in the text: see [`Parser::detach`]. (A copy of a reader does not work: its
    /// tables are not copied.)
    other: Reader,
    fields: Vec<u8>,
    fields_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    /// Whether `reader` has seen the record's beginning, so that its fields are known.
    whole: bool,
}

impl Parser {
    pub(super) fn new(delimiter: u8) -> Self {
        let reader = || {
            let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
            restart(&mut reader);
            reader
        };
        Self {
            reader: reader(),
            other: reader(),
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
        let mut read = 0;
        while read < input.len() {
            let (result, bytes, fields, ends) = self.reader.read_record(
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
        std::mem::swap(&mut self.reader, &mut self.other);
        restart(&mut self.reader);
    }

    /// Goes on where it was left. The record may have begun somewhere else, so that its fields are not known: see
    /// [`Parser::read_again`].
    pub(super) fn attach(&mut self) {
        (self.fields_len, self.ends_len, self.whole) = (0, 0, false);
        std::mem::swap(&mut self.reader, &mut self.other);
    }

    /// Whether the fields of the record are known.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Reads a record for its fields, and ends it. `false` when its end is inside a quoted field.
    pub(super) fn read_again(&mut self, record: &[u8]) -> bool {
        self.begin();
        restart(&mut self.reader);
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

/// Puts a reader at the beginning of a record, but not of a text: there it would pass over a byte order mark. The line
/// end tells it so, and is blank.
fn restart(reader: &mut Reader) {
    reader.reset();
    reader.read_record(b"\n", &mut [0], &mut [0]);
}

fn grow<T: Clone + Default>(room: &mut Vec<T>) {
    let len = (room.len() * 2).min(MOST_ROOM);
    room.reserve_exact(len - room.len());
    room.resize(len, T::default());
}
