//! The header of a file, which says what the columns are; and those that files have behind it which were put together.

use message::{Header, HeaderError, Record};

use super::columns::Judgement;
use super::later_header::LaterHeader;
use super::witness::Witness;
use crate::rows::{Checkpoint, Delimiter, Row, Rows, Unreadable};

/// The most columns of later headers that are named as unknown, and the most bytes of the name of each. They go along from
/// invocation to invocation.
const LATER_UNKNOWN: usize = 20;
const LATER_NAME_BYTES: usize = 255;

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
    /// Whether the first row is a header. When it is none, nothing of the file is understood.
    is_header: bool,
}

impl Heading {
    /// The heading in the first row.
    pub fn of(row: &Row<'_>, judgement: &Judgement) -> Self {
        let columns = match &row.record {
            Ok(record) => Header::parse(*record).map_err(|error| problem(&error, *record, row.text, judgement)),
            Err(unreadable) => Err(header_unreadable(unreadable)),
        };
        Self::new(String::from_utf8_lossy(row.text).into_owned(), columns, judgement)
    }

    fn new(text: String, columns: Result<Header, String>, judgement: &Judgement) -> Self {
        Self {
            text,
            problem: columns.as_ref().err().cloned(),
            unknown: columns
                .as_ref()
                .map_or_else(|_| Vec::new(), |header| header.unknown().to_vec()),
            is_header: columns.is_ok(),
            columns: columns.map(|header| header.distrust(judgement.distrusted)),
        }
    }

    /// The heading that another invocation has read, with the problem that it found, if any.
    pub fn resume(text: String, delimiter: Delimiter, problem: Option<String>, witness: &Witness) -> Self {
        let Some(later) = &witness.later_header else {
            let columns = problem.map_or_else(|| reread(&text, delimiter), Err);
            return Self::new(text, columns, &witness.judgement);
        };
        let first = Self::new(text.clone(), reread(&text, delimiter), &witness.judgement);
        let columns = match later {
            LaterHeader::Columns(width, places) => Header::from_places(*width, *places)
                .map(|header| header.distrust(witness.judgement.distrusted))
                .ok_or_else(|| "the header in force was lost".to_owned()),
            LaterHeader::Problem(problem) => Err(problem.clone()),
        };
        Self {
            columns,
            problem,
            ..first
        }
    }

    /// Takes the columns from a row behind the first, when it is a header. Whether it is.
    pub fn take(&mut self, record: Record<'_>, line: u64, witness: &mut Witness) -> bool {
        if !self.is_header || !Header::is_one(record) {
            return false;
        }
        self.columns = Header::parse(record)
            .map(|header| header.distrust(witness.judgement.distrusted))
            .map_err(|error| format!("line {line} is a header of other columns: {error}"));
        witness.later_header = Some(match &self.columns {
            Ok(header) => {
                for name in header.unknown() {
                    let name = &name[..name.floor_char_boundary(LATER_NAME_BYTES)];
                    let is_named = |names: &[String]| names.iter().any(|named| named == name);
                    if witness.later_unknown.len() < LATER_UNKNOWN
                        && !is_named(&self.unknown)
                        && !is_named(&witness.later_unknown)
                    {
                        witness.later_unknown.push(name.to_owned());
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
        witness.note_header(line);
        true
    }
}

/// The columns of a header that was read before. Whatever in it was not UTF-8 is in none of the names that count.
fn reread(text: &str, delimiter: Delimiter) -> Result<Header, String> {
    // As a row and not as a header, which it has been found to be: where it was not UTF-8 it has grown.
    let mut rows = Rows::resume(delimiter, Checkpoint::START);
    let mut input = text.as_bytes();
    let complete = rows.advance(&mut input) || rows.finish();
    let row = complete.then(|| Heading::of(&rows.row(), &Judgement::default()));
    row.map_or_else(|| Err("the header is empty".to_owned()), |heading| heading.columns)
}

fn header_unreadable(unreadable: &Unreadable) -> String {
    let why = match unreadable {
        Unreadable::TooLong { length, most } => format!("it is {length} bytes long, the most is {most}"),
        Unreadable::OpenQuote | Unreadable::StrayQuote => {
            "it has a quote that does not belong to a quoted field: remove it".to_owned()
        }
        Unreadable::CutOff => "the file breaks off in it".to_owned(),
    };
    format!("the header cannot be read: {why}")
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
