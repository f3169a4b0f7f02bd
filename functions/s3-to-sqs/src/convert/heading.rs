//! The header of a file, which says what the columns are; and those that files have behind it which were put together.

use std::collections::HashSet;

use message::{Header, HeaderError, Record};

use super::columns::Judgement;
use super::later_header::LaterHeader;
use super::witness::Witness;
use crate::rows::{Checkpoint, Delimiter, Dialect, Row, Rows, Unreadable};

/// The most columns of later headers that are named as unknown, and the most bytes of the name of each. They go along from
/// invocation to invocation.
const LATER_UNKNOWN: usize = 20;
const LATER_NAME_BYTES: usize = 255;
/// The beginning of the problem of a first row that has no fields.
const UNREADABLE: &str = "the header cannot be read: ";

/// The first row of a file, and the columns of the header in force.
#[derive(Debug)]
pub(super) struct Heading {
    /// The text of the first row as it stands.
    pub text: String,
    /// The columns, or the reason that no row can become a message.
    pub columns: Result<Header, String>,
    /// The first reason that rows cannot become messages.
    pub problem: Option<String>,
    /// The first row's columns that are in no message.
    pub unknown: Vec<String>,
    /// Whether the first row is a header, even one that lacks columns. When it is none, nothing of the file is understood.
    is_header: bool,
    /// The first row's columns that are in no message, once a later header has some.
    named: Option<HashSet<String>>,
}

/// What a row behind the first has.
pub(super) enum Found {
    /// It is a header.
    Header,
    /// It is a row with a header behind it, in the same line.
    RowAndHeader,
}

impl Heading {
    /// The heading in the first row.
    pub fn of(row: &Row<'_>, judgement: &Judgement) -> Self {
        let columns = match &row.record {
            Ok(record) => Header::parse(*record).map_err(|error| problem(&error, *record, row.text, judgement)),
            Err(unreadable) => Err(header_unreadable(unreadable)),
        };
        let is_header = row.record.is_ok_and(Header::is_one);
        Self::new(
            String::from_utf8_lossy(row.text).into_owned(),
            columns,
            is_header,
            judgement,
        )
    }

    fn new(text: String, columns: Result<Header, String>, is_header: bool, judgement: &Judgement) -> Self {
        Self {
            text,
            problem: columns.as_ref().err().cloned(),
            unknown: columns
                .as_ref()
                .map_or_else(|_| Vec::new(), |header| header.unknown().to_vec()),
            is_header,
            named: None,
            columns: columns.map(|header| header.distrust(judgement.distrusted)),
        }
    }

    /// The heading that another invocation has read, with the problem that it found, if any.
    pub fn resume(text: String, delimiter: Delimiter, problem: Option<String>, witness: &Witness) -> Self {
        let first = reread(text, delimiter, &witness.judgement);
        let columns = match &witness.later_header {
            Some(LaterHeader::Columns(width, places)) => Header::from_places(*width, *places)
                .map(|header| header.distrust(witness.judgement.distrusted))
                .ok_or_else(|| "the header in force was lost".to_owned()),
            Some(LaterHeader::Problem(problem)) => Err(problem.clone()),
            None => problem.clone().map_or(first.columns, Err),
        };
        let was_read = !problem.as_ref().is_some_and(|problem| problem.starts_with(UNREADABLE));
        Self {
            problem: problem.or_else(|| columns.as_ref().err().cloned()),
            columns,
            is_header: first.is_header && was_read,
            ..first
        }
    }

    /// Takes the columns from a row behind the first, when it has a header.
    pub fn take(&mut self, record: Record<'_>, line: u64, witness: &mut Witness) -> Option<Found> {
        if !self.is_header || !Header::is_one(record) {
            return None;
        }
        if let Some(header) = Header::behind_row(record, self.columns.as_ref().ok()) {
            self.put_in_force(Ok(header), witness);
            return Some(Found::RowAndHeader);
        }
        let columns =
            Header::parse(record).map_err(|error| format!("line {line} is a header of other columns: {error}"));
        self.put_in_force(columns, witness);
        witness.note_header(line);
        Some(Found::Header)
    }

    fn put_in_force(&mut self, columns: Result<Header, String>, witness: &mut Witness) {
        self.columns = columns.map(|header| header.distrust(witness.judgement.distrusted));
        witness.later_header = Some(match &self.columns {
            Ok(header) => {
                let named = self.named.get_or_insert_with(|| self.unknown.iter().cloned().collect());
                for name in header.unknown() {
                    if witness.later_unknown.len() == LATER_UNKNOWN {
                        break;
                    }
                    let shown = &name[..name.floor_char_boundary(LATER_NAME_BYTES)];
                    if !named.contains(name) && !witness.later_unknown.iter().any(|named| named == shown) {
                        witness.later_unknown.push(shown.to_owned());
                    }
                }
                let (width, places) = header.places();
                LaterHeader::Columns(width, places)
            }
            Err(problem) => {
                self.problem.get_or_insert_with(|| problem.clone());
                LaterHeader::Problem(problem.clone())
            }
        });
    }
}

/// The heading of a first row that was read before. Whatever in it was not UTF-8 is in none of the names that count.
fn reread(text: String, delimiter: Delimiter, judgement: &Judgement) -> Heading {
    // As a row and not as a header, which it has been found to be: where it was not UTF-8 it has grown.
    let mut rows = Rows::resume(Dialect::default(), delimiter, Checkpoint::START);
    let mut input = text.as_bytes();
    let complete = rows.advance(&mut input) || rows.finish();
    let heading = complete.then(|| Heading::of(&rows.row(), judgement));
    match heading {
        Some(heading) => Heading { text, ..heading },
        None => Heading::new(text, Err("the header is empty".to_owned()), false, judgement),
    }
}

fn header_unreadable(unreadable: &Unreadable) -> String {
    let why = match unreadable {
        Unreadable::TooLong { length, most } => format!("it is {length} bytes long, the most is {most}"),
        Unreadable::OpenQuote | Unreadable::StrayQuote => {
            "it has a quote that does not belong to a quoted field: remove it".to_owned()
        }
        Unreadable::CutOff => "the file breaks off in it".to_owned(),
    };
    format!("{UNREADABLE}{why}")
}

fn problem(error: &HeaderError, record: Record<'_>, text: &[u8], judgement: &Judgement) -> String {
    if let Some(line) = judgement.header_line {
        return format!("line {line} has the header: remove the lines before it, and upload the file again; {error}");
    }
    let odd = Header::odd_character(record);
    let hint = if text.contains(&0) {
        "; it has NUL characters: save the file as UTF-8, or as UTF-16 with a byte order mark".to_owned()
    } else {
        odd.map_or_else(String::new, |odd| format!("; it has {odd}"))
    };
    format!("{error}{hint}")
}
