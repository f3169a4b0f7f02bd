//! One pass over all rows of a file, which collects facts about its columns.

use message::Record;
use s3_to_sqs::rows::{Dialect, Row};

use super::candidates::Candidate;
use super::column::Column;
use super::input::{Input, InputError};
use super::remark::Remark;
use crate::screen::text::counted;

/// Facts about the rows and columns of a file.
#[derive(Debug, Default)]
pub struct Survey {
    /// The names in the header; empty without a header.
    pub header: Vec<String>,
    /// The columns, at least as many as there are names.
    pub columns: Vec<Column>,
    /// The number of readable rows after the header.
    pub rows: u64,
    unreadable: Seen,
    not_utf8: Seen,
    too_long: Seen,
    repeated: Seen,
}

/// The number of rows with some defect, and the line of the first one.
#[derive(Debug, Default)]
struct Seen {
    count: u64,
    line: u64,
}

impl Seen {
    fn note(&mut self, line: u64) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
    }

    fn remark(&self, text: &str) -> Option<Remark> {
        let Self { count, line } = self;
        let what = format!("{}, the first in line {line}: {text}", counted(*count, "row"));
        (*count > 0).then(|| Remark::of_property("rows", what))
    }
}

/// A record's cells as text.
pub fn cells(record: Record<'_>) -> impl Iterator<Item = String> {
    record.fields().map(|cell| String::from_utf8_lossy(cell).into_owned())
}

impl Survey {
    /// Reads every row of a file.
    pub fn of(sample: &Input<'_>, dialect: &Dialect, candidates: &[Candidate]) -> Result<Self, InputError> {
        let mut survey = Self::default();
        let mut names_come = dialect.header_row.is_some();
        let mut scratch = String::new();
        sample.rows(dialect, |row| {
            if std::mem::take(&mut names_come) {
                survey.header = row.record.map_or_else(|_| Vec::new(), |record| cells(record).collect());
            } else {
                survey.take(row, candidates, &mut scratch);
            }
        })?;
        while survey.columns.len() < survey.header.len() {
            survey.columns.push(Column::new(candidates));
        }
        Ok(survey)
    }

    fn take(&mut self, row: &Row<'_>, candidates: &[Candidate], scratch: &mut String) {
        let line = row.position.line;
        let Ok(record) = row.record else {
            return self.unreadable.note(line);
        };
        if self.is_header(record) {
            return self.repeated.note(line);
        }
        self.rows += 1;
        let mut is_utf8 = true;
        let mut is_too_long = false;
        for (index, bytes) in record.fields().enumerate() {
            let cell = String::from_utf8_lossy(bytes);
            is_utf8 &= matches!(cell, std::borrow::Cow::Borrowed(_));
            is_too_long |= !self.header.is_empty() && index >= self.header.len() && !cell.trim().is_empty();
            if index == self.columns.len() {
                let mut column = Column::new(candidates);
                column.missing = self.rows - 1;
                self.columns.push(column);
            }
            self.columns[index].take(&cell, line, candidates, scratch);
        }
        for column in self.columns.iter_mut().skip(record.fields().len()) {
            column.missing += 1;
        }
        if !is_utf8 {
            self.not_utf8.note(line);
        }
        if is_too_long {
            self.too_long.note(line);
        }
    }

    /// Whether a row repeats the header.
    fn is_header(&self, record: Record<'_>) -> bool {
        self.header.len() > 1 && self.header.iter().map(String::as_bytes).eq(record.fields())
    }

    /// Remarks about rows with defects.
    pub fn remarks(&self) -> Vec<Remark> {
        let remarks = [
            self.unreadable
                .remark("a quote in it does not belong to a quoted cell, or it is too long; it is rejected"),
            self.not_utf8
                .remark("it has bytes that are no text in this encoding; it is rejected"),
            self.too_long
                .remark("it has more cells than there are names; it is rejected"),
            self.repeated.remark("it repeats the row of names"),
        ];
        remarks.into_iter().flatten().collect()
    }
}
