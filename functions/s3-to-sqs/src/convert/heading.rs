//! The header of a file, which names the columns; and the later headers of files that were joined.

use std::collections::HashSet;

use message::{Header, Record, column_name};

use super::columns::Judgement;
use super::heading_error::{HeadingError, LATER_NAMES_BYTES};
use super::later_header::LaterHeader;
use super::names::{
    FileNames, behind_row, is_header, is_header_of_names, is_lacking_header, odd_character, parse_cells,
};
use super::shape::{Columns, Shape};
use super::witness::Witness;
use crate::rows::{Checkpoint, Delimiter, Row, Rows};

/// The most blank cells of a later header in the payload for the next invocation. Spreadsheets write thousands of them.
const LATER_BLANKS: usize = 100;

/// The first row of a file, and the columns of the header in force.
#[derive(Debug)]
pub(super) struct Heading {
    /// The text of the first row, verbatim; `None` when the file has no header.
    pub text: Option<String>,
    /// The columns of the header in force, or why no row can become a message.
    pub columns: Result<Columns, HeadingError>,
    /// The first reason that rows cannot become messages.
    pub problem: Option<String>,
    /// The first row's columns that are left out of the messages.
    pub unknown: Vec<String>,
    /// Whether the first row is a header, even one that lacks columns. If not, later headers are ignored.
    is_header: bool,
    /// The names in the first row.
    pub names: FileNames,
    /// The same columns as `unknown`, as a set; made when the first later header is found.
    named: Option<HashSet<String>>,
}

/// A header found after the first row.
pub(super) enum Found {
    /// The row is a header.
    Header,
    /// A row and a header are in the same line.
    RowAndHeader,
}

impl Heading {
    /// The heading from the first row.
    pub fn of(row: &Row<'_>, shape: &Shape, judgement: &Judgement) -> Self {
        let columns = match &row.record {
            Ok(record) => shape
                .parse(*record)
                .map_err(|error| explained(error, shape, *record, row.text, judgement)),
            Err(unreadable) => Err(HeadingError::Unreadable(*unreadable)),
        };
        let is_header = columns.is_ok() || row.record.is_ok_and(|record| is_lacking_header(shape, record));
        let text = String::from_utf8_lossy(row.text).into_owned();
        let names = row.record.map(|record| FileNames::of(shape, record));
        Self {
            names: names.unwrap_or_default(),
            ..Self::new(Some(text), columns, is_header, judgement)
        }
    }

    /// The heading of a file without a header.
    pub fn in_order(shape: &Shape, judgement: &Judgement) -> Self {
        Self::new(None, shape.columns_in_order(), false, judgement)
    }

    /// The heading of a file that ends before the line that should have the header.
    pub fn unreached(line: u64, judgement: &Judgement) -> Self {
        Self::new(None, Err(HeadingError::Unreached(line)), false, judgement)
    }

    fn new(
        text: Option<String>,
        columns: Result<Columns, HeadingError>,
        is_header: bool,
        judgement: &Judgement,
    ) -> Self {
        let columns = columns.map_err(HeadingError::rendered);
        Self {
            text,
            problem: columns.as_ref().err().map(ToString::to_string),
            unknown: columns
                .as_ref()
                .map_or_else(|_| Vec::new(), |columns| columns.left_out().to_vec()),
            is_header,
            names: FileNames::default(),
            named: None,
            columns: columns.map(|columns| columns.distrust(judgement.distrusted)),
        }
    }

    /// The heading that another invocation read, with the problem that it found, if any.
    pub fn resume(
        text: String,
        delimiter: Delimiter,
        problem: Option<String>,
        shape: &Shape,
        witness: &Witness,
    ) -> Self {
        let judgement = &witness.judgement;
        let first = match &problem {
            // Its text could be read as a row, which may be longer than a header.
            Some(problem) if witness.is_header_unreadable => Self::new(
                Some(text),
                Err(HeadingError::Rendered(problem.clone())),
                false,
                judgement,
            ),
            _ => reread(text, delimiter, shape, judgement),
        };
        let later = match &witness.later_header {
            Some(LaterHeader::Columns(width, places)) => {
                Some(Header::from_places(*width, *places).map(Columns::BuiltIn))
            }
            Some(LaterHeader::Named(width, names)) => Some(renamed(shape, *width, names)),
            Some(LaterHeader::Problem(_)) | None => None,
        };
        let columns = match (later, &witness.later_header) {
            (Some(columns), _) => columns
                .map(|columns| columns.distrust(judgement.distrusted))
                .ok_or(HeadingError::Lost),
            (None, Some(LaterHeader::Problem(problem))) => Err(HeadingError::Rendered(problem.clone())),
            (None, _) => match &problem {
                Some(problem) => Err(HeadingError::Rendered(problem.clone())),
                None => first.columns,
            },
        };
        Self {
            problem: problem.or_else(|| columns.as_ref().err().map(ToString::to_string)),
            columns,
            ..first
        }
    }

