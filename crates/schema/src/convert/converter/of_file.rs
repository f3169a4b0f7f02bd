//! What a converter knows about its file as a whole.

use std::ops::RangeInclusive;

use message::invisible::is_blank;
use message::{Record, WidthOf};

use super::super::watched::Watch;
use super::Converter;
use crate::cell::reader::Reader;
use crate::cell::value::Value;

impl Converter {
    /// The number of columns: the cells of the header or, without one, the fields of the resource.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.width
    }

    /// What has this number of columns.
    #[must_use]
    pub fn width_of(&self) -> WidthOf {
        if self.plan.has_header {
            WidthOf::Header
        } else {
            WidthOf::Schema
        }
    }

    /// The column of each field, where the file has one.
    #[must_use]
    pub fn places(&self) -> &[Option<usize>] {
        &self.columns.of_fields
    }

    /// Whether each known column of a row is where the header has it. At its end, a row may lack cells that no field needs, or
    /// have additional cells that are empty.
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

    /// The last row, to check whether it looks suspicious.
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

    /// Calls `look` for each field whose numbers have a decimal point, with the index among these fields and the cell; for a
    /// list, with each element instead; for a field with `"bareNumber": false`, with the number in the cell.
    pub fn each_number_cell(&self, record: Record<'_>, mut look: impl FnMut(usize, &[u8])) {
        for (place, field) in self.watched.numbers.iter().enumerate() {
            let column = self.columns.of_fields.get(*field).copied().flatten();
            let cell = column.map_or(&b""[..], |column| record.cell(column));
            let Some(field) = self.plan.fields.get(*field) else {
                continue;
            };
            let text = || std::str::from_utf8(cell);
            match &field.reader {
                Reader::List { .. } => {
                    for element in text().into_iter().flat_map(|text| field.elements(text)) {
                        look(place, element.as_bytes());
                    }
                }
                Reader::Number(notation) if !notation.bare => {
                    look(place, text().map_or(cell, |text| notation.number_in(text).as_bytes()));
                }
                _ => look(place, cell),
            }
        }
    }

    /// Makes the converter refuse numbers that may have a thousands separator. `is_distrusted` chooses the fields by their
    /// index among those whose numbers have a decimal point. Fields whose notation the descriptor declares are exempt.
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

    /// Sets the times that are plausible, in seconds since 1970.
    pub fn expect_times(&mut self, seconds: &RangeInclusive<i64>) {
        self.watched.expect_times(seconds);
    }

    /// Whether the last row might be a later header, because every cell may be a name or is missing.
    #[must_use]
    pub fn may_be_header(&self, record: Record<'_>) -> bool {
        let lacks_value = |(field, column): &(usize, usize)| match self.values.get(*field) {
            None | Some(Value::Missing) => true,
            // The value may be the default.
            Some(_) => {
                let has_default = self.plan.default_spans.get(*field).is_some_and(Option::is_some);
                has_default && std::str::from_utf8(record.cell(*column)).is_ok_and(is_blank)
            }
        };
        let lacking = self.watched.lacking_in_header.as_deref();
        lacking.is_some_and(|fields| fields.iter().all(lacks_value))
    }

    /// Whether the file has fields whose values show that a text is part of a row. They are its times or, if it has none, its
    /// numbers and booleans.
    #[must_use]
    pub fn has_telling_fields(&self) -> bool {
        self.watched.has_telling_fields()
    }

    /// Whether a text is a value of one of the fields that [`has_telling_fields`](Self::has_telling_fields) means.
    #[must_use]
    pub fn is_telling(&self, text: &str) -> bool {
        self.watched.is_telling(&self.plan, text)
    }
}
