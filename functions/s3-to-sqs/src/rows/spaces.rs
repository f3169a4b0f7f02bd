//! Finds the spaces before cells, which a dialect may drop.

/// The place of a reading in its record, for finding spaces before cells.
#[derive(Clone, Copy)]
enum Place {
    CellStart,
    Cell,
    Quoted,
    /// After a quote in a quoted cell. The quote ends the quoted part, or is the first half of a doubled quote.
    Quote,
}

/// Finds the spaces before cells in a record that comes piece by piece. `csv-core` does not reveal its state, so this
/// follows the quotes as `csv-core` does.
pub(super) struct Spaces {
    delimiter: u8,
    place: Place,
}

impl Spaces {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            place: Place::CellStart,
        }
    }

    /// Begins a record.
    pub(super) fn restart(&mut self) {
        self.place = Place::CellStart;
    }

    /// The number of bytes of `input` before the next spaces to drop, or before the end of the record; and the number
    /// of those spaces.
    pub(super) fn next(&mut self, input: &[u8]) -> (usize, usize) {
        for (at, byte) in input.iter().enumerate() {
            self.place = match (self.place, *byte) {
                (Place::CellStart, b' ') => return (at, count(&input[at..])),
                (Place::Quoted, b'"') => Place::Quote,
                (Place::Quoted, _) | (Place::CellStart | Place::Quote, b'"') => Place::Quoted,
                (_, b'\r' | b'\n') => {
                    self.place = Place::CellStart;
                    return (at + 1, 0);
                }
                (_, byte) if byte == self.delimiter => Place::CellStart,
                _ => Place::Cell,
            };
        }
        (input.len(), 0)
    }
}

/// The number of spaces that `bytes` begin with.
pub(super) fn count(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b' ').count()
}
