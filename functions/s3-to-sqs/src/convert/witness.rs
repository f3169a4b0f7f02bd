//! Observes an object, row by row, and warns of what looks suspicious. Warnings do not change what is sent.

use memchr::memchr;
use message::{
    DecimalSign, Key, Message, Precision, Record, begins_with_space_and_quote, decimal_sign, invisible, may_be_grouped,
    may_begin_null_word, null_word,
};
use schema::Watch;
use serde::{Deserialize, Serialize};

use super::column_set::ColumnSet;
use super::columns::Judgement;
use super::doubtful::Doubtful;
use super::escapes::has_escape;
use super::later_header::LaterHeader;
use super::plausible::Plausible;
use super::shape::Columns;
use super::swallowed::has_swallowed_rows;
use super::warnings::{Warning, WarningKind, Warnings};
use crate::rows::Row;

/// The observations about an object so far. They travel from invocation to invocation, and are small for any object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Witness {
    /// The judgement on the beginning of the object.
    pub(super) judgement: Judgement,
    /// The number columns that have had decimal commas since that judgement.
    commas: ColumnSet,
    /// Rows in which a point may separate thousands.
    doubtful: Doubtful,
    warnings: Warnings,
    /// Whether the first row, which should be the header, cannot be read.
    pub(super) is_header_unreadable: bool,
    /// The header in force, when it is not the first row.
    pub(super) later_header: Option<LaterHeader>,
    /// The columns that are left out of the messages and that the first header does not name.
    pub(super) later_unknown: Vec<String>,
}

/// The most such columns that are reported, and the most bytes of each name.
const LATER_UNKNOWN: usize = 20;
const LATER_NAME_BYTES: usize = 255;
/// What a column without a name is called in the report, before its number.
const NAMELESS: &str = "column ";

/// The suspicious signs of one sent row.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is independent of the others")]
pub(super) struct Signs {
    has_implausible_time: bool,
    has_null_word: bool,
    has_space_before_quote: bool,
    has_escape: bool,
    has_row_in_cell: bool,
    /// The number columns in which a point may separate thousands.
    doubtful: ColumnSet,
}

/// The first bytes of texts that are no null words and have nothing invisible at their beginning. Almost every text
/// begins with one of these, so that most texts cost a single look-up.
static PLAIN_BEGINNINGS: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < u8::MAX {
        plain[byte as usize] = byte.is_ascii_graphic() && !may_begin_null_word(byte);
        byte += 1;
    }
    plain
};

fn begins_plainly(text: &[u8]) -> bool {
    text.first().is_some_and(|first| PLAIN_BEGINNINGS[usize::from(*first)])
}

impl Signs {
    /// The signs of a row of the built-in shape.
    #[inline]
    pub fn of_message(message: &Message<'_>, row: &Row<'_>, plausible: Option<&Plausible>) -> Self {
        let texts = [
            message.location,
            message.source,
            message.local_dest,
            message.remote_dest,
        ];
        let mut signs = Self {
            has_implausible_time: plausible.is_some_and(|plausible| !plausible.has(message.key.date)),
            doubtful: [&message.local_avg, &message.remote_avg]
                .into_iter()
                .map(|number| may_be_grouped(number.as_str()))
                .collect(),
            ..Self::default()
        };
        if !texts.iter().all(|text| begins_plainly(text.as_bytes())) {
            signs.look_at_texts(texts.into_iter());
        }
        let is_time = |text: &str| Key::from_timestamp(text, Precision::Seconds).is_ok();
        signs.look_at_lines(row, &is_time);
        signs
    }

    /// The signs of a row of a declared shape.
    #[inline]
    pub fn of_declared(converter: &schema::Converter, record: Record<'_>, row: &Row<'_>) -> Self {
        let watch: Watch<'_> = converter.watch(record);
        let mut signs = Self {
            has_implausible_time: watch.has_implausible_time(),
            has_escape: memchr(b'\\', record.bytes()).is_some() && watch.text_cells().any(has_escape),
            ..Self::default()
        };
        for (column, number) in watch.numbers() {
            if may_be_grouped(number) {
                signs.doubtful.add(column);
            }
        }
        if !watch.text_cells().all(|cell| cell.is_empty() || begins_plainly(cell)) {
            signs.look_at_texts(watch.texts());
        }
        if converter.has_telling_fields() {
            signs.look_at_lines(row, &|text| converter.is_telling(text));
        } else {
            signs.has_row_in_cell = row.has_line_ends && has_swallowed_rows(record);
        }
        signs
    }

    #[cold]
    fn look_at_texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        for text in texts {
            self.has_null_word |= null_word(invisible::trim(text)).is_some();
            self.has_space_before_quote |= begins_with_space_and_quote(text.as_bytes());
        }
    }

    #[inline]
    fn look_at_lines(&mut self, row: &Row<'_>, is_telling: &dyn Fn(&str) -> bool) {
        self.has_row_in_cell = row.has_line_ends && row.record.is_ok_and(|record| has_row_in_cell(record, is_telling));
    }
}

