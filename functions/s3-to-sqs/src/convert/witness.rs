//! What an object shows of itself, row by row: warnings, which change nothing of what is sent.

use std::ops::RangeInclusive;

use message::{
    Date, DecimalSign, Header, Key, Message, Precision, Record, begins_with_space_and_quote, decimal_sign, invisible,
    may_be_grouped, may_begin_null_word, null_word,
};
use serde::{Deserialize, Serialize};

use super::columns::{Judgement, NUMBERS};
use super::later_header::LaterHeader;
use super::warnings::{Lines, Warning, WarningKind, Warnings};
use crate::rows::Row;

/// 1990-01-01. Earlier times are days of a spreadsheet, or seconds since something was switched on.
const EARLIEST: i64 = 631_152_000;
/// The time after an upload that its rows may be from, in seconds: a year.
const AHEAD: i64 = 365 * 24 * 60 * 60;
/// The sets of number columns, but for the empty one.
const SETS: usize = (1 << NUMBERS) - 1;

/// What was seen of an object so far. It goes along from invocation to invocation, and is small, whatever the object has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Witness {
    /// What the beginning of the object says.
    pub(super) judgement: Judgement,
    /// The number columns that have had decimal commas since then.
    commas: [bool; NUMBERS],
    /// Rows whose point may separate thousands, by the set of their columns that have such a point.
    doubtful: [Lines; SETS],
    warnings: Warnings,
    /// The header in force, when it is not the first row.
    pub(super) later_header: Option<LaterHeader>,
    /// Columns of later headers that are in no message.
    pub(super) later_unknown: Vec<String>,
}

/// The bytes with which a text begins that is no null word, and has nothing invisible before it. Almost every text of a file
/// begins so, and each costs one look into this.
static PLAIN_BEGINNINGS: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < u8::MAX {
        plain[byte as usize] = byte.is_ascii_graphic() && !may_begin_null_word(byte);
        byte += 1;
    }
    plain
};

fn begins_plainly(text: &str) -> bool {
    text.bytes()
        .next()
        .is_some_and(|first| PLAIN_BEGINNINGS[usize::from(first)])
}

/// The times that look plausible.
#[derive(Clone, Debug)]
pub(super) struct Plausible(RangeInclusive<Date>);

impl Plausible {
    /// In an object that was uploaded at this time, in milliseconds since the Unix epoch.
    pub fn of(uploaded: u64) -> Option<Self> {
        let seconds = i64::try_from(uploaded / 1000).ok()?;
        Some(Self(date(EARLIEST)?..=date(seconds + AHEAD)?))
    }
}

fn date(seconds: i64) -> Option<Date> {
    let key = Key::from_timestamp(&seconds.to_string(), Precision::Seconds);
    key.ok().map(|key| key.date)
}

impl Witness {
    /// Whether nothing was seen.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// The warnings of the report.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings: Vec<_> = self.warnings.each().collect();
        let lines = self.doubtful();
        if lines.rows > 0 {
            warnings.push(Warning {
                kind: WarningKind::DoubtfulDecimalPoints,
                lines,
            });
        }
        warnings
    }

    /// Looks at a row that is sent. Whether it is suspicious.
    pub(super) fn look(&mut self, message: &Message<'_>, row: &Row<'_>, plausible: Option<&Plausible>) -> bool {
        let line = row.position.line;
        let mut is_suspicious = false;
        let mut warn = |kind| {
            is_suspicious = true;
            self.warnings.add(kind, line);
        };
        if plausible.is_some_and(|Plausible(dates)| !dates.contains(&message.key.date)) {
            warn(WarningKind::ImplausibleTimes);
        }
        let texts = [
            message.location,
            message.source,
            message.local_dest,
            message.remote_dest,
        ];
        if !texts.iter().all(|text| begins_plainly(text)) {
            if texts.iter().any(|text| null_word(invisible::trim(text)).is_some()) {
                warn(WarningKind::NullWords);
            }
            if texts.iter().any(|text| begins_with_space_and_quote(text.as_bytes())) {
                warn(WarningKind::SpacesBeforeQuotes);
            }
        }
        if row.has_line_ends && row.record.is_ok_and(has_row_in_cell) {
            warn(WarningKind::RowsInCells);
        }
        let numbers = [&message.local_avg, &message.remote_avg].map(|number| may_be_grouped(number.as_str()));
        if numbers.contains(&true) {
            let set = usize::from(numbers[0]) | usize::from(numbers[1]) << 1;
            self.doubtful[set - 1].add(line);
            is_suspicious |= (0..NUMBERS).any(|column| numbers[column] && self.commas[column]);
        }
        is_suspicious
    }

    /// Looks at a row that is not sent, for decimal commas. The number of rows that are suspicious because of it.
    pub(super) fn look_at_refused(&mut self, header: &Header, record: Record<'_>) -> u64 {
        if !header.fits(record) {
            return 0;
        }
        let before = self.doubtful().rows;
        for (column, cell) in header.number_cells(record).into_iter().enumerate() {
            let sign = std::str::from_utf8(cell).ok().and_then(decimal_sign);
            self.commas[column] |= sign == Some(DecimalSign::Comma);
        }
        self.doubtful().rows - before
    }

    /// The rows with a doubtful point in a column that has had commas.
    fn doubtful(&self) -> Lines {
        let mut lines = Lines::default();
        for (set, doubtful) in (1_usize..).zip(&self.doubtful) {
            if (0..NUMBERS).any(|column| self.commas[column] && set & 1 << column != 0) {
                lines.join(doubtful);
            }
        }
        lines
    }

    /// Notes a header behind rows.
    pub(super) fn note_header(&mut self, line: u64) {
        self.warnings.add(WarningKind::RepeatedHeaders, line);
    }
}

