//! Tells cheaply that most rows are no headers, by the first two bytes of their cells.

use message::Record;

/// The first two bytes of names, in either letter case: for each first byte the set of second bytes, by their lower five
/// bits. Any name may follow white space, a quote or what is not ASCII, so all second bytes are in their sets.
#[derive(Debug)]
pub(super) struct Prefixes(Box<[u32; 256]>);

impl Default for Prefixes {
    fn default() -> Self {
        let mut seconds = Box::new([0; 256]);
        for byte in (0..=u8::MAX).filter(|byte| !is_plain(*byte)) {
            seconds[usize::from(byte)] = u32::MAX;
        }
        Self(seconds)
    }
}

impl Prefixes {
    /// The prefixes of names that are in lower case, without white space and quotes around them.
    pub fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut prefixes = Self::default();
        for name in names {
            if let [first, rest @ ..] = name.as_bytes() {
                for first in [*first, first.to_ascii_uppercase()] {
                    prefixes.0[usize::from(first)] |= second_of(rest);
                }
            }
        }
        prefixes
    }

    /// Whether a record may have more than `most` names, or nothing but names and blank cells.
    pub fn may_be_of(&self, record: Record<'_>, most: usize) -> bool {
        let (bytes, mut start) = (record.bytes(), 0);
        let (mut names, mut others) = (0, 0);
        for &end in record.ends() {
            if let Some([first, rest @ ..]) = bytes.get(start..end) {
                if self.may_begin_name(*first, rest) {
                    names += 1;
                } else {
                    others += 1;
                }
            }
            start = end;
        }
        names > most || others == 0
    }

    #[inline]
    fn may_begin_name(&self, first: u8, rest: &[u8]) -> bool {
        let seconds = self.0[usize::from(first)];
        seconds != 0 && (seconds & second_of(rest) != 0 || rest.first().is_some_and(|second| !is_plain(*second)))
    }
}

/// The set of the first of these bytes. A letter has the same lower five bits in both cases.
#[inline]
fn second_of(rest: &[u8]) -> u32 {
    1 << (rest.first().map_or(0, |second| second % 32))
}

/// Whether a byte at the beginning of a cell is the same, but for its case, in the name.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"'
}

#[cfg(test)]
mod tests {
    use message::column_name;
    use proptest::prelude::*;

    use super::*;

    fn may_be_of(names: &[&str], cells: &[&str], most: usize) -> bool {
        let mut ends = Vec::new();
        let mut end = 0;
        for cell in cells {
            end += cell.len();
            ends.push(end);
        }
        let prefixes = Prefixes::of(names.iter().copied());
        prefixes.may_be_of(Record::new(cells.concat().as_bytes(), &ends), most)
    }

    #[test]
    fn rows_are_told_from_headers() {
        let names = ["id", "street", "city", "n"];
        for (cells, may_be) in [
            (&["k1", "Elm St", "Rome", "4.39"][..], false),
            (&["x", "STREET", "City", "y", "n"], true),
            (&["x", "street", "city", "y", ""], false),
            (&["id", "", "city"], true),
            (&["", "", "", "", "x"], false),
            (&["n", "7"], false),
        ] {
            assert_eq!(may_be_of(&names, cells, 2), may_be, "{cells:?}");
        }
    }

    proptest! {
        /// No name is missed, whatever its case and what is around it.
        #[test]
        fn every_name_may_be_one(
            name in "[a-zA-Z0-9 _\"\\[İKéß\u{a0}-]{1,4}",
            around in prop_oneof![Just(""), Just(" "), Just("\""), Just(" \""), Just("\u{a0}"), Just("\u{feff}")],
        ) {
            let folded = column_name(name.as_bytes()).to_lowercase();
            let after: String = around.chars().rev().collect();
            for cell in [name.clone(), name.to_uppercase(), name.to_lowercase(), folded.to_uppercase()] {
                let cell = format!("{around}{cell}{after}");
                if !folded.is_empty() && column_name(cell.as_bytes()).to_lowercase() == folded {
                    prop_assert!(may_be_of(&[&folded], &[&cell, "7"], 0), "{cell:?}");
                }
            }
        }
    }
}
