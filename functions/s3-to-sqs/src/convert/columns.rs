//! What the number columns of an object show, and where its header is: judged before any of its rows is sent.

use message::{DecimalSign, Record, decimal_sign};
use serde::{Deserialize, Serialize};

use super::column_set::ColumnSet;
use super::names::{FileNames, is_header, is_lacking_header};
use super::shape::{Columns, Shape};
use crate::rows::{Delimiter, Rows};

/// The number of bytes of the text that are judged.
pub const JUDGED_BYTES: usize = 1024 * 1024;
/// The most lines in which a header is looked for.
const HEADER_LINES: u64 = 100;

/// What the beginning of an object says of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgement {
    /// The number columns in which a point before three digits may separate thousands.
    pub distrusted: ColumnSet,
    /// The line that has the header, when the first one has none.
    pub header_line: Option<u64>,
}

/// The decimal signs of the number columns.
struct Signs<'s> {
    shape: &'s Shape,
    columns: Vec<ColumnSigns>,
    /// The names in the first row.
    names: FileNames,
    /// Whether the first row is a header that lacks columns.
    is_lacking: bool,
}

/// The decimal signs of a number column.
#[derive(Clone, Default)]
struct ColumnSigns {
    points: u32,
    commas: u32,
    has_doubtful_commas: bool,
}

impl Judgement {
    /// Judges the beginning of a text of this shape, which comes in pieces; `whole` says that there is no more of it.
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

    /// Looks for the header behind a first row that is none.
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

/// The first line of a text that names every column.
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
    /// Looks at a row. `false` when it is the first, and no header. Where the first lacks columns, a later one may have them.
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
        // A row that names columns has no numbers; few rows have none.
        if !has_digits
            && is_header(self.shape, record, &self.names)
            && let Ok(later) = self.shape.parse(record)
        {
            *in_force = Some(later);
        }
        true
    }

    /// The columns that have at least as many decimal commas as points, or show no points and have what may be some commas; and
    /// those that show nothing in a file that has commas elsewhere, or semicolons because of them. One comma that is a mistake
    /// takes no row of a column of points.
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
        // Most cells: digits and one point, where the column is known to have points.
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
