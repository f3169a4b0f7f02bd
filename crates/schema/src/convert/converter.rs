//! The rows of one file, one after the other.

use std::sync::Arc;

use jiff::Timestamp;
use message::invisible::is_blank;
use message::{MAX_ITEM_BYTES, Order, WriteMode};

use super::columns::Columns;
use super::header_error::HeaderError;
use super::reading::{Cells, Reading};
use super::record::{Record, Repaired};
use super::{item_size, merge};
use crate::cell::moment::Moment;
use crate::cell::span::{Buffers, Span};
use crate::cell::value::Value;
use crate::descriptor::resource::Write;
use crate::escape::is_plain;
use crate::plan::row::{ObjectTexts, Row};
use crate::plan::steps::{Inputs, Kept, Output};
use crate::plan::{BodyPlan, Plan};
use crate::rejection::{CellError, RowError};
use crate::table::MAX_CHANGES;

/// What the order of an item takes of its size.
const ORDER_BYTES: usize = Order::ATTRIBUTE.len() + Order::LENGTH;

/// An object whose rows are converted: what templates and orders say about it.
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
    object: ObjectTexts,
    write: Write,
    /// The mode of the messages, where they have one.
    mode: Option<WriteMode>,
    /// The order of the ingest.
    order: Order,
    values: Vec<Value>,
    kept: Vec<(usize, Span)>,
    scratch: String,
    keys: String,
    body: String,
    errors: Vec<CellError>,
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
        let uploaded = Timestamp::from_nanosecond(object.uploaded).ok();
        Ok(Self {
            object: ObjectTexts {
                key: object.key.to_owned(),
                file: object.key.rsplit('/').next().unwrap_or_default().to_owned(),
                ingest: order.ingest_id().to_owned(),
                // A time that cannot be written is no time of an upload.
                uploaded: uploaded
                    .and_then(|instant| Moment::at(instant).ok())
                    .unwrap_or(Moment::EPOCH),
            },
            mode: match write {
                Write::Latest => Some(WriteMode::Latest),
                Write::Create => Some(WriteMode::Create),
                Write::Replace | Write::Merge | Write::Delete => None,
            },
            write,
            order,
            values: Vec::with_capacity(plan.fields.len()),
            kept: Vec::new(),
            plan,
            columns,
            scratch: String::new(),
            keys: String::new(),
            body: String::new(),
            errors: Vec::new(),
        })
    }

    /// The columns that no field describes, in their order.
    #[must_use]
    pub fn unknown_columns(&self) -> &[String] {
        &self.columns.unknown
    }

    /// How the rows are written.
    #[must_use]
    pub fn write(&self) -> Write {
        self.write
    }

    /// Converts the row that starts in this line.
    ///
    /// # Errors
    /// [`RowError`], with every bad cell and not only the first.
    pub fn convert(&mut self, record: Record<'_>, line: u64) -> Result<Converted<'_>, RowError> {
        self.check_width(record)?;
        if let Some(text) = record.text() {
            return self.convert_cells(Cells::new(text, record.ends(), &[]), line);
        }
        let Repaired { text, ends, invalid } = record.repaired();
        self.convert_cells(Cells::new(&text, &ends, &invalid), line)
    }

    /// Cells that are missing or too many at the end of a row are empty, as long as no field needs them.
    fn check_width(&self, record: Record<'_>) -> Result<(), RowError> {
        let (found, expected) = (record.len(), self.columns.width);
        let extra_is_blank = || {
            let mut extra = (expected..found).map(|column| record.cell(column));
            let unnamed = !self.plan.has_header && self.plan.fields_match.allows_unknown();
            unnamed || extra.all(|cell| std::str::from_utf8(cell).is_ok_and(is_blank))
        };
        if found >= self.columns.known_width && (found <= expected || extra_is_blank()) {
            return Ok(());
        }
        Err(RowError::FieldCount { found, expected })
    }

    fn convert_cells(&mut self, cells: Cells<'_>, line: u64) -> Result<Converted<'_>, RowError> {
        self.scratch.clear();
        self.keys.clear();
        self.body.clear();
        self.errors.clear();
        let plan = &*self.plan;
        let mut reading = Reading {
            plan,
            columns: &self.columns,
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
        if !self.errors.is_empty() {
            return Err(RowError::Cells(std::mem::take(&mut self.errors)));
        }
        plan.partition
            .write(&row, &plan.fields, &mut self.keys, &mut self.errors);
        let partition_bytes = self.keys.len();
        if let Some(sort) = &plan.sort {
            sort.write(&row, &plan.fields, &mut self.keys, &mut self.errors);
        }
        if !self.errors.is_empty() {
            return Err(RowError::Cells(std::mem::take(&mut self.errors)));
        }
        let (partition, sort) = self.keys.split_at(partition_bytes);
        let inputs = Inputs {
            row,
            fields: &plan.fields,
            partition,
            sort,
            mode: self.mode.map(|mode| (mode, self.order.at_line(line))),
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
            BodyPlan::Merge(merge) => changes = Some(merge::write(merge, &inputs, &mut output)),
        }
        let bytes = output.text.len() - output.escapes;
        if !self.errors.is_empty() {
            return Err(RowError::Cells(std::mem::take(&mut self.errors)));
        }
        match changes {
            Some(0) => return Err(RowError::NothingToMerge),
            Some(count) if count > MAX_CHANGES => return Err(RowError::TooManyChanges(count)),
            _ => {}
        }
        // The item keeps the order, too.
        let beside = if self.mode.is_some() { ORDER_BYTES } else { 0 };
        if bytes + beside > MAX_ITEM_BYTES
            && let Some(size) = item_size::of_body(&self.body)
                .map(|size| size + beside)
                .filter(|size| *size > MAX_ITEM_BYTES)
        {
            return Err(RowError::ItemTooLarge(size));
        }
        let (partition, sort) = self.keys.split_at(partition_bytes);
        Ok(Converted {
            json: &self.body,
            bytes,
            partition,
            sort,
        })
    }
}
