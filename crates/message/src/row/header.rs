//! The header of a CSV file: which column is where.

use std::borrow::Cow;

use super::{COLUMNS, Record};
use crate::invisible::{self, OddCharacter};
use crate::{Number, names};

/// The most cells of a row of data that can be names of columns by chance.
const NAMES_BY_CHANCE: usize = 2;

/// Where the columns of a file are, by their names.
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
    /// These columns are not there.
    #[error("the header lacks {}; it must name each of {}, in any order", quoted(.0), COLUMNS.join(","))]
    Missing(Vec<&'static str>),
    /// These columns are there more than once, so it is not known which one counts.
    #[error("the header has {} more than once", quoted(.0))]
    Duplicate(Vec<&'static str>),
}

impl Header {
    /// Finds the columns in the first record of a file. Letter case of names, and [invisible](crate::invisible)
    /// characters and quotes around them do not count.
    ///
    /// # Errors
    /// [`HeaderError`] when a column is missing or there twice.
    pub fn parse(record: Record<'_>) -> Result<Self, HeaderError> {
        let mut positions = [None; COLUMNS.len()];
        let mut duplicate = Vec::new();
        let mut unknown = Vec::new();
        for (index, field) in record.fields().enumerate() {
            let name = name(field);
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
            width: record.ends.len(),
            positions: positions.map(Option::unwrap_or_default),
            distrusted: Default::default(),
            unknown,
        })
    }

    /// Whether a record is a header, of these columns or of others: more of its fields are names of columns than can be
    /// by chance.
    #[must_use]
    pub fn is_one(record: Record<'_>) -> bool {
        let mut found = [false; COLUMNS.len()];
        for column in record.fields().filter_map(|field| column(&name(field))) {
            found[column] = true;
        }
        found.into_iter().filter(|found| *found).count() > NAMES_BY_CHANCE
    }

    /// The header that a record has behind a row: files were put together, and the first of them has no line end at its end. So
    /// the last field of the row and the first name are one field. `in_force` is the header of the row.
    #[must_use]
    pub fn behind_row(record: Record<'_>, in_force: Option<&Self>) -> Option<Self> {
        let first_name = record.fields().position(|field| column(&name(field)).is_some())?;
        let joint = first_name.checked_sub(1)?;
        if !record.fields().take(joint).any(is_number) {
            return None;
        }
        Self::from_joint(record, joint).or_else(|| {
            // The first name is none of a column that is needed, so that nothing tells it from the field before it.
            let in_force = in_force?;
            let offset = record.ends.len().checked_sub(in_force.width)?;
            let found = Self::parse(record).ok()?;
            let mut places = found.positions.iter().zip(in_force.positions);
            places
                .all(|(found, place)| *found == offset + place)
                .then(|| in_force.clone())
        })
    }

    /// The header that begins with the name of a needed column at the end of the field `joint`.
    fn from_joint(record: Record<'_>, joint: usize) -> Option<Self> {
        let text = std::str::from_utf8(record.field(joint)).ok()?;
        let text = text.trim_end_matches(invisible::is_invisible);
        let unquoted = text.strip_suffix('"').unwrap_or(text).as_bytes();
        let mut before_name = COLUMNS.iter().filter_map(|column| {
            let start = unquoted.len().checked_sub(column.len())?;
            unquoted[start..]
                .eq_ignore_ascii_case(column.as_bytes())
                .then_some(start)
        });
        let name = before_name.next()?;
        let name = if unquoted.len() < text.len() && unquoted[..name].ends_with(b"\"") {
            name - 1
        } else {
            name
        };
        let start = record.ends[joint] - record.field(joint).len() + name;
        let ends: Vec<_> = record.ends[joint..].iter().map(|end| end - start).collect();
        Self::parse(Record::new(&record.bytes[start..], &ends)).ok()
    }

    /// The invisible character that keeps a field from being the name of a column.
    #[must_use]
    pub fn odd_character(record: Record<'_>) -> Option<OddCharacter> {
        record.fields().map(name).find_map(|name| {
            let visible: String = name.chars().filter(|c| !invisible::is_invisible(*c)).collect();
            let is_hidden = column(&name).is_none() && column(&visible).is_some();
            is_hidden.then(|| invisible::odd_character(&name)).flatten()
        })
    }

    /// The header of the same file that another process has read: so many fields, and where each column is among them.
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

    /// The same header, which refuses numbers that [may have a thousands separator](crate::may_be_grouped) in these of the
    /// columns [`NUMBERS`](names::NUMBERS).
    #[must_use]
    pub fn distrust(self, distrusted: [bool; names::NUMBERS.len()]) -> Self {
        Self { distrusted, ..self }
    }

    /// The columns that are in no message, in their order.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

/// The place in [`COLUMNS`] of the column with this name.
fn column(name: &str) -> Option<usize> {
    COLUMNS.iter().position(|column| name.eq_ignore_ascii_case(column))
}

fn is_number(field: &[u8]) -> bool {
    std::str::from_utf8(field).is_ok_and(|text| Number::parse(invisible::trim(text)).is_ok())
}

/// The name in a field of the header. Quotes are a part of the field where something stands before them.
fn name(field: &[u8]) -> Cow<'_, str> {
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
