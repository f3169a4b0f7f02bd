//! Reads the cells of a row into the values of its fields.

use super::columns::Columns;
use crate::cell::reader::Reader;
use crate::cell::span::{Buffer, Buffers, Cell, Span};
use crate::cell::value::Value;
use crate::cell::violation::CellViolation;
use crate::descriptor::field::Field;
use crate::plan::Plan;
use crate::rejection::{CellError, RowViolation};
use message::invisible::{is_blank, trim};
use message::may_be_grouped;

/// The cells of a row as text.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'c> {
    pub text: &'c str,
    ends: &'c [usize],
    /// For each cell, the first byte that was not UTF-8; empty when all cells were UTF-8.
    invalid: &'c [Option<usize>],
}

/// A row that is being read, with the buffers that it is read into.
pub(crate) struct Reading<'r> {
    pub plan: &'r Plan,
    pub columns: &'r Columns,
    /// Fields in whose numbers a point before three digits may separate thousands.
    pub distrusted: &'r [usize],
    pub values: &'r mut Vec<Value>,
    /// Columns without a field that have a value.
    pub kept: &'r mut Vec<(usize, Span)>,
    pub scratch: &'r mut String,
    pub errors: &'r mut Vec<CellError>,
}

impl<'c> Cells<'c> {
    pub fn new(text: &'c str, ends: &'c [usize], invalid: &'c [Option<usize>]) -> Self {
        Self { text, ends, invalid }
    }

    /// Whether the row has a cell in a column.
    pub fn has(self, column: usize) -> bool {
        column < self.ends.len()
    }

    #[inline]
    fn get(self, column: usize) -> Option<Cell<'c>> {
        let end = *self.ends.get(column)?;
        let start = if column == 0 { 0 } else { *self.ends.get(column - 1)? };
        Some(Cell {
            text: self.text.get(start..end)?,
            span: Span::new(Buffer::Record, start, end),
        })
    }
}

