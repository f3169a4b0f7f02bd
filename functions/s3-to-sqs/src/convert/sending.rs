//! Converts rows that make a message, of the built-in shape and of a declared one.

use message::{Header, MAX_ITEM_BYTES, Order, Precision, Record, RowError, WriteMode};
use schema::Write;

use super::collisions::CollisionCounter;
use super::names::{FileNames, is_header_as_row};
use super::plausible::Plausible;
use super::shape::Shape;
use super::witness::{Signs, Witness};
use crate::queue::message::{MAX_BYTES, message_bytes};
use crate::rows::{Row, Unreadable};

/// Converts rows of the built-in shape.
#[derive(Debug)]
pub(super) struct BuiltIn {
    pub table: String,
    pub precision: Precision,
    /// The write mode of the messages and the order of their ingest; `None` when rows replace items.
    pub writes: Option<(WriteMode, Order)>,
    pub plausible: Option<Plausible>,
    /// The body of the last message, as the content of a JSON string. Its buffer is reused for the next one.
    pub body: String,
}

/// A row whose message is written.
pub(super) struct Sent {
    /// The length of the unescaped body, in bytes.
    pub bytes: usize,
    pub method: &'static str,
    pub is_suspicious: bool,
}

/// Why a row makes no message.
pub(super) enum Refusal {
    /// The header in force gives no columns, for this reason.
    Header(String),
    Unreadable(Unreadable),
    Cells(RowError),
    Declared(schema::RowError),
    /// It is a blank line or a header, although every cell would be valid in a row.
    NoRow,
    /// Its message would have this many bytes, which is too many.
    TooLarge(usize),
}

impl BuiltIn {
    /// Writes the message of a row.
    #[inline]
    pub fn convert(
        &mut self,
        header: &Header,
        record: Record<'_>,
        row: &Row<'_>,
        excess_bytes: usize,
        collisions: &mut CollisionCounter,
        witness: &mut Witness,
    ) -> Result<Sent, Refusal> {
        let message = header.message(record, self.precision).map_err(Refusal::Cells)?;
        self.body.clear();
        let bytes = match self.writes {
            None => message.write_body(&self.table, &mut self.body),
            Some(_) if message.item_bytes() + Order::BYTES > MAX_ITEM_BYTES => {
                let error = RowError::ItemTooLarge(message.item_bytes() + Order::BYTES);
                return Err(Refusal::Cells(error));
            }
            Some((mode, order)) => {
                let order = order.at_line(row.position.line);
                message.write_ordered_body(&self.table, mode, order, &mut self.body)
            }
        };
        let method = Write::Replace.method();
        check_size(bytes + excess_bytes, method)?;
        let line = row.position.line;
        collisions.count(message.key, line);
        let signs = Signs::of_message(&message, row, self.plausible.as_ref());
        Ok(Sent {
            bytes,
            method,
            is_suspicious: witness.note(signs, line),
        })
    }
}

/// Writes the message of a row of a declared shape.
pub(super) fn convert_declared(
    shape: &Shape,
    names: &FileNames,
    converter: &mut schema::Converter,
    record: Record<'_>,
    line: u64,
) -> Result<(), Refusal> {
    let may_be_blank = !record.bytes().first().is_some_and(u8::is_ascii_graphic);
    if may_be_blank && record.is_blank() {
        return Err(Refusal::NoRow);
    }
    if let Err(error) = converter.convert(record, line) {
        return Err(Refusal::Declared(error));
    }
    if converter.may_be_header(record) && is_header_as_row(shape, record, names) {
        return Err(Refusal::NoRow);
    }
    Ok(())
}

/// Takes the message that the converter of a declared shape wrote last, if it is not too large, and counts its row.
pub(super) fn sent_declared(
    converter: &schema::Converter,
    record: Record<'_>,
    row: &Row<'_>,
    excess_bytes: usize,
    collisions: &mut CollisionCounter,
    witness: &mut Witness,
) -> Result<Sent, Refusal> {
    let line = row.position.line;
    let message = converter.converted();
    let (bytes, method) = (message.bytes, converter.write().method());
    check_size(bytes + excess_bytes, method)?;
    collisions.count_texts(message.partition, message.sort, line);
    // Behind the columns of a file without a header, there are others without a name.
    let nameless = converter.nameless_columns().iter().copied();
    let nameless = nameless.take_while(|column| *column < record.len());
    for column in nameless.chain(converter.width()..record.len()) {
        witness.note_nameless(record, column);
    }
    let signs = Signs::of_declared(converter, record, row);
    Ok(Sent {
        bytes,
        method,
        is_suspicious: witness.note(signs, line),
    })
}

/// Checks the size of a message from the length of its body, including the excess of packing.
fn check_size(body_bytes: usize, method: &str) -> Result<(), Refusal> {
    match message_bytes(body_bytes, method) {
        bytes if bytes > MAX_BYTES => Err(Refusal::TooLarge(bytes)),
        _ => Ok(()),
    }
}
