//! Handles rows that make no message: they are not data rows, or are rejected.

use super::heading::{Found, Heading};
use super::outcome::Converted;
use super::rejection::Rejection;
use super::sending::Refusal;
use super::shape::Shape;
use super::witness::Witness;
use crate::input::content::format::Encoding;
use crate::queue::message::MAX_BYTES;
use crate::rows::Row;

/// The outcome of a row that makes no message: it is not a data row, or is rejected.
#[cold]
pub(super) fn refuse<'c>(
    heading: &mut Heading,
    shape: &Shape,
    witness: &mut Witness,
    suspicious: &mut u64,
    row: &Row<'_>,
    refusal: &Refusal,
    encoding: Encoding,
) -> Converted<'c> {
    if let Ok(record) = row.record {
        if record.is_blank() {
            return Converted::Blank;
        }
        match heading.take(record, row.position.line, shape, witness) {
            Some(Found::Header) => return Converted::Header,
            Some(Found::RowAndHeader) => {
                let reason = "a row and a header stand in one line: put a line end between the files that were joined";
                return Rejection::of_row(&reason).into();
            }
            None => {}
        }
        if let Ok(columns) = &heading.columns {
            *suspicious += witness.look_at_refused(columns, record);
        }
    }
    match refusal {
        Refusal::Header(problem) => Rejection::of_row(problem).into(),
        Refusal::Unreadable(unreadable) => Rejection::of_row(unreadable).into(),
        Refusal::Cells(error) => Rejection::of_cells(error, row, encoding).into(),
        Refusal::Declared(error) => Rejection::of_declared(error, row, encoding).into(),
        Refusal::NoRow => Rejection::of_row(&"the row is a header of another file").into(),
        Refusal::TooLarge(bytes) => {
            let reason = format!(
                "the row makes a message of {bytes} bytes; SQS takes {MAX_BYTES}: shorten its cells or split the row"
            );
            Rejection::of_row(&reason).into()
        }
    }
}