impl Witness {
    /// Whether there are no observations.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// The warnings for the report.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings: Vec<_> = self.warnings.each().collect();
        let lines = self.doubtful.of_columns(self.commas);
        if lines.rows > 0 {
            warnings.push(Warning {
                kind: WarningKind::DoubtfulDecimalPoints,
                lines,
            });
        }
        warnings
    }

    /// Records the signs of a sent row. Returns whether the row is suspicious.
    #[inline]
    pub(super) fn note(&mut self, signs: Signs, line: u64) -> bool {
        let mut is_suspicious = false;
        for (is_there, kind) in [
            (signs.has_implausible_time, WarningKind::ImplausibleTimes),
            (signs.has_null_word, WarningKind::NullWords),
            (signs.has_space_before_quote, WarningKind::SpacesBeforeQuotes),
            (signs.has_escape, WarningKind::BackslashEscapes),
            (signs.has_row_in_cell, WarningKind::RowsInCells),
        ] {
            if is_there {
                is_suspicious = true;
                self.warnings.add(kind, line);
            }
        }
        if !signs.doubtful.is_empty() {
            self.doubtful.add(signs.doubtful, line);
            is_suspicious |= signs.doubtful.meets(self.commas);
        }
        is_suspicious
    }

    /// Looks for decimal commas in a row that is not sent. Returns the number of earlier rows that become suspicious by
    /// it.
    pub(super) fn look_at_refused(&mut self, columns: &Columns, record: Record<'_>) -> u64 {
        if !columns.fits(record) {
            return 0;
        }
        let before = self.doubtful.of_columns(self.commas).rows;
        let commas = &mut self.commas;
        columns.each_number_cell(record, |column, cell| {
            if std::str::from_utf8(cell).ok().and_then(decimal_sign) == Some(DecimalSign::Comma) {
                commas.add(column);
            }
        });
        self.doubtful.of_columns(self.commas).rows - before
    }

    /// Records a column that is left out of the messages and that the first header does not name.
    pub(super) fn note_unknown(&mut self, name: &str) {
        let shown = &name[..name.floor_char_boundary(LATER_NAME_BYTES)];
        if self.later_unknown.len() < LATER_UNKNOWN && !self.later_unknown.iter().any(|other| other == shown) {
            self.later_unknown.push(shown.to_owned());
        }
    }

    /// Records a column without a name, by its number, if a sent row has a value in it.
    #[inline]
    pub(super) fn note_nameless(&mut self, record: Record<'_>, column: usize) {
        let cell = record.cell(column);
        if cell.is_empty() || self.later_unknown.len() == LATER_UNKNOWN {
            return;
        }
        let number = |name: &String| name.strip_prefix(NAMELESS)?.parse().ok();
        let is_noted = self
            .later_unknown
            .iter()
            .filter_map(number)
            .any(|found: usize| found == column + 1);
        if !is_noted && !invisible::is_blank(&String::from_utf8_lossy(cell)) {
            self.note_unknown(&format!("{NAMELESS}{}", column + 1));
        }
    }

    /// Records a later header.
    pub(super) fn note_header(&mut self, line: u64) {
        self.warnings.add(WarningKind::RepeatedHeaders, line);
    }
}

/// Whether a cell seems to contain a row, because a quote was not closed: two neighbouring lines of the cell together
/// have as many separators as a row, and a text between these separators is typical of a row, such as a timestamp.
fn has_row_in_cell(record: Record<'_>, is_telling: &dyn Fn(&str) -> bool) -> bool {
    record
        .fields()
        .any(|cell| looks_like_row(cell, record.len(), is_telling))
}

fn looks_like_row(cell: &[u8], width: usize, is_telling: &dyn Fn(&str) -> bool) -> bool {
    let text = String::from_utf8_lossy(cell);
    [',', ';', '\t', '|'].into_iter().any(|separator| {
        let lines: Vec<_> = text.split(['\r', '\n']).filter(|line| !line.is_empty()).collect();
        lines.windows(2).any(|pair| {
            let separators: usize = pair.iter().map(|line| line.matches(separator).count()).sum();
            let mut parts = pair.iter().flat_map(|line| line.split(separator));
            separators + 1 >= width && parts.any(|part| is_telling(invisible::trim(part)))
        })
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The most that an invocation hands on.
    pub fn fullest() -> Witness {
        let mut witness = Witness {
            commas: [true; 64].into_iter().collect(),
            doubtful: Doubtful::fullest(),
            later_header: Some(LaterHeader::Problem("x".repeat(1000))),
            later_unknown: vec!["\u{1}".repeat(255); 20],
            ..Witness::default()
        };
        for line in u64::MAX - 100..u64::MAX {
            for kind in [
                WarningKind::ImplausibleTimes,
                WarningKind::NullWords,
                WarningKind::SpacesBeforeQuotes,
                WarningKind::BackslashEscapes,
                WarningKind::RowsInCells,
                WarningKind::RepeatedHeaders,
            ] {
                witness.warnings.add(kind, line);
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
        let is_time = |text: &str| Key::from_timestamp(text, Precision::Seconds).is_ok();
        for cell in [
            "Hall 3,wireless,router-1,4.39,device-1,9.09\n1084450001,hall-4",
            "d,9.09\r\n1084450001.5,hall-4,s,r,4.39,d,9.09\r\n1084450002,hall-4,s,r,4",
            "Hall 3;wireless;router-1;4.39;device-1;9.09\n1084450001;hall-4",
        ] {
            assert!(looks_like_row(cell.as_bytes(), 7, &is_time), "{cell}");
        }
        for cell in [
            "Hall 3, north\nby the window",
            "one, two, three, four\nfive, six, seven, eight",
            "1,2,3,4,5,6,7",
        ] {
            assert!(!looks_like_row(cell.as_bytes(), 7, &is_time), "{cell}");
        }
    }
}
