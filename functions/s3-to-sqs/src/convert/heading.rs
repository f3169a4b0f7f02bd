//! The first row of a file, which says what the columns are.

use message::{Header, HeaderError};

use crate::rows::{Checkpoint, Delimiter, Row, Rows, Unreadable};

/// The first row of a file.
#[derive(Debug)]
pub(super) struct Heading {
    /// Its text as it stands.
    pub text: String,
    /// Its columns, or the reason that no row can become a message.
    pub columns: Result<Header, String>,
}

impl Heading {
    /// The heading in the first row.
    pub fn of(row: &Row<'_>) -> Self {
        let columns = match &row.record {
            Ok(record) => Header::parse(*record).map_err(|error| header_problem(&error, row.text)),
            Err(unreadable) => Err(header_unreadable(unreadable)),
        };
        Self {
            text: String::from_utf8_lossy(row.text).into_owned(),
            columns,
        }
    }

    /// The heading that another invocation has read, with the problem that it found, if any.
    pub fn resume(text: String, delimiter: Delimiter, problem: Option<String>) -> Self {
        let columns = problem.map_or_else(|| reread(&text, delimiter), Err);
        Self { text, columns }
    }
}

/// The columns of a header that was read before. Whatever in it was not UTF-8 is in none of the names that count.
fn reread(text: &str, delimiter: Delimiter) -> Result<Header, String> {
    // As a row and not as a header, which it has been found to be: where it was not UTF-8 it has grown.
    let mut rows = Rows::resume(delimiter, Checkpoint::START);
    let mut input = text.as_bytes();
    let complete = rows.advance(&mut input) || rows.finish();
    let row = complete.then(|| Heading::of(&rows.row()));
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

fn header_problem(error: &HeaderError, text: &[u8]) -> String {
    let hint = if text.contains(&0) {
        "; it has NUL characters: save the file as UTF-8, or as UTF-16 with a byte order mark"
    } else {
        ""
    };
    format!("{error}{hint}")
}
