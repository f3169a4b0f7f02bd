//! The steps that write a body: literals, which are escaped once, and what is written between them.

use message::escape::{is_plain, push_json, push_json_text, push_text};
use message::{Order, WriteMode};

use super::key::source_name;
use super::place::{CompiledPlace, Plainness, push_value};
use super::row::Row;
use crate::cell::span::Span;
use crate::cell::value::Value;
use crate::descriptor::field::Field;
use crate::descriptor::kind::Kind;
use crate::rejection::{CellError, RowViolation};

/// A step that writes a part of a body, as the content of a JSON string.
#[derive(Debug)]
pub(crate) enum Step {
    Literal(Literal),
    /// The text of the partition key.
    Partition(Plainness),
    /// The text of the sort key.
    Sort(Plainness),
    /// The text of a field's value.
    Field {
        field: usize,
        kind: Kind,
        plainness: Plainness,
    },
    /// The attribute value of a field whose cells make lists or maps.
    Json {
        field: usize,
    },
    /// A place of a template, of the attribute with this name.
    Place {
        place: CompiledPlace,
        attribute: String,
    },
    /// Jumps to another step when a field has no value.
    IfMissing {
        field: usize,
        next: usize,
    },
    /// Jumps to another step when a field has a value.
    IfPresent {
        field: usize,
        next: usize,
    },
    /// The members `Mode` and `Order`, if the message has them, each with a comma before it.
    Mode,
    /// Columns without a field, as members.
    Kept,
    /// Removes the comma after the last member, if there is one.
    Close,
}

/// Escaped text.
#[derive(Debug, Default)]
pub(crate) struct Literal {
    pub text: String,
    /// The number of bytes that the escapes add.
    pub escapes: usize,
}

/// The inputs of the steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs<'i> {
    pub row: Row<'i>,
    pub fields: &'i [Field],
    pub partition: &'i str,
    pub sort: &'i str,
    /// The mode of the write, if the message names it, and the order of the row, if the outcome depends on the item that is
    /// already there.
    pub mode: Option<(WriteMode, Option<Order>)>,
    /// Columns without a field that have a value.
    pub kept: Kept<'i>,
}

/// Columns without a field that are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<'k> {
    /// The columns, with their names as JSON.
    pub columns: &'k [(usize, Literal)],
    /// For each column that has a value in the row: its index in `columns`, and where the value is.
    pub cells: &'k [(usize, Span)],
}

/// A body that is being written.
#[derive(Debug)]
pub(crate) struct Output<'o> {
    pub text: &'o mut String,
    pub escapes: usize,
    pub errors: &'o mut Vec<CellError>,
}

impl Literal {
    pub fn of_json(json: &str) -> Self {
        let mut text = String::new();
        let escapes = push_json(&mut text, json);
        Self { text, escapes }
    }

    /// A text as JSON, in quotation marks.
    pub fn quoted(text: &str) -> Self {
        Self::of_json(&quoted(text))
    }
}

/// A text as JSON, in quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    push_json_text(&mut json, text);
    json.push('"');
    json
}

