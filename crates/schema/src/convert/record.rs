//! The cells of a row as text.

use message::Record;

/// Cells as text, in which bytes that are not UTF-8 are replaced.
#[derive(Debug, Default)]
pub(crate) struct Repaired {
    pub text: String,
    pub ends: Vec<usize>,
    /// For each cell, the first byte that is not UTF-8, if there is one.
    pub invalid: Vec<Option<usize>>,
}

/// All cells as text, with replacements for bytes that are not UTF-8.
pub(crate) fn repaired(record: Record<'_>) -> Repaired {
    let mut repaired = Repaired::default();
    for cell in record.fields() {
        repaired.text.push_str(&String::from_utf8_lossy(cell));
        repaired.ends.push(repaired.text.len());
        let invalid = std::str::from_utf8(cell).err().map(|error| error.valid_up_to());
        repaired.invalid.push(invalid);
    }
    repaired
}
