//! The header of a CSV file: where the columns are.

use std::borrow::Cow;

use super::{COLUMNS, Record};
use crate::{invisible, names};

/// The places of a file's columns, which are found by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(super) width: usize,
    pub(super) positions: [usize; COLUMNS.len()],
    pub(super) distrusted: [bool; names::NUMBERS.len()],
    unknown: Vec<String>,
}

/// Why no row of a file can become a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// These columns are missing.
    #[error("the header lacks {}; it must name each of {}, in any order", quoted(.0), COLUMNS.join(","))]
    Missing(Vec<&'static str>),
    /// These columns occur more than once, so it is not known which one counts.
    #[error("the header has {} more than once", quoted(.0))]
    Duplicate(Vec<&'static str>),
}

impl Header {
    /// Finds the columns in the first record of a file. The case of names is ignored, as are [invisible](crate::invisible)
    /// characters and quotes around them.
    ///
    /// # Errors
    /// [`HeaderError`] when a column is missing or occurs twice.
    pub fn parse(record: Record<'_>) -> Result<Self, HeaderError> {
        let mut positions = [None; COLUMNS.len()];
        let mut duplicate = Vec::new();
        let mut unknown = Vec::new();
        for (index, field) in record.fields().enumerate() {
            let name = column_name(field);
            match column(&name) {
                Some(column) if positions[column].is_none() => positions[column] = Some(index),
                Some(column) if duplicate.contains(&COLUMNS[column]) => {}
                Some(column) => duplicate.push(COLUMNS[column]),
                None => unknown.push(name.into_owned()),
            }
        }
        let missing: Vec<_> = COLUMNS
            .into_iter()
            .zip(positions)
            .filter(|(_, at)| at.is_none())
            .map(|(column, _)| column)
            .collect();
        if !missing.is_empty() {
            return Err(HeaderError::Missing(missing));
        }
        if !duplicate.is_empty() {
            return Err(HeaderError::Duplicate(duplicate));
        }
        Ok(Self {
            width: record.len(),
            positions: positions.map(Option::unwrap_or_default),
            distrusted: Default::default(),
            unknown,
        })
    }

    /// The place, in the order of the documented sample, of the column that a field of a header names.
    #[must_use]
    pub fn column(field: &[u8]) -> Option<usize> {
        column(&column_name(field))
    }

    /// The names of the columns that a file must have, in the order of the documented sample.
    #[must_use]
    pub fn column_names() -> &'static [&'static str] {
        &COLUMNS
    }

    /// The header of a file that another process has read, from its [`places`](Self::places): the number of fields, and the place
    /// of each column among them. `None` when a place is not below the number of fields.
    #[must_use]
    pub fn from_places(width: usize, places: [usize; COLUMNS.len()]) -> Option<Self> {
        places.iter().all(|place| *place < width).then(|| Self {
            width,
            positions: places,
            distrusted: Default::default(),
            unknown: Vec::new(),
        })
    }

    /// The number of fields, and the place of each column among them, in the order of the documented sample: for
    /// [`from_places`](Self::from_places).
    #[must_use]
    pub fn places(&self) -> (usize, [usize; COLUMNS.len()]) {
        (self.width, self.positions)
    }

    /// The same header, which refuses numbers that [may have a thousands separator](crate::may_be_grouped) in the columns
    /// [`NUMBERS`](names::NUMBERS) that are marked here.
    #[must_use]
    pub fn distrust(self, distrusted: [bool; names::NUMBERS.len()]) -> Self {
        Self { distrusted, ..self }
    }

    /// The columns that messages do not use, in their order.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

/// The place in [`COLUMNS`] of the column with this name.
fn column(name: &str) -> Option<usize> {
    COLUMNS.iter().position(|column| name.eq_ignore_ascii_case(column))
}

/// The name in a field of a header, without [invisible](crate::invisible) characters and quotes around it. A CSV parser leaves
/// quotes in a field when something stands before them.
#[must_use]
pub fn column_name(field: &[u8]) -> Cow<'_, str> {
    fn bare(text: &str) -> &str {
        let text = invisible::trim(text);
        let unquoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        unquoted.map_or(text, invisible::trim)
    }
    match String::from_utf8_lossy(field) {
        Cow::Borrowed(text) => Cow::Borrowed(bare(text)),
        Cow::Owned(text) => Cow::Owned(bare(&text).to_owned()),
    }
}

fn quoted(columns: &[&str]) -> String {
    columns
        .iter()
        .map(|column| format!("`{column}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