/// Whether a cell has line ends and, on both sides of one, as many separators as a row, and a timestamp among what they
/// separate: a quote was not closed.
fn has_row_in_cell(record: Record<'_>) -> bool {
    let width = record.fields().len();
    record.fields().any(|cell| looks_like_row(cell, width))
}

fn looks_like_row(cell: &[u8], width: usize) -> bool {
    let text = String::from_utf8_lossy(cell);
    let is_timestamp = |text: &str| {
        let text = invisible::trim(text);
        Key::from_timestamp(text, Precision::Seconds).is_ok()
    };
    [',', ';', '\t'].into_iter().any(|separator| {
        let lines: Vec<_> = text.split(['\r', '\n']).filter(|line| !line.is_empty()).collect();
        lines.windows(2).any(|pair| {
            let separators: usize = pair.iter().map(|line| line.matches(separator).count()).sum();
            separators + 1 >= width && pair.iter().any(|line| line.split(separator).any(is_timestamp))
        })
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The most that an invocation hands on.
    pub fn fullest() -> Witness {
        let mut witness = Witness {
            commas: [true; NUMBERS],
            later_header: Some(LaterHeader::Problem("x".repeat(1000))),
            later_unknown: vec!["\u{1}".repeat(255); 20],
            ..Witness::default()
        };
        for line in u64::MAX - 100..u64::MAX {
            for kind in [
                WarningKind::ImplausibleTimes,
                WarningKind::NullWords,
                WarningKind::SpacesBeforeQuotes,
                WarningKind::RowsInCells,
                WarningKind::RepeatedHeaders,
            ] {
                witness.warnings.add(kind, line);
            }
            for doubtful in &mut witness.doubtful {
                doubtful.add(line);
            }
        }
        witness
    }

    #[test]
    fn what_was_seen_goes_along_whole() {
        for witness in [Witness::default(), fullest()] {
            let json = serde_json::to_string(&witness).unwrap();
            assert_eq!(serde_json::from_str::<Witness>(&json).unwrap(), witness);
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_from_an_address() {
        for cell in [
            "Hall 3,wireless,router-1,4.39,device-1,9.09\n1084450001,hall-4",
            "d,9.09\r\n1084450001.5,hall-4,s,r,4.39,d,9.09\r\n1084450002,hall-4,s,r,4",
            "Hall 3;wireless;router-1;4.39;device-1;9.09\n1084450001;hall-4",
        ] {
            assert!(looks_like_row(cell.as_bytes(), 7), "{cell}");
        }
        for cell in [
            "Hall 3, north\nby the window",
            "one, two, three, four\nfive, six, seven, eight",
            "1,2,3,4,5,6,7",
        ] {
            assert!(!looks_like_row(cell.as_bytes(), 7), "{cell}");
        }
    }
}
