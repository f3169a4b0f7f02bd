//! Converts the rows of a file, one after the other.

mod of_file;

use std::sync::Arc;

use message::escape::is_plain;
use message::{MAX_ITEM_BYTES, Order, Record, WriteMode};

use super::columns::Columns;
use super::header_error::HeaderError;
use super::reading::{Cells, Reading};
use super::record::{Repaired, repaired};
use super::watched::Watched;
use super::{item_size, merge};
use crate::cell::epoch;
use crate::cell::moment::Moment;
use crate::cell::span::{Buffers, Span};
use crate::cell::value::Value;
use crate::descriptor::resource::Write;
use crate::plan::row::{ObjectTexts, Row};
use crate::plan::steps::{Inputs, Kept, Output};
use crate::plan::{BodyPlan, Plan};
use crate::rejection::{CellError, RowError};
use crate::table::MAX_CHANGES;

/// The object whose rows are converted, with the facts that templates and orders use.
#[derive(Clone, Copy, Debug)]
pub struct Object<'o> {
    /// Its key.
    pub key: &'o str,
    /// Its ingest id: a UUID as one number.
    pub ingest_id: u128,
    /// When it was uploaded, in nanoseconds since 1970.
    pub uploaded: i128,
}

/// Turns the rows of one object into the bodies of messages.
#[derive(Debug)]
pub struct Converter {
    plan: Arc<Plan>,
    columns: Columns,
    watched: Watched,
    /// Fields in whose numbers a point before three digits may separate thousands.
    distrusted: Vec<usize>,
    object: ObjectTexts,
    write: Write,
    /// The mode that the messages name, if they name one.
    mode: Option<WriteMode>,
    /// Whether items have the order of their rows.
    is_ordered: bool,
    /// The order of the ingest's line 0, from which the order of each row is made.
    order: Order,
    values: Vec<Value>,
    kept: Vec<(usize, Span)>,
    scratch: String,
    keys: String,
    body: String,
    errors: Vec<CellError>,
    /// The text of the last row, when its bytes were not all UTF-8.
    repaired: Option<String>,
    /// The lengths in bytes of the last row's partition key and of its body.
    partition_bytes: usize,
    bytes: usize,
}

/// A row that can be sent.
#[derive(Clone, Copy, Debug)]
pub struct Converted<'c> {
    /// The body of its message, as the content of a JSON string: escaped, without the quotation marks.
    pub json: &'c str,
    /// The length of the body itself, in bytes.
    pub bytes: usize,
    /// The text of its partition key.
    pub partition: &'c str,
    /// The text of its sort key; empty when the table has none.
    pub sort: &'c str,
}

impl Converter {
    pub(crate) fn new(
        plan: Arc<Plan>,
        header: Option<Record<'_>>,
        object: &Object<'_>,
        stack: WriteMode,
    ) -> Result<Self, HeaderError> {
        let columns = match header {
            Some(header) if plan.has_header => Columns::named(&plan, header)?,
            None if plan.has_header => return Err(HeaderError::NoHeader),
            _ => Columns::in_order(&plan),
        };
        let write = plan.write.unwrap_or_else(|| stack.into());
        let order = Order::of_row(object.ingest_id, 0);
        let uploaded = epoch::utc_of_nanoseconds(object.uploaded);
        Ok(Self {
            object: ObjectTexts {
                key: object.key.to_owned(),
                file: object.key.rsplit('/').next().unwrap_or_default().to_owned(),
                ingest: order.ingest_id().to_owned(),
                // No upload has a time that cannot be written.
                uploaded: uploaded
                    .and_then(|utc| Moment::in_utc(utc).ok())
                    .unwrap_or(Moment::EPOCH),
            },
            mode: write.named_mode(stack),
            is_ordered: matches!(write, Write::Latest | Write::Create),
            write,
            order,
            values: Vec::with_capacity(plan.fields.len()),
            kept: Vec::new(),
            watched: Watched::of(&plan, &columns),
            distrusted: Vec::new(),
            plan,
            columns,
            scratch: String::new(),
            keys: String::new(),
            body: String::new(),
            errors: Vec::new(),
            repaired: None,
            partition_bytes: 0,
            bytes: 0,
        })
    }

    /// The columns that no field describes, in order.
    #[must_use]
    pub fn unknown_columns(&self) -> &[String] {
        &self.columns.unknown
    }

    /// The columns that no field describes and that are not kept, so that they are in no item.
    #[must_use]
    pub fn columns_left_out(&self) -> &[String] {
        self.columns.left_out()
    }

