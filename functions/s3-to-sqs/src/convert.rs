//! Rows of the file to messages and rejected rows. Pure: no calls, no clock.
//!
//! | where | what |
//! |---|---|
//! | [`Converter`] | the rows of one object, one after the other |
//! | [`shape`] | what the file looks like: the built-in shape, or a resource of the data package |
//! | `heading`, `later_header`, `names` | the first row, which says what the columns are, and headers behind it |
//! | `sending`, `refusal` | rows that make a message, and those that make none |
//! | [`Rejection`] | the reason that a row is rejected |
//! | [`collisions`] | rows with the same key |
//! | [`columns`] | what the number columns show, judged before any row is sent |
//! | [`witness`], [`warnings`], `doubtful`, `escapes`, `plausible`, `swallowed` | what looks suspicious in the rows that are sent |

pub mod collisions;
mod column_set;
pub mod columns;
mod doubtful;
mod escapes;
mod heading;
mod later_header;
mod names;
mod outcome;
mod plausible;
mod refusal;
mod rejection;
mod sending;
pub mod shape;
mod swallowed;
#[cfg(test)]
mod tests;
pub mod warnings;
pub mod witness;

use message::{Order, Precision, RowError, WriteMode};
use uuid::Uuid;

use self::collisions::{CollisionCounter, KeyCollisions, SeenKey};
use self::columns::Judgement;
use self::heading::Heading;
pub use self::outcome::Converted;
use self::plausible::Plausible;
use self::refusal::refuse;
pub use self::rejection::Rejection;
use self::sending::{BuiltIn, Refusal, convert_declared};
use self::shape::{Columns, Declared, Shape};
use self::witness::Witness;
use crate::input::content::format::Encoding;
use crate::queue::message::Body;
use crate::queue::packing::Packing;
use crate::rows::{Delimiter, Row};

/// Turns the rows of one object into messages.
#[derive(Debug)]
pub struct Converter {
    shape: Shape,
    built_in: BuiltIn,
    encoding: Encoding,
    heading: Option<Heading>,
    collisions: CollisionCounter,
    witness: Witness,
    suspicious: u64,
}

impl Converter {
    /// A converter for the rows of the built-in shape, from the header on; the messages name `table`.
    #[must_use]
    pub fn new(table: &str, precision: Precision) -> Self {
        Self {
            shape: Shape::BuiltIn,
            built_in: BuiltIn {
                table: table.to_owned(),
                precision,
                writes: None,
                plausible: None,
                excess_bytes: 0,
                body: String::new(),
            },
            encoding: Encoding::default(),
            heading: None,
            collisions: CollisionCounter::default(),
            witness: Witness::default(),
            suspicious: 0,
        }
    }

    /// The same converter for messages of this mode, and of this ingest.
    #[must_use]
    pub fn writing(mut self, mode: WriteMode, ingest_id: Uuid) -> Self {
        let order = Order::of_row(ingest_id.as_u128(), 0);
        self.built_in.writes = (mode != WriteMode::Replace).then_some((mode, order));
        self
    }

    /// The same converter, for an object that was uploaded at this time, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn uploaded(mut self, uploaded: u64) -> Self {
        self.built_in.plausible = Plausible::of(uploaded);
        self
    }

    /// The same converter, for the rows of a declared shape.
    #[must_use]
    pub fn declared(mut self, declared: Declared) -> Self {
        self.collisions = CollisionCounter::of_texts(&declared);
        self.shape = Shape::Declared(Box::new(declared));
        if !self.shape.has_header() {
            self.heading = Some(Heading::in_order(&self.shape, &self.witness.judgement));
        }
        self
    }

    /// The same converter, for messages that are packed so; it rejects a row that is too large for one.
    #[must_use]
    pub fn packed(mut self, packing: Option<&Packing>) -> Self {
        let excess_bytes = packing.map_or(0, |packing| packing.excess_bytes(self.shape.method()));
        match &mut self.shape {
            Shape::BuiltIn => self.built_in.excess_bytes = excess_bytes,
            Shape::Declared(declared) => declared.excess_bytes = excess_bytes,
        }
        self
    }

    /// What the object looks like.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Takes the encoding of the object, for the reasons of rows that are not in it.
    pub fn encoded(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// Takes what the beginning of the object says of the whole, before its header is converted.
    pub fn judge(&mut self, judgement: Judgement) {
        self.witness.judgement = judgement;
        if self.heading.is_some() {
            self.heading = Some(Heading::in_order(&self.shape, &self.witness.judgement));
        }
    }

    /// A converter for the rows after another one's, with the text of the first row, the separator of its fields, the reason
    /// that rows cannot become messages, if there is one, the keys that were counted and seen, and what was seen of the object.
    #[must_use]
    pub fn resume(
        self,
        text: String,
        delimiter: Delimiter,
        problem: Option<String>,
        (counted, seen): (KeyCollisions, &[SeenKey]),
        witness: Witness,
    ) -> Self {
        Self {
            heading: Some(Heading::resume(text, delimiter, problem, &self.shape, &witness)),
            collisions: self.collisions.resume(counted, seen),
            witness,
            ..self
        }
    }

    /// Converts the next row.
    pub fn convert(&mut self, row: &Row<'_>) -> Converted<'_> {
        if self.heading.is_none() {
            self.heading = Some(Heading::of(row, &self.shape, &self.witness.judgement));
            return Converted::Header;
        }
        let Some(heading) = &mut self.heading else {
            return Converted::Header;
        };
        let body = match (&mut heading.columns, &row.record) {
            // The object may break off in it.
            (Ok(columns), Ok(record)) if !row.is_ended && record.len() < columns.width() => {
                Err(Refusal::Cells(RowError::of_width(*record, columns.width())))
            }
            (Ok(Columns::BuiltIn(header)), Ok(record)) => {
                self.built_in
                    .convert(header, *record, row, &mut self.collisions, &mut self.witness)
            }
            (Ok(Columns::Declared(converter)), Ok(record)) => convert_declared(
                &self.shape,
                &heading.names,
                converter,
                *record,
                row,
                &mut self.collisions,
                &mut self.witness,
            ),
            (Err(problem), _) => Err(Refusal::Header(problem.clone())),
            (_, Err(unreadable)) => Err(Refusal::Unreadable(*unreadable)),
        };
        match body {
            Ok(sent) => {
                self.suspicious += u64::from(sent.is_suspicious);
                let json = match &heading.columns {
                    Ok(Columns::Declared(converter)) => converter.converted().json,
                    _ => &self.built_in.body,
                };
                Converted::Message(Body {
                    json,
                    bytes: sent.bytes,
                    method: sent.method,
                })
            }
            Err(refusal) => refuse(
                heading,
                &self.shape,
                &mut self.witness,
                &mut self.suspicious,
                row,
                &refusal,
                self.encoding,
            ),
        }
    }

    /// Whether it is known what the columns are, or that no row can become a message.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.heading.is_some()
    }

    /// The first row as it stands in the file, if there was one.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.heading.as_ref()?.text.as_deref()
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

    /// The text of the partition key of the row that was converted last, when its shape is declared. What it says after a row
    /// that makes no message has no meaning.
    #[must_use]
    pub fn partition(&self) -> Option<&str> {
        match &self.heading.as_ref()?.columns {
            Ok(Columns::Declared(converter)) => Some(converter.converted().partition),
            _ => None,
        }
    }

    /// The rows whose key an earlier row has.
    #[must_use]
    pub fn collisions(&self) -> &CollisionCounter {
        &self.collisions
    }
}
