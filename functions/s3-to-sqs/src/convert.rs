//! Rows of the file to messages and rejected rows. Pure: no calls, no clock.
//!
//! | where | what |
//! |---|---|
//! | [`Converter`] | the rows of one object, one after the other |
//! | `heading` | the first row, which says what the columns are |
//! | [`Rejection`] | the reason that a row is rejected |
//! | [`collisions`] | rows with the same key |

pub mod collisions;
mod heading;
mod rejection;

use message::{MAX_ITEM_BYTES, Order, Precision, RowError, WriteMode};
use uuid::Uuid;

use self::collisions::CollisionCounter;
use self::heading::Heading;
pub use self::rejection::Rejection;
use crate::queue::message::{Body, MAX_BYTES};
use crate::rows::{Delimiter, Row};

/// What the order of an item takes of its size.
const ORDER_BYTES: usize = Order::ATTRIBUTE.len() + Order::LENGTH;

/// Turns the rows of one object into messages.
#[derive(Debug)]
pub struct Converter {
    table: String,
    precision: Precision,
    /// The mode of the messages and the order of their ingest, when they have any.
    writes: Option<(WriteMode, Order)>,
    heading: Option<Heading>,
    collisions: CollisionCounter,
    /// The body of the last message, as the content of a JSON string; its room is used for the next.
    body: String,
}

/// The outcome of a row.
#[derive(Debug)]
pub enum Converted<'c> {
    /// It is the header.
    Header,
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

    /// A converter for the rows after another one's, with the text of the header, the separator of its fields, and the reason
    /// that no row can become a message, if there is one.
    #[must_use]
    pub fn resume(
        self,
        text: String,
        delimiter: Delimiter,
        problem: Option<String>,
        collisions: CollisionCounter,
    ) -> Self {
        Self {
            heading: Some(Heading::resume(text, delimiter, problem)),
            collisions,
            ..self
        }
    }

    /// Converts the next row.
    pub fn convert(&mut self, row: &Row<'_>) -> Converted<'_> {
        let Some(heading) = &self.heading else {
            self.heading = Some(Heading::of(row));
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
        let bytes = match self.writes {
            None => message.write_body(&self.table, &mut self.body),
            Some(_) if message.item_bytes() + ORDER_BYTES > MAX_ITEM_BYTES => {
                let error = RowError::ItemTooLarge(message.item_bytes() + ORDER_BYTES);
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
                Converted::Message(body)
            }
        }
    }

    /// The header as it stands in the file, if there was a first row.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.heading.as_ref().map(|heading| heading.text.as_str())
    }

    /// The reason that no row can become a message, if there is one.
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

    /// The rows whose key an earlier row has.
    #[must_use]
    pub fn collisions(&self) -> &CollisionCounter {
        &self.collisions
    }
}

impl From<Rejection> for Converted<'_> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
