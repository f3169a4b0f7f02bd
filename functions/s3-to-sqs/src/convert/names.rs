//! Finds names of columns in rows: later headers, headers in the line of a row, and what keeps a cell from being a
//! name.

use message::invisible::{self, OddCharacter};
use message::{Number, Record, column_name};

use super::prefixes::Prefixes;
use super::shape::{Columns, Shape};

/// The most cells of a data row that can be names of columns by chance.
const NAMES_BY_CHANCE: usize = 2;

/// The names in the first row of a file of a declared shape, including those of unknown columns. They identify a header
/// of the file when too few of its columns are known. The built-in shape has enough known columns, so for it there are
/// none.
#[derive(Debug, Default)]
pub(super) struct FileNames {
    /// Sorted and in lower case.
    names: Vec<String>,
    /// The prefixes of these names and of the known columns.
    prefixes: Prefixes,
}

impl FileNames {
    /// The names in the first row.
    pub fn of(shape: &Shape, record: Record<'_>) -> Self {
        match shape {
            Shape::BuiltIn => Self::default(),
            Shape::Declared(_) => {
                let names = folded(record);
                let known: Vec<_> = shape
                    .names()
                    .into_iter()
                    .map(|name| folded_name(name.as_bytes()))
                    .collect();
                let all = names.iter().chain(&known).map(String::as_str);
                Self {
                    prefixes: Prefixes::of(all),
                    names,
                }
            }
        }
    }

    /// Whether a record has exactly these names, in any order.
    pub fn are_those_of(&self, record: Record<'_>) -> bool {
        let may_be = |cell| self.has(cell) || is_blank(cell);
        !self.names.is_empty() && record.fields().all(may_be) && folded(record) == self.names
    }

    fn has(&self, cell: &[u8]) -> bool {
        let name = column_name(cell);
        if name.is_ascii() {
            self.names.iter().any(|other| other.eq_ignore_ascii_case(&name))
        } else {
            self.names.contains(&name.to_lowercase())
        }
    }
}

/// The names in a header, sorted and in lower case, without empty ones: a separator at the end of the line makes an
/// unnamed column.
fn folded(record: Record<'_>) -> Vec<String> {
    let cells = record.fields().filter(|cell| !is_blank(cell));
    let mut names: Vec<_> = cells.map(folded_name).collect();
    names.sort_unstable();
    names
}

fn folded_name(cell: &[u8]) -> String {
    column_name(cell).to_lowercase()
}

fn is_blank(cell: &[u8]) -> bool {
    column_name(cell).is_empty()
}

/// Whether a first row that lacks columns is still a header: more of its cells name columns than can be by chance or,
/// if few columns are known, it names all of them.
pub(super) fn is_lacking_header(shape: &Shape, record: Record<'_>) -> bool {
    let known = shape.names().len();
    named_columns(shape, record) > NAMES_BY_CHANCE.min(known.saturating_sub(1))
}

/// Whether a record after the first row is a header, of this file's columns or of others: more of its cells name
/// columns than can be by chance, or its cells are those of the first row.
pub(super) fn is_header(shape: &Shape, record: Record<'_>, of_file: &FileNames) -> bool {
    named_columns(shape, record) > NAMES_BY_CHANCE || of_file.are_those_of(record)
}

/// Whether a record consists only of names of columns. Where no header is in force, such a record is a header and never
/// a data row.
pub(super) fn is_header_of_names(shape: &Shape, record: Record<'_>) -> bool {
    record.fields().all(|cell| shape.column(cell).is_some()) && is_lacking_header(shape, record)
}

/// The number of columns that a record names.
fn named_columns(shape: &Shape, record: Record<'_>) -> usize {
    let mut found = vec![false; shape.names().len()];
    for column in record.fields().filter_map(|cell| shape.column(cell)) {
        found[column] = true;
    }
    found.into_iter().filter(|found| *found).count()
}

/// Whether a row that is valid in every column is a header after all. For most rows, the prefixes of its cells tell that
/// it is none.
pub(super) fn is_header_as_row(shape: &Shape, record: Record<'_>, of_file: &FileNames) -> bool {
    of_file.prefixes.may_be_of(record, NAMES_BY_CHANCE) && is_header(shape, record, of_file)
}

