//! Rows of the file to messages and rejected rows. Pure: no calls, no clock.
//!
//! | where | what |
//! |---|---|
//! | [`Converter`] | the rows of one object, one after the other |
//! | `heading`, `later_header` | the first row, which says what the columns are, and headers behind it |
//! | [`Rejection`] | the reason that a row is rejected |
//! | [`collisions`] | rows with the same key |
//! | [`columns`] | what the number columns show, judged before any row is sent |
//! | [`witness`], [`warnings`] | what looks suspicious in the rows that are sent |

pub mod collisions;
pub mod columns;
mod heading;
mod later_header;
mod rejection;
#[cfg(test)]
mod tests;
pub mod warnings;
pub mod witness;

use message::{MAX_ITEM_BYTES, Order, Precision, RowError, WriteMode};
use uuid::Uuid;

use self::collisions::CollisionCounter;
use self::columns::Judgement;
use self::heading::{Found, Heading};
pub use self::rejection::Rejection;
use self::witness::{Plausible, Witness};
use crate::queue::message::{Body, MAX_BYTES};
use crate::rows::{Delimiter, Row, Unreadable};

/// Turns the rows of one object into messages.
#[derive(Debug)]
pub struct Converter {
    table: String,
    precision: Precision,
    /// The mode of the messages and the order of their ingest, when they have any.
    writes: Option<(WriteMode, Order)>,
    heading: Option<Heading>,
    collisions: CollisionCounter,
    witness: Witness,
    plausible: Option<Plausible>,
    suspicious: u64,
    /// The body of the last message, as the content of a JSON string; its room is used for the next.
    body: String,
}

/// The outcome of a row.
#[derive(Debug)]
pub enum Converted<'c> {
    /// It is a header, which is no row.
    Header,
    /// It has nothing but separators, and is no row either.
    Blank,
    /// It is to be sent, as the body of a message.
    Message(Body<'c>),
    /// It cannot be sent.
    Rejected(Rejection),
}

impl Converter {
    /// A converter for the rows from the header on; the messages name `table`.
    #[must_use]
    pub fn new(table: &str, precision: Precision) -> Self {
        Self {
            table: table.to_owned(),
            precision,
            writes: None,
            heading: None,
            collisions: CollisionCounter::default(),
            witness: Witness::default(),
            plausible: None,
            suspicious: 0,
            body: String::new(),
        }
    }

    /// The same converter for messages of this mode, and of this ingest.
    #[must_use]
    pub fn writing(self, mode: WriteMode, ingest_id: Uuid) -> Self {
        let order = Order::of_row(ingest_id.as_u128(), 0);
        let writes = (mode != WriteMode::Replace).then_some((mode, order));
        Self { writes, ..self }
    }

    /// The same converter, for an object that was uploaded at this time, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn uploaded(self, uploaded: u64) -> Self {
        Self {
            plausible: Plausible::of(uploaded),
            ..self
        }
    }

    /// Takes what the beginning of the object says of the whole, before its header is converted.
    pub fn judge(&mut self, judgement: Judgement) {
        self.witness.judgement = judgement;
    }

    /// A converter for the rows after another one's, with the text of the first row, the separator of its fields, the reason
    /// that rows cannot become messages, if there is one, and what was seen of the object.
    #[must_use]
    pub fn resume(
        self,
        text: String,
        delimiter: Delimiter,
        problem: Option<String>,
        collisions: CollisionCounter,
        witness: Witness,
    ) -> Self {
        Self {
            heading: Some(Heading::resume(text, delimiter, problem, &witness)),
            collisions,
            witness,
            ..self
        }
    }

    /// Converts the next row.
    pub fn convert(&mut self, row: &Row<'_>) -> Converted<'_> {
        let Some(heading) = &mut self.heading else {
            self.heading = Some(Heading::of(row, &self.witness.judgement));
            return Converted::Header;
        };
        let message = match (&heading.columns, &row.record) {
            // The object may break off in it.
            (Ok(header), Ok(record)) if !row.is_ended && header.is_wider_than(*record) => {
                Err(Refusal::Cells(header.misfit(*record)))
            }
            (Ok(header), Ok(record)) => header.message(*record, self.precision).map_err(Refusal::Cells),
            (Err(problem), _) => Err(Refusal::Header(problem.clone())),
            (_, Err(unreadable)) => Err(Refusal::Unreadable(*unreadable)),
        };
        let message = match message {
            Ok(message) => message,
            Err(refusal) => return refuse(heading, &mut self.witness, &mut self.suspicious, row, &refusal),
        };
        self.body.clear();
        let bytes = match self.writes {
            None => message.write_body(&self.table, &mut self.body),
            Some(_) if message.item_bytes() + Order::BYTES > MAX_ITEM_BYTES => {
                let error = RowError::ItemTooLarge(message.item_bytes() + Order::BYTES);
                return Rejection::of_cells(&error, row).into();
            }
            Some((mode, order)) => {
                let order = order.at_line(row.position.line);
                message.write_ordered_body(&self.table, mode, order, &mut self.body)
            }
        };
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
                self.collisions.count(message.key, row.position.line);
                let is_suspicious = self.witness.look(&message, row, self.plausible.as_ref());
                self.suspicious += u64::from(is_suspicious);
                Converted::Message(body)
            }
        }
    }

    /// The first row as it stands in the file, if there was one.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.heading.as_ref().map(|heading| heading.text.as_str())
    }

    /// The first reason that rows cannot become messages, if there is one.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.heading.as_ref()?.problem.as_deref()
    }

    /// Columns that are in no message.
    #[must_use]
    pub fn unknown_columns(&self) -> Vec<String> {
        let first = self.heading.as_ref().map_or(&[][..], |heading| &heading.unknown);
        [first, &self.witness.later_unknown].concat()
    }

    /// What was seen of the object.
    #[must_use]
    pub fn witness(&self) -> &Witness {
        &self.witness
    }

    /// The number of rows that this converter has found suspicious, of those that are sent.
    #[must_use]
    pub fn suspicious(&self) -> u64 {
        self.suspicious
    }

    /// The rows whose key an earlier row has.
    #[must_use]
    pub fn collisions(&self) -> &CollisionCounter {
        &self.collisions
    }
}

/// Why a row makes no message.
enum Refusal {
    /// The header in force names no columns.
    Header(String),
    Unreadable(Unreadable),
    Cells(RowError),
}

/// The outcome of a row that makes no message: it is no row, or is rejected.
#[cold]
fn refuse<'c>(
    heading: &mut Heading,
    witness: &mut Witness,
    suspicious: &mut u64,
    row: &Row<'_>,
    refusal: &Refusal,
) -> Converted<'c> {
    if let Ok(record) = row.record {
        if record.is_blank() {
            return Converted::Blank;
        }
        match heading.take(record, row.position.line, witness) {
            Some(Found::Header) => return Converted::Header,
            Some(Found::RowAndHeader) => {
                let reason = "a row and a header stand in one line: put a line end between the files that were joined";
                return Rejection::of_row(&reason).into();
            }
            None => {}
        }
        if let Ok(header) = &heading.columns {
            *suspicious += witness.look_at_refused(header, record);
        }
    }
    match refusal {
        Refusal::Header(problem) => Rejection::of_row(problem).into(),
        Refusal::Unreadable(unreadable) => Rejection::of_row(unreadable).into(),
        Refusal::Cells(error) => Rejection::of_cells(error, row).into(),
    }
}

impl From<Rejection> for Converted<'_> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
