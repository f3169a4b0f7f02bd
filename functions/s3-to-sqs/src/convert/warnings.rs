//! Warnings: what looks suspicious in an object, although it is sent. Plain data.

use serde::{Deserialize, Serialize};

/// The most lines that a warning lists.
const SHOWN: usize = 5;

/// A warning of rows that may not mean what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The kind of suspicion.
    pub kind: WarningKind,
    /// The rows, and where they are.
    #[serde(flatten)]
    pub lines: Lines,
}

/// The rows of each kind. There are few kinds, and only the first lines of each are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Warnings(Vec<(WarningKind, Lines)>);

/// What looks suspicious in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Its time is before 1990, or more than a year after the upload.
    ImplausibleTimes,
    /// A text of it is a word for a missing value, such as `NULL`.
    NullWords,
    /// A text of it begins with a space and a quote, so that the quote is a part of the text.
    SpacesBeforeQuotes,
    /// A text of it has a backslash like a program's escape, but the backslash is a part of the text.
    BackslashEscapes,
    /// A cell of it has line ends and seems to contain another row.
    RowsInCells,
    /// A point in a number of it may separate thousands, because later numbers of the column have decimal commas.
    DoubtfulDecimalPoints,
    /// It is a later header, and not a row of the object. The rows after it have its columns.
    RepeatedHeaders,
}

/// A number of rows, and the lines in which the first few start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// The number of rows.
    pub rows: u64,
    /// The lines in which the first few start.
    pub first_lines: Vec<u64>,
}

impl WarningKind {
    /// The kind's name in the report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ImplausibleTimes => "implausible_times",
            Self::NullWords => "null_words",
            Self::SpacesBeforeQuotes => "spaces_before_quotes",
            Self::BackslashEscapes => "backslash_escapes",
            Self::RowsInCells => "rows_in_cells",
            Self::DoubtfulDecimalPoints => "doubtful_decimal_points",
            Self::RepeatedHeaders => "repeated_headers",
        }
    }
}

impl Warnings {
    /// Counts a row that starts in this line.
    pub fn add(&mut self, kind: WarningKind, line: u64) {
        let place = self.0.iter().position(|(noted, _)| *noted == kind);
        let place = place.unwrap_or_else(|| {
            self.0.push((kind, Lines::default()));
            self.0.len() - 1
        });
        self.0[place].1.add(line);
    }

    /// The warnings, in the order in which they first occurred.
    pub fn each(&self) -> impl Iterator<Item = Warning> {
        self.0.iter().cloned().map(|(kind, lines)| Warning { kind, lines })
    }
}

impl Lines {
    /// Counts a row that starts in this line.
    pub(super) fn add(&mut self, line: u64) {
        self.rows += 1;
        if self.first_lines.len() < SHOWN {
            self.first_lines.push(line);
        }
    }

    /// Adds the rows of `other`.
    pub(super) fn join(&mut self, other: &Self) {
        self.rows += other.rows;
        self.first_lines.extend(&other.first_lines);
        self.first_lines.sort_unstable();
        self.first_lines.truncate(SHOWN);
    }
}
