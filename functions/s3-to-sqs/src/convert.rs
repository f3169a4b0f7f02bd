//! Turns a file's rows into messages and rejected rows. Pure: no calls, no clock.
//!
//! | module or type | what it does |
//! |---|---|
//! | [`Converter`] | converts the rows of one object, one after the other |
//! | [`shape`] | the shape of a file: the built-in one, or a resource of the data package |
//! | `heading`, `heading_error`, `later_header`, `names`, `prefixes` | find the columns in the header, and headers after rows |
//! | `sending`, `refusal` | rows that make a message, and rows that make none |
//! | [`Rejection`] | the reason that a row is rejected |
//! | [`collisions`] | counts rows with the same key |
//! | [`columns`] | judges the number columns before any row is sent |
//! | [`witness`], [`warnings`], `doubtful`, `escapes`, `plausible`, `swallowed` | warn of sent rows that look suspicious |

pub mod collisions;
mod column_set;
pub mod columns;
mod doubtful;
mod escapes;
mod heading;
mod heading_error;
mod later_header;
mod names;
mod outcome;
mod plausible;
mod prefixes;
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
use self::sending::{BuiltIn, Refusal, convert_declared, sent_declared};
use self::shape::{Columns, Declared, Shape};
use self::witness::Witness;
use crate::input::content::format::Encoding;
use crate::queue::message::Body;
use crate::queue::packing::Packing;
use crate::rows::{Delimiter, Row, Rows};

/// Converts the rows of one object into messages.
#[derive(Debug)]
pub struct Converter {
    shape: Shape,
    built_in: BuiltIn,
    /// The number of bytes by which a packed message of one row exceeds the size from its body and method; 0 without
    /// packing.
    excess_bytes: usize,
    encoding: Encoding,
    heading: Option<Heading>,
    collisions: CollisionCounter,
    witness: Witness,
    suspicious: u64,
}

impl Converter {
    /// A converter for rows of the built-in shape, from the header on. The messages name `table`.
    #[must_use]
    pub fn new(table: &str, precision: Precision) -> Self {
        Self {
            shape: Shape::BuiltIn,
            built_in: BuiltIn {
                table: table.to_owned(),
                precision,
                writes: None,
                plausible: None,
                body: String::new(),
            },
            excess_bytes: 0,
            encoding: Encoding::default(),
            heading: None,
            collisions: CollisionCounter::default(),
            witness: Witness::default(),
            suspicious: 0,
        }
    }

    /// Sets the write mode and the ingest of the messages.
    #[must_use]
    pub fn writing(mut self, mode: WriteMode, ingest_id: Uuid) -> Self {
        let order = Order::of_row(ingest_id.as_u128(), 0);
        self.built_in.writes = (mode != WriteMode::Replace).then_some((mode, order));
        self
    }

    /// Sets the time of the upload, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn uploaded(mut self, uploaded: u64) -> Self {
        self.built_in.plausible = Plausible::of(uploaded);
        self
    }

    /// Sets a declared shape of the rows.
    #[must_use]
    pub fn declared(mut self, declared: Declared) -> Self {
        self.collisions = CollisionCounter::of_texts(&declared);
        self.shape = Shape::Declared(Box::new(declared));
        if !self.shape.has_header() {
            self.heading = Some(Heading::in_order(&self.shape, &self.witness.judgement));
        }
        self
    }

    /// Sets how many keys a generation of the [`CollisionCounter`] has, after the shape is set.
    #[must_use]
    pub fn with_generations_of(mut self, keys: usize) -> Self {
        self.collisions = self.collisions.with_generations_of(keys);
        self
    }

    /// Sets the packing of the messages. The converter rejects a row that is too large for a packed message of its own.
    #[must_use]
    pub fn packed(mut self, packing: Option<&Packing>) -> Self {
        self.excess_bytes = packing.map_or(0, |packing| packing.excess_bytes(self.shape.method()));
        self
    }

    /// The shape of the object.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Sets the encoding of the object, for the reasons of rows that are invalid in it.
    pub fn encoded(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// Takes the judgement on the beginning of the object, before the header is converted.
    pub fn judge(&mut self, judgement: Judgement) {
        self.witness.judgement = judgement;
        if self.heading.is_some() {
            self.heading = Some(Heading::in_order(&self.shape, &self.witness.judgement));
        }
    }

    /// Continues where another converter stopped, with the text of the first row, the delimiter, the reason that rows
    /// cannot become messages (if there is one), the collisions counted and the keys seen, and the observations about
    /// the object.
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
            self.witness.is_header_unreadable = row.record.is_err();
            return Converted::Header;
        }
        let Some(heading) = &mut self.heading else {
            return Converted::Header;
        };
        let body = match (&mut heading.columns, &row.record) {
            // The object may break off in this row.
            (Ok(columns), Ok(record)) if !row.is_ended && record.len() < columns.width() => Err(Refusal::Cells(
                RowError::of_width(*record, columns.width(), columns.width_of()),
            )),
            (Ok(Columns::BuiltIn(header)), Ok(record)) => self.built_in.convert(
                header,
                *record,
                row,
                self.excess_bytes,
                &mut self.collisions,
                &mut self.witness,
            ),
            (Ok(Columns::Declared(converter)), Ok(record)) => {
                convert_declared(&self.shape, &heading.names, converter, *record, row.position.line).and_then(|()| {
                    sent_declared(
                        converter,
                        *record,
                        row,
                        self.excess_bytes,
                        &mut self.collisions,
                        &mut self.witness,
                    )
                })
            }
            (Err(error), _) => Err(Refusal::Header(error.to_string())),
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

    /// Takes the end of the object, of which `rows` are the rows.
    pub fn end(&mut self, rows: &Rows) {
        if let Some(line) = rows.unreached_header() {
            self.heading = Some(Heading::unreached(line, &self.witness.judgement));
        }
    }

    /// Whether the columns are known, or the reason that no row can become a message.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.heading.is_some()
    }

    /// The first row, verbatim, if it was converted.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.heading.as_ref()?.text.as_deref()
    }

    /// The first reason that rows cannot become messages, if there is one.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.heading.as_ref()?.problem.as_deref()
    }

    /// The columns that are left out of the messages.
    #[must_use]
    pub fn unknown_columns(&self) -> Vec<String> {
        let first = self.heading.as_ref().map_or(&[][..], |heading| &heading.unknown);
        [first, &self.witness.later_unknown].concat()
    }

    /// The observations about the object.
    #[must_use]
    pub fn witness(&self) -> &Witness {
        &self.witness
    }

    /// The number of sent rows that this converter found suspicious.
    #[must_use]
    pub fn suspicious(&self) -> u64 {
        self.suspicious
    }

    /// The partition key of the last converted row, as text, when the shape is declared. Meaningless after a row that
    /// made no message.
    #[must_use]
    pub fn partition(&self) -> Option<&str> {
        match &self.heading.as_ref()?.columns {
            Ok(Columns::Declared(converter)) => Some(converter.converted().partition),
            _ => None,
        }
    }

    /// The counter of rows whose key an earlier row has.
    #[must_use]
    pub fn collisions(&self) -> &CollisionCounter {
        &self.collisions
    }
}
