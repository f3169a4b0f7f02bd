//! What the number columns of an object show, and where its header is: judged before any of its rows is sent.

use message::{DecimalSign, Header, Record, decimal_sign};
use serde::{Deserialize, Serialize};

use crate::rows::{Delimiter, Rows};

/// The number of number columns.
pub(super) const NUMBERS: usize = message::names::NUMBERS.len();
/// The number of bytes of the text that are judged.
pub const JUDGED_BYTES: usize = 1024 * 1024;
/// The most lines in which a header is looked for.
const HEADER_LINES: u64 = 100;

/// What the beginning of an object says of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgement {
    /// The number columns in which a point before three digits may separate thousands.
    pub distrusted: [bool; NUMBERS],
    /// The line that has the header, when the first one has none.
    pub header_line: Option<u64>,
}

/// The decimal signs of the number columns.
#[derive(Default)]
struct Signs {
    points: [u32; NUMBERS],
    commas: [u32; NUMBERS],
    doubtful_commas: [bool; NUMBERS],
    /// Whether the first row is a header that lacks columns.
    is_lacking: bool,
}

impl Judgement {
    /// Judges the beginning of a text, which comes in pieces; `whole` says that there is no more of it.
    #[must_use]
    pub fn of<'p>(pieces: impl Iterator<Item = &'p [u8]> + Clone, whole: bool) -> Self {
        let mut rows = Rows::default();
        let mut header: Option<Header> = None;
        let mut signs = Signs::default();
        let mut left = JUDGED_BYTES;
        for piece in pieces.clone() {
            let mut input = &piece[..piece.len().min(left)];
            left -= input.len();
            while rows.advance(&mut input) {
                if !signs.look(&mut header, rows.row().record.ok()) {
                    return Self::without_header(pieces);
                }
            }
        }
        while whole && left > 0 && rows.finish() {
            if !signs.look(&mut header, rows.row().record.ok()) {
                return Self::without_header(pieces);
            }
        }
        Self {
            distrusted: signs.distrusted(rows.delimiter()),
            header_line: None,
        }
    }

    /// Looks for the header behind a first row that is none.
    fn without_header<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> Self {
        let mut beginning = Vec::new();
        for piece in pieces {
            let room = JUDGED_BYTES - beginning.len();
            beginning.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        Self {
            header_line: header_line(&beginning),
            ..Self::default()
        }
    }
}

/// The first line of a text that names every column.
fn header_line(text: &[u8]) -> Option<u64> {
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() && line <= HEADER_LINES {
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let mut rows = Rows::default();
        let is_row = rows.advance(&mut &rest[..end]) || rows.finish();
        if is_row && rows.row().record.is_ok_and(|record| Header::parse(record).is_ok()) {
            return Some(line);
        }
        rest = &rest[end..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
        line += 1;
    }
    None
}

impl Signs {
    /// Looks at a row. `false` when it is the first, and no header. Where the first lacks columns, a later one may have them.
    fn look(&mut self, header: &mut Option<Header>, record: Option<Record<'_>>) -> bool {
        let Some(record) = record else {
            return header.is_some() || self.is_lacking;
        };
        let Some(columns) = &header else {
            *header = Header::parse(record).ok();
            self.is_lacking = self.is_lacking || Header::is_one(record);
            return header.is_some() || self.is_lacking;
        };
        if columns.fits(record) {
            let cells = columns.number_cells(record);
            for (column, cell) in cells.into_iter().enumerate() {
                self.look_at_cell(column, cell);
            }
        }
        // A row that names columns has no numbers; few rows have none.
        if columns
            .number_cells(record)
            .iter()
            .all(|cell| !cell.iter().any(u8::is_ascii_digit))
            && let Ok(later) = Header::parse(record)
        {
            *header = Some(later);
        }
        true
    }

    fn look_at_cell(&mut self, column: usize, cell: &[u8]) {
        // Most cells: digits and one point, where the column is known to have points.
        let is_plain = cell.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        if self.points[column] > 0 && is_plain && memchr::memchr(b'.', cell) == memchr::memrchr(b'.', cell) {
            let is_doubtful = cell.len() > 4 && cell[cell.len() - 4] == b'.';
            self.points[column] += u32::from(!is_doubtful && cell.contains(&b'.'));
            return;
        }
        match std::str::from_utf8(cell).ok().and_then(decimal_sign) {
            Some(DecimalSign::Point) => self.points[column] += 1,
            Some(DecimalSign::Comma) => self.commas[column] += 1,
            Some(DecimalSign::DoubtfulComma) => self.doubtful_commas[column] = true,
            None => {}
        }
    }

    /// The columns that have at least as many decimal commas as points, or show no points and have what may be some commas; and
    /// those that show nothing in a file that has commas elsewhere, or semicolons because of them. One comma that is a mistake
    /// takes no row of a column of points.
    fn distrusted(&self, delimiter: Delimiter) -> [bool; NUMBERS] {
        let separated = delimiter != Delimiter::COMMA;
        let commas: [bool; NUMBERS] = std::array::from_fn(|column| {
            let may_be_comma = separated && self.doubtful_commas[column] && self.points[column] == 0;
            self.commas[column] > 0 && self.commas[column] >= self.points[column] || may_be_comma
        });
        let elsewhere = delimiter == Delimiter::SEMICOLON || commas.contains(&true);
        std::array::from_fn(|column| commas[column] || elsewhere && self.points[column] == 0)
    }
}
