//! The fields of a row.

use std::cmp::Ordering;
use std::ops::Range;

use crate::invisible;

/// The fields of one CSV record, unquoted, in the layout of `csv_core`: the bytes of all fields one after the other, and the
/// end of each field.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    bytes: &'r [u8],
    ends: &'r [usize],
}

impl<'r> Record<'r> {
    /// A record of the fields `bytes[..ends[0]]`, `bytes[ends[0]..ends[1]]`, and so on.
    #[must_use]
    pub fn new(bytes: &'r [u8], ends: &'r [usize]) -> Self {
        Self { bytes, ends }
    }

    /// The number of fields.
    #[must_use]
    pub fn len(self) -> usize {
        self.ends.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of all fields.
    #[must_use]
    pub fn bytes(self) -> &'r [u8] {
        self.bytes
    }

    /// The end of each field in [`bytes`](Self::bytes).
    #[must_use]
    pub fn ends(self) -> &'r [usize] {
        self.ends
    }

    /// The fields, in their order.
    #[must_use]
    pub fn fields(self) -> impl ExactSizeIterator<Item = &'r [u8]> {
        (0..self.ends.len()).map(move |index| self.cell(index))
    }

    /// The bytes of a field; empty when the record does not have the field.
    #[must_use]
    #[inline]
    pub fn cell(self, index: usize) -> &'r [u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.bytes.get(start.unwrap_or_default()..end).unwrap_or_default()
    }

    /// All fields as one text, if each is UTF-8. One check of all bytes is cheaper than one for each field, unless most fields
    /// are unused.
    #[must_use]
    #[inline]
    pub fn text(self) -> Option<&'r str> {
        let end = self.ends.last().copied().unwrap_or_default();
        let text = std::str::from_utf8(self.bytes.get(..end)?).ok()?;
        self.ends.iter().all(|end| text.is_char_boundary(*end)).then_some(text)
    }

    /// Whether all fields are empty or have only [invisible](crate::invisible) characters, as in a line of separators.
    #[must_use]
    pub fn is_blank(self) -> bool {
        self.fields().all(is_blank)
    }

    /// Whether a row has each known column where a header of `width` fields has it, even with another number of fields. `known`
    /// is the number of fields up to the last known column. Spreadsheets and scripts leave out cells at the end of a row, or add
    /// empty ones. In a row with too many fields, all fields after the last known column must be empty: otherwise a separator in
    /// a text may have shifted them.
    #[must_use]
    pub fn fits(self, width: usize, known: usize) -> bool {
        match self.len().cmp(&width) {
            Ordering::Equal => true,
            Ordering::Less => self.len() >= known,
            Ordering::Greater => self.fields().skip(known).all(is_blank),
        }
    }

    pub(super) fn field(self, index: usize) -> &'r [u8] {
        &self.bytes[self.range(index)]
    }

    /// The place of a field in [`bytes`](Self::bytes).
    pub(super) fn range(self, index: usize) -> Range<usize> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        start..self.ends[index]
    }
}

/// Whether a field begins with white space and a quote, which is then a part of the text.
#[must_use]
pub fn begins_with_space_and_quote(field: &[u8]) -> bool {
    String::from_utf8_lossy(field)
        .trim_start_matches(invisible::is_invisible)
        .starts_with('"')
}

/// Whether a field is empty or has only invisible characters.
fn is_blank(field: &[u8]) -> bool {
    std::str::from_utf8(field).is_ok_and(invisible::is_blank)
}