impl Output<'_> {
    pub fn literal(&mut self, literal: &Literal) {
        self.text.push_str(&literal.text);
        self.escapes += literal.escapes;
    }

    /// Appends escaped JSON, in which the escapes add this number of bytes.
    pub fn escaped_json(&mut self, json: &str, escapes: usize) {
        self.text.push_str(json);
        self.escapes += escapes;
    }

    /// Appends a text that may need escapes.
    pub fn escaped(&mut self, text: &str) {
        self.escapes += push_text(self.text, text);
    }

    /// Runs the steps.
    pub fn run(&mut self, steps: &[Step], inputs: &Inputs<'_>) {
        let mut rest = steps.iter();
        while let Some(step) = rest.next() {
            match step {
                Step::Literal(literal) => self.literal(literal),
                Step::Partition(plainness) => self.key(inputs.partition, *plainness, &inputs.row),
                Step::Sort(plainness) => self.key(inputs.sort, *plainness, &inputs.row),
                Step::Field { field, kind, plainness } => self.field(*field, *kind, *plainness, &inputs.row),
                Step::Json { field } => {
                    if let Some(Value::Json { json, size, .. }) = inputs.row.values.get(*field) {
                        self.text.push_str(json.text(inputs.row.buffers));
                        self.escapes += size.escapes;
                    }
                }
                Step::Place { place, attribute } => self.place(place, attribute, inputs),
                Step::IfMissing { field, next: other } => {
                    if inputs.row.lacks(*field) {
                        rest = steps.get(*other..).unwrap_or_default().iter();
                    }
                }
                Step::IfPresent { field, next: other } => {
                    if !inputs.row.lacks(*field) {
                        rest = steps.get(*other..).unwrap_or_default().iter();
                    }
                }
                Step::Mode => {
                    if let Some((mode, order)) = inputs.mode {
                        self.mode(mode, order);
                    }
                }
                Step::Kept => {
                    for index in 0..inputs.kept.cells.len() {
                        self.kept_name(index, inputs);
                        self.text.push(':');
                        self.kept_value(index, inputs);
                        self.text.push(',');
                    }
                }
                Step::Close => {
                    if self.text.ends_with(',') {
                        self.text.pop();
                    }
                }
            }
        }
    }

    /// Appends the members `Mode` and `Order`, each with a comma before it.
    pub fn mode(&mut self, mode: WriteMode, order: Option<Order>) {
        let order = order.as_ref().map(|order| (Order::MEMBER, order.as_str()));
        // Modes and orders have nothing to escape.
        for (member, text) in std::iter::once((WriteMode::MEMBER, mode.as_str())).chain(order) {
            for part in [",\\\"", member, "\\\":\\\"", text, "\\\""] {
                self.text.push_str(part);
            }
            self.escapes += 4;
        }
    }

    /// Appends the name of a column without a field, by its index among those that have a value.
    pub fn kept_name(&mut self, index: usize, inputs: &Inputs<'_>) {
        let column = inputs.kept.cells.get(index).map(|(column, _)| *column);
        if let Some((_, name)) = column.and_then(|column| inputs.kept.columns.get(column)) {
            self.literal(name);
        }
    }

    /// Appends the attribute value of a column without a field.
    pub fn kept_value(&mut self, index: usize, inputs: &Inputs<'_>) {
        let cell = inputs.kept.cells.get(index);
        self.text.push_str("{\\\"S\\\":\\\"");
        self.escaped(cell.map_or("", |(_, span)| span.text(inputs.row.buffers)));
        self.text.push_str("\\\"}");
        self.escapes += 4;
    }

    fn key(&mut self, text: &str, plainness: Plainness, row: &Row<'_>) {
        if plainness.holds(row) {
            self.text.push_str(text);
        } else {
            self.escaped(text);
        }
    }

    fn field(&mut self, field: usize, kind: Kind, plainness: Plainness, row: &Row<'_>) {
        match row.values.get(field) {
            Some(Value::Text(span)) if plainness.holds(row) => self.text.push_str(span.text(row.buffers)),
            Some(Value::Text(span)) => self.escaped(span.text(row.buffers)),
            Some(Value::Number(span)) => self.text.push_str(span.text(row.buffers)),
            Some(value) => push_value(value, kind, row.buffers, self.text),
            None => {}
        }
    }

    fn place(&mut self, place: &CompiledPlace, attribute: &str, inputs: &Inputs<'_>) {
        let start = self.text.len();
        if let Err(violation) = place.write(&inputs.row, self.text) {
            self.errors.push(CellError {
                column: source_name(place.place.source, inputs.fields).to_owned(),
                attribute: Some(attribute.to_owned()),
                violation: RowViolation::Place(violation.to_string()),
            });
        }
        if !place.plainness.holds(&inputs.row) && !is_plain(&self.text[start..]) {
            let raw = self.text.split_off(start);
            self.escaped(&raw);
        }
    }
}

/// Assembles steps. Joins literals that follow each other, unless a step jumps between them.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    steps: Vec<Step>,
    /// The last step that others jump to.
    target: usize,
}

impl Assembler {
    pub fn json(&mut self, json: &str) {
        let led_here = self.steps.len() == self.target;
        match self.steps.last_mut() {
            Some(Step::Literal(literal)) if !led_here => {
                literal.escapes += push_json(&mut literal.text, json);
            }
            _ => self.steps.push(Step::Literal(Literal::of_json(json))),
        }
    }

    pub fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Adds steps that skip all steps added until [`land`](Self::land), unless all of these fields have a value.
    pub fn unless_present(&mut self, fields: &[usize]) -> Vec<usize> {
        let first = self.steps.len();
        let skips = fields.iter().map(|&field| Step::IfMissing { field, next: 0 });
        self.steps.extend(skips);
        (first..self.steps.len()).collect()
    }

    /// Adds a step that skips all steps added until [`land`](Self::land), unless a field has no value.
    pub fn unless_missing(&mut self, field: usize) -> Vec<usize> {
        self.steps.push(Step::IfPresent { field, next: 0 });
        vec![self.steps.len() - 1]
    }

    /// Makes these steps jump to the step that is added next.
    pub fn land(&mut self, from: &[usize]) {
        let here = self.steps.len();
        for &step in from {
            if let Some(Step::IfMissing { next, .. } | Step::IfPresent { next, .. }) = self.steps.get_mut(step) {
                *next = here;
                self.target = here;
            }
        }
    }

    /// Ends a list of members: removes the comma after the last one.
    pub fn close(&mut self) {
        let led_here = self.steps.len() == self.target;
        match self.steps.last_mut() {
            Some(Step::Literal(literal)) if !led_here => {
                if literal.text.ends_with(',') {
                    literal.text.pop();
                }
            }
            _ => self.steps.push(Step::Close),
        }
    }

    pub fn finish(self) -> Vec<Step> {
        self.steps
    }
}