impl Reading<'_> {
    /// Reads the cells of all fields, and notes the bad ones.
    pub fn read(&mut self, cells: Cells<'_>) {
        self.values.clear();
        for (index, (field, column)) in self.plan.fields.iter().zip(&self.columns.of_fields).enumerate() {
            let cell = column.and_then(|column| cells.get(column));
            if let Some(text) = cell.and_then(|cell| plain_text(field, cell)) {
                self.values.push(text);
                continue;
            }
            match self.field(index, field, cell, cells.text) {
                Ok(value) => self.values.push(value),
                Err(violation) => self.note(field, violation),
            }
        }
        if !cells.invalid.is_empty() {
            self.note_invalid(cells.invalid);
        }
        if !self.columns.kept.is_empty() {
            self.keep(cells);
        }
        if !self.columns.nameless.is_empty() && !self.plan.fields_match.allows_unknown() {
            self.note_nameless(cells);
        }
    }

    /// Reads the cell of a field, or the default if the cell has no value.
    #[inline]
    fn field(
        &mut self,
        index: usize,
        field: &Field,
        cell: Option<Cell<'_>>,
        record: &str,
    ) -> Result<Value, CellViolation> {
        let cell = cell.map(|cell| (cell, is_blank(cell.text)));
        let value = match cell {
            Some((cell, is_blank)) if !field.missing_values.has_cell(cell.text, is_blank) => {
                let value = field.reader.read(unblanked(cell, is_blank), self.scratch)?;
                if !self.distrusted.is_empty() {
                    self.check_point(index, field, value, cell, record)?;
                }
                value
            }
            _ => match (field.default.as_deref(), self.plan.default_spans.get(index)) {
                (Some(text), Some(Some(span))) => field.reader.read(Cell { text, span: *span }, self.scratch)?,
                _ if field.required => return Err(CellViolation::Empty),
                _ => return Ok(Value::Missing),
            },
        };
        if let Some(limits) = &field.limits {
            let buffers = Buffers {
                record,
                defaults: &self.plan.defaults,
                scratch: self.scratch,
            };
            limits.check(&value, buffers)?;
        }
        Ok(value)
    }

    /// Refuses a number in a cell whose point may separate thousands. Defaults are not checked: the descriptor says what they
    /// mean.
    #[cold]
    fn check_point(
        &self,
        index: usize,
        field: &Field,
        value: Value,
        cell: Cell<'_>,
        record: &str,
    ) -> Result<(), CellViolation> {
        if !self.distrusted.contains(&index) {
            return Ok(());
        }
        let buffers = Buffers {
            record,
            defaults: &self.plan.defaults,
            scratch: self.scratch,
        };
        match value {
            Value::Number(number) if may_be_grouped(number.text(buffers)) => {
                Err(CellViolation::DoubtfulPoint("say `decimalChar` in the descriptor"))
            }
            Value::Json { .. } => {
                let place = field.elements(cell.text).position(|text| may_be_grouped(trim(text)));
                place.map_or(Ok(()), |index| {
                    let violation = CellViolation::DoubtfulPoint("read the elements as strings");
                    Err(CellViolation::Element {
                        index,
                        violation: Box::new(violation),
                    })
                })
            }
            _ => Ok(()),
        }
    }

    #[cold]
    fn note(&mut self, field: &Field, violation: CellViolation) {
        self.values.push(Value::Missing);
        self.errors.push(CellError {
            column: field.name.clone(),
            attribute: None,
            violation: violation.into(),
        });
    }

    /// Notes cells of fields and of kept columns that were not UTF-8, in place of the other errors of these cells.
    #[cold]
    fn note_invalid(&mut self, invalid: &[Option<usize>]) {
        let not_utf8 = |column: usize, name: &str| {
            let byte = invalid.get(column).copied().flatten()?;
            Some(CellError {
                column: name.to_owned(),
                attribute: None,
                violation: CellViolation::Utf8(byte).into(),
            })
        };
        let mut noted = std::mem::take(self.errors);
        for (field, column) in self.plan.fields.iter().zip(&self.columns.of_fields) {
            let other = noted.iter().position(|error| error.column == field.name);
            let other = other.map(|index| noted.remove(index));
            let error = column.and_then(|column| not_utf8(column, &field.name));
            self.errors.extend(error.or(other));
        }
        // Every column without a field is kept, or none.
        let kept = self.columns.kept.iter().zip(&self.columns.unknown);
        self.errors
            .extend(kept.filter_map(|((column, _), name)| not_utf8(*column, name)));
    }

    /// Notes values in columns without a name, where `fieldsMatch` allows no columns without a field.
    fn note_nameless(&mut self, cells: Cells<'_>) {
        for column in self
            .columns
            .nameless
            .iter()
            .copied()
            .take_while(|column| cells.has(*column))
        {
            if cells.get(column).is_some_and(|cell| !is_blank(cell.text)) {
                self.errors.push(CellError {
                    column: format!("column {}", column + 1),
                    attribute: None,
                    violation: RowViolation::Nameless(self.plan.fields_match.name()),
                });
            }
        }
    }

    fn keep(&mut self, cells: Cells<'_>) {
        self.kept.clear();
        for (index, (column, _)) in self.columns.kept.iter().enumerate() {
            let Some(cell) = cells.get(*column) else {
                continue;
            };
            let is_blank = is_blank(cell.text);
            if !self.plan.missing_values.has_cell(cell.text, is_blank) {
                self.kept.push((index, unblanked(cell, is_blank).span));
            }
        }
    }
}

/// The value of a cell that is taken as it is, as most cells are: not blank, of a field of texts without limits.
#[inline]
fn plain_text(field: &Field, cell: Cell<'_>) -> Option<Value> {
    let is_text = matches!(field.reader, Reader::Text) && field.limits.is_none();
    (is_text && !is_blank(cell.text) && !field.missing_values.has_cell(cell.text, false))
        .then_some(Value::Text(cell.span))
}

/// Makes a blank cell empty, so that both have the same value.
#[inline]
fn unblanked(cell: Cell<'_>, is_blank: bool) -> Cell<'_> {
    if is_blank { cell.part(&cell.text[..0]) } else { cell }
}