    /// Takes the columns from a row after the first, if it has a header.
    pub fn take(&mut self, record: Record<'_>, line: u64, shape: &Shape, witness: &mut Witness) -> Option<Found> {
        let is_header =
            is_header(shape, record, &self.names) || self.columns.is_err() && is_header_of_names(shape, record);
        if !self.is_header || !is_header {
            return None;
        }
        // A row of the file's own names is a header as a whole, even if some names are numbers.
        if !self.names.are_those_of(record)
            && let Some((columns, names)) = behind_row(shape, record, self.columns.as_ref().ok())
        {
            let names = names_that_count(shape, names.into_iter());
            self.put_in_force(Ok(columns), names, witness);
            return Some(Found::RowAndHeader);
        }
        let names = names_that_count(shape, record.fields());
        let columns = shape
            .parse(record)
            .and_then(|columns| match names_bytes(&names) {
                bytes if bytes > LATER_NAMES_BYTES => Err(HeadingError::NamesTooLong(bytes)),
                _ => Ok(columns),
            })
            .map_err(|error| HeadingError::Later {
                line,
                error: Box::new(error),
            });
        self.put_in_force(columns, names, witness);
        witness.note_header(line);
        Some(Found::Header)
    }

    /// Puts the columns of a header in force. `names` are the names that count.
    fn put_in_force(
        &mut self,
        columns: Result<Columns, HeadingError>,
        names: Vec<(usize, String)>,
        witness: &mut Witness,
    ) {
        self.columns = columns
            .map(|columns| columns.distrust(witness.judgement.distrusted))
            .map_err(HeadingError::rendered);
        witness.later_header = Some(match &self.columns {
            Ok(columns) => {
                let of_first = self.named.get_or_insert_with(|| self.unknown.iter().cloned().collect());
                for name in columns.left_out().iter().filter(|name| !of_first.contains(*name)) {
                    witness.note_unknown(name);
                }
                match columns {
                    Columns::BuiltIn(header) => {
                        let (width, places) = header.places();
                        LaterHeader::Columns(width, places)
                    }
                    Columns::Declared(converter) => LaterHeader::Named(converter.width(), names),
                }
            }
            Err(error) => {
                self.problem.get_or_insert_with(|| error.to_string());
                LaterHeader::Problem(error.to_string())
            }
        });
    }
}

/// The cells of a header of a declared shape that name fields or kept columns, each with its column. Where columns without a
/// field are ignored, also the first blank cells, because values below them are reported.
fn names_that_count<'r>(shape: &Shape, cells: impl Iterator<Item = &'r [u8]>) -> Vec<(usize, String)> {
    let Some(declared) = shape.declared() else {
        return Vec::new();
    };
    let resource = &declared.resource;
    let mut blanks = 0..if resource.ignores_unknown() { LATER_BLANKS } else { 0 };
    let names = cells.enumerate().filter(|(_, cell)| {
        if column_name(cell).is_empty() {
            blanks.next().is_some()
        } else {
            resource.keeps_unknown() || shape.column(cell).is_some()
        }
    });
    names
        .map(|(column, cell)| (column, String::from_utf8_lossy(cell).into_owned()))
        .collect()
}

/// The bytes that names take in the payload for the next invocation, without JSON's escapes.
fn names_bytes(names: &[(usize, String)]) -> usize {
    names.iter().map(|(_, name)| name.len() + "[1000000,\"\"],".len()).sum()
}

/// The columns of a header, from the names that count. All other cells are blank or, where columns without a field are ignored,
/// have a name that no field has.
fn renamed(shape: &Shape, width: usize, names: &[(usize, String)]) -> Option<Columns> {
    let ignores_unknown = shape
        .declared()
        .is_some_and(|declared| declared.resource.ignores_unknown());
    let mut cells = vec![if ignores_unknown { "$line" } else { "" }; width];
    for (column, name) in names {
        *cells.get_mut(*column)? = name;
    }
    parse_cells(shape, &cells)
}

/// The heading of a first row that was read before. Replaced non-UTF-8 bytes are in none of the names that count, or the row has a
/// problem, which the next invocation is told.
fn reread(text: String, delimiter: Delimiter, shape: &Shape, judgement: &Judgement) -> Heading {
    if !shape.has_header() {
        return Heading::in_order(shape, judgement);
    }
    // Read as a row, since it is known to be the header and replaced bytes may have made it longer than a header may
    // be.
    let mut rows = Rows::resume(shape.dialect().of_single_row(), delimiter, Checkpoint::START);
    let mut input = text.as_bytes();
    let complete = rows.advance(&mut input) || rows.finish();
    let heading = complete.then(|| Heading::of(&rows.row(), shape, judgement));
    match heading {
        Some(heading) => Heading {
            text: Some(text),
            ..heading
        },
        None => Heading::new(Some(text), Err(HeadingError::Empty), false, judgement),
    }
}

/// The error of the first row, with what explains it: a header further down, or a character that nobody sees.
fn explained(
    error: HeadingError,
    shape: &Shape,
    record: Record<'_>,
    text: &[u8],
    judgement: &Judgement,
) -> HeadingError {
    let error = Box::new(error);
    if let Some(line) = judgement.header_line {
        let is_declared = shape.declared().is_some();
        return HeadingError::FurtherDown {
            line,
            is_declared,
            error,
        };
    }
    if text.contains(&0) {
        return HeadingError::Nul { error };
    }
    match odd_character(shape, record) {
        Some(character) => HeadingError::Disguised { character, error },
        None => *error,
    }
}
