//! The parts of a row that are valid but may be suspicious, such as implausible times. Checking a row of plain cells costs
//! little.

use std::ops::RangeInclusive;

use jiff::civil::{Date, DateTime};
use message::Record;
use message::invisible::trim;

use super::columns::Columns;
use crate::cell::epoch;
use crate::cell::reader::Reader;
use crate::cell::span::{Buffers, Cell};
use crate::cell::value::Value;
use crate::descriptor::field::Field;
use crate::plan::Plan;

/// The fields and columns of a file that are checked for suspicious values.
#[derive(Debug)]
pub(crate) struct Watched {
    /// The columns of free text, each with its field.
    texts: Vec<(usize, usize)>,
    /// The columns without a field that are kept as texts.
    kept: Vec<usize>,
    /// The fields whose numbers have a decimal point, with or without a column.
    pub numbers: Vec<usize>,
    /// The lists among `numbers`: the index in `numbers`, the column, and the field.
    number_lists: Vec<(usize, usize, usize)>,
    /// The fields that are times, unless the descriptor says which values are plausible.
    times: Vec<usize>,
    plausible: Option<RangeInclusive<Date>>,
    /// The fields of the file whose values show that a text is part of a row.
    telling: Vec<usize>,
    /// The fields that must lack a value in a later header that might be taken for a row, because they accept no name; each
    /// with its column. `None` when no header might be.
    pub lacking_in_header: Option<Vec<(usize, usize)>>,
}

/// The row that was converted last, to check for suspicious values.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'w> {
    pub(crate) plan: &'w Plan,
    pub(crate) watched: &'w Watched,
    /// Has no cells when the bytes of the row were not all UTF-8.
    pub(crate) record: Record<'w>,
    pub(crate) values: &'w [Value],
    pub(crate) scratch: &'w str,
}

impl Watched {
    pub fn of(plan: &Plan, columns: &Columns) -> Self {
        let fields_where = |is_wanted: fn(&Field) -> bool| -> Vec<usize> {
            let fields = plan.fields.iter().enumerate();
            fields
                .filter(|(_, field)| is_wanted(field))
                .map(|(index, _)| index)
                .collect()
        };
        let in_file = |field: &usize| Some((columns.of_fields.get(*field).copied().flatten()?, *field));
        let in_file_where = |is_wanted: fn(&Field) -> bool| -> Vec<usize> {
            let mut fields = fields_where(is_wanted);
            fields.retain(|field| in_file(field).is_some());
            fields
        };
        let times = in_file_where(Field::is_time);
        let telling = if times.is_empty() {
            in_file_where(|field| matches!(field.reader, Reader::Number(_) | Reader::Boolean { .. }))
        } else {
            times
        };
        let numbers = fields_where(Field::has_points);
        let is_list = |field: usize| matches!(plan.fields[field].reader, Reader::List { .. });
        let number_lists = numbers.iter().enumerate().filter(|(_, field)| is_list(**field));
        let number_lists = number_lists.filter_map(|(place, field)| Some((place, in_file(field)?.0, *field)));
        Self {
            number_lists: number_lists.collect(),
            texts: fields_where(Field::is_free_text).iter().filter_map(in_file).collect(),
            kept: columns.kept.iter().map(|(column, _)| *column).collect(),
            numbers,
            times: fields_where(|field| field.is_time() && !field.has_bounds()),
            plausible: None,
            telling,
            lacking_in_header: plan.has_header.then(|| lacking_in_header(plan, columns)).flatten(),
        }
    }

    pub fn expect_times(&mut self, seconds: &RangeInclusive<i64>) {
        let date = |second: i64| epoch::utc(second, 0).map(DateTime::date);
        let bounds = (date(*seconds.start()), date(*seconds.end()));
        self.plausible = match bounds {
            (Some(first), Some(last)) => Some(first..=last),
            _ => None,
        };
    }

    /// Whether there are fields whose values show that a text is part of a row.
    pub fn has_telling_fields(&self) -> bool {
        !self.telling.is_empty()
    }

    /// Whether a text is a value of such a field.
    pub fn is_telling(&self, plan: &Plan, text: &str) -> bool {
        let mut telling = self.telling.iter().filter_map(|field| plan.fields.get(*field));
        telling.any(|field| reads(field, text))
    }
}