    /// The columns of the header that have no name and no field, counted from 0, in ascending order.
    #[must_use]
    pub fn nameless_columns(&self) -> &[usize] {
        &self.columns.nameless
    }

    /// How the rows are written.
    #[must_use]
    pub fn write(&self) -> Write {
        self.write
    }

    /// Converts the row that starts on this line.
    ///
    /// # Errors
    /// [`RowError`] with every bad cell.
    pub fn convert(&mut self, record: Record<'_>, line: u64) -> Result<Converted<'_>, RowError> {
        self.convert_row(record, line)?;
        Ok(self.converted())
    }

    /// The row that was converted last. It has no meaning after an error.
    #[must_use]
    pub fn converted(&self) -> Converted<'_> {
        let (partition, sort) = self.keys.split_at_checked(self.partition_bytes).unwrap_or_default();
        Converted {
            json: &self.body,
            bytes: self.bytes,
            partition,
            sort,
        }
    }

    fn convert_row(&mut self, record: Record<'_>, line: u64) -> Result<(), RowError> {
        if !self.fits(record) {
            return Err(message::RowError::of_width(record, self.width(), self.width_of()).into());
        }
        if let Some(text) = record.text() {
            self.repaired = None;
            return self.convert_cells(Cells::new(text, record.ends(), &[]), line);
        }
        let Repaired { text, ends, invalid } = repaired(record);
        let converted = self.convert_cells(Cells::new(&text, &ends, &invalid), line);
        self.repaired = Some(text);
        converted
    }

    fn convert_cells(&mut self, cells: Cells<'_>, line: u64) -> Result<(), RowError> {
        self.scratch.clear();
        self.keys.clear();
        self.body.clear();
        self.errors.clear();
        let plan = &*self.plan;
        let mut reading = Reading {
            plan,
            columns: &self.columns,
            distrusted: &self.distrusted,
            values: &mut self.values,
            kept: &mut self.kept,
            scratch: &mut self.scratch,
            errors: &mut self.errors,
        };
        reading.read(cells);
        let row = Row {
            values: &self.values,
            buffers: Buffers {
                record: cells.text,
                defaults: &plan.defaults,
                scratch: &self.scratch,
            },
            is_plain: is_plain(cells.text),
            line,
            object: &self.object,
        };
        plan.partition
            .write(&row, &plan.fields, &mut self.keys, &mut self.errors);
        let partition_bytes = self.keys.len();
        if let Some(sort) = &plan.sort {
            sort.write(&row, &plan.fields, &mut self.keys, &mut self.errors);
        }
        if !self.errors.is_empty() {
            return Err(self.bad_cells());
        }
        let (partition, sort) = self.keys.split_at(partition_bytes);
        let inputs = Inputs {
            row,
            fields: &plan.fields,
            partition,
            sort,
            mode: self
                .mode
                .map(|mode| (mode, self.is_ordered.then(|| self.order.at_line(line)))),
            kept: Kept {
                columns: &self.columns.kept,
                cells: &self.kept,
            },
        };
        let mut output = Output {
            text: &mut self.body,
            escapes: 0,
            errors: &mut self.errors,
        };
        let mut changes = None;
        match &plan.body {
            BodyPlan::Put(steps) | BodyPlan::Delete(steps) => output.run(steps, &inputs),
            BodyPlan::Merge(merge) => {
                let has_cell = |field: usize| {
                    let column = self.columns.of_fields.get(field).copied().flatten();
                    column.is_some_and(|column| cells.has(column))
                };
                changes = Some(merge::write(merge, &inputs, has_cell, &mut output));
            }
        }
        let bytes = output.text.len() - output.escapes;
        if !self.errors.is_empty() {
            return Err(self.bad_cells());
        }
        match changes {
            Some(0) => return Err(RowError::NothingToMerge),
            Some(count) if count > MAX_CHANGES => return Err(RowError::TooManyChanges(count)),
            _ => {}
        }
        // The order is a part of the item, too.
        let beside = if self.is_ordered { Order::BYTES } else { 0 };
        if bytes + beside > MAX_ITEM_BYTES
            && let Some(size) = item_size::of_body(&self.body)
                .map(|size| size + beside)
                .filter(|size| *size > MAX_ITEM_BYTES)
        {
            return Err(message::RowError::ItemTooLarge(size).into());
        }
        (self.partition_bytes, self.bytes) = (partition_bytes, bytes);
        Ok(())
    }

    #[cold]
    fn bad_cells(&mut self) -> RowError {
        message::RowError::Cells(std::mem::take(&mut self.errors)).into()
    }
}
