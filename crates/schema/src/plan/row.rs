//! The values of a row, and the facts about it.

use crate::cell::moment::Moment;
use crate::cell::span::Buffers;
use crate::cell::value::Value;

/// A row whose cells have been read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'r> {
    pub values: &'r [Value],
    pub buffers: Buffers<'r>,
    /// Whether no cell has a character that needs an escape.
    pub is_plain: bool,
    pub line: u64,
    pub object: &'r ObjectTexts,
}

/// The facts about an object that templates can use.
#[derive(Clone, Debug)]
pub(crate) struct ObjectTexts {
    pub key: String,
    pub file: String,
    pub ingest: String,
    pub uploaded: Moment,
}

impl Row<'_> {
    /// Whether a field has no value.
    pub fn lacks(&self, field: usize) -> bool {
        matches!(self.values.get(field), None | Some(Value::Missing))
    }
}