impl<'w> Watch<'w> {
    /// Whether the row has an implausible time.
    #[must_use]
    #[inline]
    pub fn has_implausible_time(self) -> bool {
        let Some(plausible) = &self.watched.plausible else {
            return false;
        };
        let mut times = self.watched.times.iter().filter_map(|field| self.values.get(*field));
        times.any(|value| match value {
            Value::Epoch(_, moment) | Value::Moment(moment, _) => !plausible.contains(&moment.civil.date()),
            _ => false,
        })
    }

    /// The cells of free text.
    #[inline]
    pub fn text_cells(self) -> impl Iterator<Item = &'w [u8]> {
        let of_fields = self.watched.texts.iter().map(|(column, _)| column);
        let columns = of_fields.chain(&self.watched.kept);
        columns.map(move |column| self.record.cell(*column))
    }

    /// The free texts of the fields and columns that have a value. Defaults are left out.
    pub fn texts(self) -> impl Iterator<Item = &'w str> {
        let text = move |column: usize| std::str::from_utf8(self.record.cell(column)).ok();
        let of_fields = self.watched.texts.iter().filter_map(move |(column, field)| {
            let is_missing = matches!(self.values.get(*field), None | Some(Value::Missing));
            let declared = self.plan.fields.get(*field).filter(|_| !is_missing)?;
            text(*column).filter(|text| !declared.missing_values.has(text))
        });
        let kept = self.watched.kept.iter().filter_map(move |column| text(*column));
        of_fields.chain(kept.filter(move |text| !self.plan.missing_values.has(text)))
    }

    /// The numbers of the fields that have a decimal point, each with its index among these fields. Defaults are left out.
    /// Numbers are as the message has them, but elements of lists are as the file has them.
    #[inline]
    pub fn numbers(self) -> impl Iterator<Item = (usize, &'w str)> {
        let lists = self
            .watched
            .number_lists
            .iter()
            .flat_map(move |(place, column, field)| {
                let is_missing = matches!(self.values.get(*field), None | Some(Value::Missing));
                let cell = std::str::from_utf8(self.record.cell(*column)).ok();
                let of_list = self.plan.fields.get(*field).zip(cell.filter(|_| !is_missing));
                let elements = of_list.into_iter().flat_map(|(field, cell)| field.elements(cell));
                elements.map(move |element| (*place, trim(element)))
            });
        let numbers = self.watched.numbers.iter().enumerate();
        let numbers = numbers.filter_map(move |(place, field)| match self.values.get(*field)? {
            Value::Number(span) if !span.is_default() => {
                let text = match span.of_record(self.record.bytes()) {
                    // The number consists of ASCII characters.
                    Some(bytes) => std::str::from_utf8(bytes).ok()?,
                    None => span.text(Buffers {
                        record: "",
                        defaults: &self.plan.defaults,
                        scratch: self.scratch,
                    }),
                };
                Some((place, text))
            }
            _ => None,
        });
        numbers.chain(lists)
    }
}

/// The fields of a file that accept the name of no column, each with its column; `None` if a row needs a value of one of them.
fn lacking_in_header(plan: &Plan, columns: &Columns) -> Option<Vec<(usize, usize)>> {
    let unknown = columns.unknown.iter().map(String::as_str);
    let names: Vec<&str> = plan.fields.iter().map(|field| &*field.name).chain(unknown).collect();
    let accepts_name = |field: &Field| {
        let is_value = |name: &&str| !field.missing_values.has(name) && reads(field, name);
        names.iter().any(is_value)
    };
    let fields = plan.fields.iter().zip(&columns.of_fields).enumerate();
    let in_file = fields.filter_map(|(index, (field, column))| Some((index, field, (*column)?)));
    let lacking = in_file.filter(|(_, field, _)| !accepts_name(field));
    lacking
        .map(|(index, _, column)| (!plan.needs(index)).then_some((index, column)))
        .collect()
}

/// Whether a text is a value of a field.
fn reads(field: &Field, text: &str) -> bool {
    let mut scratch = String::new();
    let Ok(value) = field.reader.read(Cell::of_record(text), &mut scratch) else {
        return false;
    };
    let buffers = Buffers {
        record: text,
        defaults: "",
        scratch: &scratch,
    };
    field
        .limits
        .as_ref()
        .is_none_or(|limits| limits.check(&value, buffers).is_ok())
}