/// Finds a header that follows a row in the same record, and returns its columns and names.
///
/// That happens when files are joined and the first one does not end with a line end: the last cell of its last row and
/// the first name of the next file become one cell. `in_force` is the header of the row. Where no cell is a value, as in
/// a file of texts, the row must have as many cells as that header.
pub(super) fn behind_row<'r>(
    shape: &Shape,
    record: Record<'r>,
    in_force: Option<&'r Columns>,
) -> Option<(Columns, Vec<&'r [u8]>)> {
    let first_name = record.fields().position(|cell| shape.column(cell).is_some())?;
    let joint = first_name.checked_sub(1)?;
    if !record.fields().take(joint).any(|cell| is_value(cell, in_force)) {
        let is_row = in_force.is_some_and(|columns| columns.width() == joint + 1);
        return is_row.then(|| from_joint(shape, record, joint)).flatten();
    }
    from_joint(shape, record, joint).or_else(|| {
        // The first name is not that of a known column, so nothing separates it from the cell before it.
        let in_force = in_force?;
        let offset = record.len().checked_sub(in_force.width())?;
        let found = shape.parse(record).ok()?;
        let moved = in_force.places().into_iter().map(|place| Some(offset + place?));
        if !found.places().into_iter().eq(moved) {
            return None;
        }
        let mut names: Vec<_> = record.fields().skip(offset).collect();
        let first = in_force.unknown().first().map_or("", String::as_str).as_bytes();
        *names.first_mut()? = first;
        Some((parse_cells(shape, &names)?, names))
    })
}

/// The header that begins with the name of a known column at the end of the cell `joint`.
fn from_joint<'r>(shape: &Shape, record: Record<'r>, joint: usize) -> Option<(Columns, Vec<&'r [u8]>)> {
    let text = std::str::from_utf8(record.cell(joint)).ok()?;
    let text = text.trim_end_matches(invisible::is_invisible);
    let unquoted = text.strip_suffix('"').unwrap_or(text).as_bytes();
    let mut before_name = shape.names().into_iter().filter_map(|name| {
        let start = unquoted.len().checked_sub(name.len())?;
        unquoted[start..].eq_ignore_ascii_case(name.as_bytes()).then_some(start)
    });
    let name = before_name.next()?;
    let name = if unquoted.len() < text.len() && unquoted[..name].ends_with(b"\"") {
        name - 1
    } else {
        name
    };
    let mut names = vec![&record.cell(joint)[name..]];
    names.extend(record.fields().skip(joint + 1));
    Some((parse_cells(shape, &names)?, names))
}

/// The columns of a header that has these cells.
pub(super) fn parse_cells(shape: &Shape, cells: &[impl AsRef<[u8]>]) -> Option<Columns> {
    let mut bytes = Vec::new();
    let mut ends = Vec::new();
    for cell in cells {
        bytes.extend_from_slice(cell.as_ref());
        ends.push(bytes.len());
    }
    shape.parse(Record::new(&bytes, &ends)).ok()
}

/// Whether a cell is a value of a row, not a name.
fn is_value(cell: &[u8], in_force: Option<&Columns>) -> bool {
    let Ok(text) = std::str::from_utf8(cell) else {
        return false;
    };
    let is_telling = matches!(in_force, Some(Columns::Declared(converter)) if converter.is_telling(text));
    is_telling || Number::parse(invisible::trim(text)).is_ok()
}

/// The invisible character that keeps a cell from being the name of a column.
pub(super) fn odd_character(shape: &Shape, record: Record<'_>) -> Option<OddCharacter> {
    record.fields().find_map(|cell| {
        let name = column_name(cell);
        let visible: String = name.chars().filter(|c| !invisible::is_invisible(*c)).collect();
        let is_hidden = shape.column(cell).is_none() && shape.column(visible.as_bytes()).is_some();
        is_hidden.then(|| invisible::odd_character(&name)).flatten()
    })
}
