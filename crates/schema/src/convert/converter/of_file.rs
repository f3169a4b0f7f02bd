//! What a converter knows of its file, beside its rows.

use std::ops::RangeInclusive;

use message::Record;

use super::super::watched::Watch;
use super::Converter;

impl Converter {
    /// The number of fields of the header, or of the resource when there is none.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.width
    }

    /// The column of each field, where the file has one.
    #[must_use]
    pub fn places(&self) -> &[Option<usize>] {
        &self.columns.of_fields
    }

    /// Whether a row has each known column where the header has it, even when it has another number of cells: cells that
    /// are missing or too many at its end are empty, as long as no field needs them.
    #[must_use]
    pub fn fits(&self, record: Record<'_>) -> bool {
        let (found, width) = (record.len(), self.columns.width);
        let is_unnamed = !self.plan.has_header && self.plan.fields_match.allows_unknown();
        let known = if found < width {
            self.columns.least_width
        } else {
            self.columns.known_width
        };
        (is_unnamed && found > width) || record.fits(width, known)
    }

    /// What of the last row looks as if it did not mean what it says.
    #[must_use]
    pub fn watch<'w>(&'w self, record: Record<'w>) -> Watch<'w> {
        Watch {
            plan: &self.plan,
            watched: &self.watched,
            record: match &self.repaired {
                Some(_) => Record::new(&[], &[]),
                None => record,
            },
            values: &self.values,
            scratch: &self.scratch,
        }
    }

    /// Calls `look` with the cell of each field whose numbers have a decimal point, or each element of one that is a list, and
    /// its place among these fields.
    pub fn each_number_cell(&self, record: Record<'_>, mut look: impl FnMut(usize, &[u8])) {
        for (place, field) in self.watched.numbers.iter().enumerate() {
            let column = self.columns.of_fields.get(*field).copied().flatten();
            let cell = column.map_or(&b""[..], |column| record.cell(column));
            if !self.watched.number_lists.iter().any(|(list, ..)| *list == place) {
                look(place, cell);
            } else if let (Some(field), Ok(text)) = (self.plan.fields.get(*field), std::str::from_utf8(cell)) {
                for element in field.elements(text) {
                    look(place, element.as_bytes());
                }
            }
        }
    }

    /// Refuses numbers that may have a thousands separator in some of the fields that have a decimal point, by their places among
    /// them, unless the descriptor says how their numbers are written.
    pub fn distrust(&mut self, is_distrusted: impl Fn(usize) -> bool) {
        let numbers = self.watched.numbers.iter().enumerate();
        let distrusted = numbers.filter(|(place, field)| {
            let says_it = self
                .plan
                .fields
                .get(**field)
                .is_some_and(|field| field.declares_notation);
            !says_it && is_distrusted(*place)
        });
        self.distrusted = distrusted.map(|(_, field)| *field).collect();
    }

    /// Says which times are plausible, in seconds since 1970.
    pub fn expect_times(&mut self, seconds: &RangeInclusive<i64>) {
        self.watched.expect_times(seconds);
    }

    /// Whether a header might be taken for a row: no cell of it would be refused.
    #[must_use]
    pub fn may_take_header(&self) -> bool {
        self.watched.may_take_header
    }

    /// Whether a text is what only a field that is no text has: a time or, where no field has times, a number or a boolean.
    #[must_use]
    pub fn is_telling(&self, text: &str) -> bool {
        self.watched.is_telling(&self.plan, text)
    }
}
