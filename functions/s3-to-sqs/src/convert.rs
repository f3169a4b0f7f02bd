//! A row of the file becomes a message or a rejected row. Pure: no calls, no clock.

pub mod collisions;

use message::{Header, HeaderError, Precision, RowError};

use self::collisions::Collisions;
use crate::queue::message::{Body, MAX_BYTES};
use crate::rows::{Checkpoint, Delimiter, Row, Rows, Unreadable};

/// Turns the rows of one object into messages.
#[derive(Debug)]
pub struct Converter {
    table: String,
    precision: Precision,
    heading: Option<Heading>,
    collisions: Collisions,
    /// The body of the last message, as the content of a JSON string, and room for the next.
    body: String,
}

/// The first row of a file.
#[derive(Debug)]
struct Heading {
    text: String,
    columns: Result<Header, String>,
}

/// What becomes of a row.
#[derive(Debug)]
pub enum Converted<'c> {
    /// It is the header.
    Header,
    /// It is to be sent, as the body of a message.
    Message(Body<'c>),
    /// It cannot be sent.
    Rejected(Rejection),
}

/// Why a row is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The columns to blame, separated by `; `; empty when it is the row as a whole.
    pub columns: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Converter {
    /// A converter for the rows from the header on; the messages name `table`.
    #[must_use]
    pub fn new(table: &str, precision: Precision) -> Self {
        Self {
            table: table.to_owned(),
            precision,
            heading: None,
            collisions: Collisions::default(),
            body: String::new(),
        }
    }

    /// A converter for the rows after another one's: with the header's text, what separates its fields, and, if no row can
    /// become a message, why.
    #[must_use]
    pub fn resume(self, text: String, delimiter: Delimiter, problem: Option<String>, collisions: Collisions) -> Self {
        let columns = problem.map_or_else(|| reread(&text, delimiter), Err);
        Self {
            heading: Some(Heading { text, columns }),
            collisions,
            ..self
        }
    }

    /// Converts the next row.
    pub fn convert(&mut self, row: &Row<'_>) -> Converted<'_> {
        let Some(heading) = &self.heading else {
            self.heading = Some(Heading::read(row));
            return Converted::Header;
        };
        let message = match (&heading.columns, &row.record) {
            (Err(problem), _) => return Rejection::of_row(problem).into(),
            (_, Err(unreadable)) => return Rejection::of_row(unreadable).into(),
            (Ok(header), Ok(record)) => header.message(*record, self.precision),
        };
        let message = match message {
            Ok(message) => message,
            Err(error) => return Rejection::of_cells(&error, row).into(),
        };
        self.body.clear();
        let bytes = message.write_body(&self.table, &mut self.body);
        let body = Body {
            json: &self.body,
            bytes,
        };
        match body.message_bytes() {
            bytes if bytes > MAX_BYTES => {
                let reason = format!("the row makes a message of {bytes} bytes; SQS takes {MAX_BYTES}");
                Rejection::of_row(&reason).into()
            }
            _ => {
                self.collisions.note(message.key, row.position.line);
                Converted::Message(body)
            }
        }
    }

    /// The header as it stands in the file, if there was a first row.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.heading.as_ref().map(|heading| heading.text.as_str())
    }

    /// Why no row can become a message, if that is so.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.heading.as_ref()?.columns.as_ref().err().map(String::as_str)
    }

    /// Columns that are in no message.
    #[must_use]
    pub fn unknown_columns(&self) -> &[String] {
        let columns = self.heading.as_ref().map(|heading| &heading.columns);
        match columns {
            Some(Ok(header)) => header.unknown(),
            _ => &[],
        }
    }

    /// The rows with a key that an earlier row has.
    #[must_use]
    pub fn collisions(&self) -> &Collisions {
        &self.collisions
    }
}

impl Heading {
    fn read(row: &Row<'_>) -> Self {
        let columns = match &row.record {
            Ok(record) => Header::parse(*record).map_err(|error| header_problem(&error, row.text)),
            Err(unreadable) => Err(header_unreadable(unreadable)),
        };
        Self {
            text: String::from_utf8_lossy(row.text).into_owned(),
            columns,
        }
    }
}

/// The columns of a header that was read before. What in it was not UTF-8 is in none of the names that count.
fn reread(text: &str, delimiter: Delimiter) -> Result<Header, String> {
    // As a row and not as a header, which it has been found to be: where it was not UTF-8 it has grown.
    let mut rows = Rows::resume(delimiter, Checkpoint::START);
    let mut input = text.as_bytes();
    let complete = rows.advance(&mut input) || rows.finish();
    let row = complete.then(|| Heading::read(&rows.row()));
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

impl Rejection {
    fn of_row(reason: &impl ToString) -> Self {
        Self {
            columns: String::new(),
            reason: reason.to_string(),
        }
    }

    fn of_cells(error: &RowError, row: &Row<'_>) -> Self {
        let columns: Vec<_> = error.columns().collect();
        let invalid = std::str::from_utf8(row.text).err().filter(|_| error.is_encoding());
        let place = invalid.map_or_else(String::new, |invalid| {
            let byte = row.position.byte + invalid.valid_up_to() as u64;
            format!("; the file is not UTF-8 at byte {byte}: save it as UTF-8")
        });
        Self {
            columns: columns.join("; "),
            reason: format!("{error}{place}"),
        }
    }
}

impl From<Rejection> for Converted<'_> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
