//! Judges the beginning of an object, before any of its rows is sent: the decimal signs of its number columns, and the
//! place of its header.

use message::{DecimalSign, Record, decimal_sign};
use serde::{Deserialize, Serialize};

use super::column_set::ColumnSet;
use super::names::{FileNames, is_header, is_lacking_header};
use super::shape::{Columns, Shape};
use crate::rows::{Delimiter, Rows};

/// The number of bytes of the text that are judged.
pub const JUDGED_BYTES: usize = 1024 * 1024;
/// The most lines in which a header is searched.
const HEADER_LINES: u64 = 100;

/// What the beginning of an object shows about the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgement {
    /// The distrusted number columns, in which a point before three digits may separate thousands.
    pub distrusted: ColumnSet,
    /// The line that has the header, when the first line is none.
    pub header_line: Option<u64>,
}

/// The decimal signs of all number columns.
struct Signs<'s> {
    shape: &'s Shape,
    columns: Vec<ColumnSigns>,
    /// The names in the first row.
    names: FileNames,
    /// Whether the first row is a header that lacks columns.
    is_lacking: bool,
}

/// The decimal signs of one number column.
#[derive(Clone, Default)]
struct ColumnSigns {
    points: u32,
    commas: u32,
    has_doubtful_commas: bool,
}

impl Judgement {
    /// Judges the beginning of a text of this shape. The beginning comes in pieces; `whole` says that it is the whole
    /// text.
    #[must_use]
    pub fn of<'p>(shape: &Shape, pieces: impl Iterator<Item = &'p [u8]> + Clone, whole: bool) -> Self {
        let mut rows = Rows::new(shape.dialect());
        let mut in_force = (!shape.has_header()).then(|| shape.columns_in_order().ok()).flatten();
        let mut signs = Signs {
            shape,
            columns: vec![ColumnSigns::default(); shape.number_count()],
            names: FileNames::default(),
            is_lacking: false,
        };
        let mut left = JUDGED_BYTES;
        for piece in pieces.clone() {
            let mut input = &piece[..piece.len().min(left)];
            left -= input.len();
            while rows.advance(&mut input) {
                if !signs.look(&mut in_force, rows.row().record.ok()) {
                    return Self::without_header(shape, pieces);
                }
            }
        }
        while whole && left > 0 && rows.finish() {
            if !signs.look(&mut in_force, rows.row().record.ok()) {
                return Self::without_header(shape, pieces);
            }
        }
        Self {
            distrusted: signs.distrusted(rows.delimiter()),
            header_line: None,
        }
    }

    /// Searches for the header after a first row that is none.
    fn without_header<'p>(shape: &Shape, pieces: impl Iterator<Item = &'p [u8]>) -> Self {
        let mut beginning = Vec::new();
        for piece in pieces {
            let room = JUDGED_BYTES - beginning.len();
            beginning.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        Self {
            header_line: header_line(shape, &beginning),
            ..Self::default()
        }
    }
}

/// The first line of a text that names every needed column.
fn header_line(shape: &Shape, text: &[u8]) -> Option<u64> {
    let dialect = shape.dialect().of_single_row();
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() && line <= HEADER_LINES {
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let mut rows = Rows::new(dialect.clone());
        let is_row = rows.advance(&mut &rest[..end]) || rows.finish();
        if is_row && rows.row().record.is_ok_and(|record| shape.parse(record).is_ok()) {
            return Some(line);
        }
        rest = &rest[end..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
        line += 1;
    }
    None
}

impl Signs<'_> {
    /// Looks at a row. Returns `false` for a first row that is no header. If the first row is a header that lacks
    /// columns, a later header may have them.
    fn look(&mut self, in_force: &mut Option<Columns>, record: Option<Record<'_>>) -> bool {
        let Some(record) = record else {
            return in_force.is_some() || self.is_lacking;
        };
        let Some(columns) = &in_force else {
            if !self.is_lacking {
                self.names = FileNames::of(self.shape, record);
            }
            *in_force = self.shape.parse(record).ok();
            self.is_lacking = self.is_lacking || is_lacking_header(self.shape, record);
            return in_force.is_some() || self.is_lacking;
        };
        if self.columns.is_empty() {
            return true;
        }
        let fits = columns.fits(record);
        let mut has_digits = false;
        columns.each_number_cell(record, |column, cell| {
            has_digits |= cell.iter().any(u8::is_ascii_digit);
            if fits {
                self.columns[column].look_at(cell);
            }
        });
        // A header has no numbers, and few other rows have none.
        if !has_digits
            && is_header(self.shape, record, &self.names)
            && let Ok(later) = self.shape.parse(record)
        {
            *in_force = Some(later);
        }
        true
    }

    /// The distrusted columns.
    ///
    /// - A column is distrusted if it has decimal commas, at least as many as points. So one mistaken comma rejects no
    ///   row of a column of points.
    /// - It is distrusted if it has no points and has commas that may be decimal, unless the comma is the delimiter.
    /// - A column without points is also distrusted if another column has commas, or if the delimiter is a semicolon,
    ///   which spreadsheets write where the comma is the decimal sign.
    fn distrusted(&self, delimiter: Delimiter) -> ColumnSet {
        let separated = delimiter != Delimiter::COMMA;
        let has_commas = |column: &ColumnSigns| {
            let may_be_comma = separated && column.has_doubtful_commas && column.points == 0;
            column.commas > 0 && column.commas >= column.points || may_be_comma
        };
        let elsewhere = delimiter == Delimiter::SEMICOLON || self.columns.iter().any(has_commas);
        let is_distrusted = |column| has_commas(column) || elsewhere && column.points == 0;
        self.columns.iter().map(is_distrusted).collect()
    }
}

impl ColumnSigns {
    fn look_at(&mut self, cell: &[u8]) {
        // The fast path, for most cells: digits and one point, in a column that is known to have points.
        let is_plain = cell.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        if self.points > 0 && is_plain && memchr::memchr(b'.', cell) == memchr::memrchr(b'.', cell) {
            let is_doubtful = cell.len() > 4 && cell[cell.len() - 4] == b'.';
            self.points += u32::from(!is_doubtful && cell.contains(&b'.'));
            return;
        }
        match std::str::from_utf8(cell).ok().and_then(decimal_sign) {
            Some(DecimalSign::Point) => self.points += 1,
            Some(DecimalSign::Comma) => self.commas += 1,
            Some(DecimalSign::DoubtfulComma) => self.has_doubtful_commas = true,
            None => {}
        }
    }
}
