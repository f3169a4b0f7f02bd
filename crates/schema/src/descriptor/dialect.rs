//! How the text of a file is divided into rows and cells.

use crate::fault::{Collector, Violation, below};
use crate::json::Json;

/// The delimiters that the extractor detects.
const DETECTED: [u8; 3] = [b',', b';', b'\t'];

/// The dialect of a kind of file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between cells; `None` when it is to be detected from the names.
    pub delimiter: Option<u8>,
    /// The line that has the names, counted from 1; `None` when there are no names. If it is skipped, the next row has them.
    pub header_row: Option<u64>,
    /// The text at the beginning of rows that are skipped.
    pub comment_char: Option<String>,
    /// Rows that are skipped, counted from 1, in ascending order. Before the header, each line counts as a row.
    pub comment_rows: Vec<u64>,
    /// The text of a cell that has no value.
    pub null_sequence: Option<String>,
    /// Whether spaces after a delimiter are dropped.
    pub skip_initial_space: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: None,
            header_row: Some(1),
            comment_char: None,
            comment_rows: Vec::new(),
            null_sequence: None,
            skip_initial_space: false,
        }
    }
}

impl Dialect {
    /// Reads a dialect whose form has been checked.
    pub(crate) fn read(json: &Json, pointer: &str, faults: &mut Collector) -> Self {
        let text = |name: &str| json.get(name).and_then(Json::text).map(str::to_owned);
        let rows = |name: &str| -> Vec<u64> {
            let rows = json.get(name).map_or(&[][..], Json::elements);
            rows.iter().filter_map(Json::count).collect()
        };
        let mut comment_rows = rows("commentRows");
        comment_rows.sort_unstable();
        comment_rows.dedup();
        let dialect = Self {
            delimiter: delimiter(json, pointer, faults),
            header_row: header_row(json, &rows("headerRows"), pointer, faults),
            comment_char: text("commentChar"),
            comment_rows,
            null_sequence: text("nullSequence"),
            skip_initial_space: json.get("skipInitialSpace").and_then(Json::bool).unwrap_or_default(),
        };
        dialect.check(json, pointer, faults);
        dialect
    }

    fn check(&self, json: &Json, pointer: &str, faults: &mut Collector) {
        if json.get("doubleQuote").and_then(Json::bool) == Some(false) {
            let reason = "a quotation mark in a quoted cell is written twice; write the file so";
            faults.add(below(pointer, "doubleQuote"), Violation::Unsupported(reason));
        }
        if json.get("header").and_then(Json::bool) == Some(false) && json.get("delimiter").is_none() {
            let text = "needs `delimiter`, which is detected by the names of the columns: write it, such as `\"delimiter\": \",\"`";
            faults.meaning(below(pointer, "header"), text);
        }
        let is_written = json.get("headerRows").is_some();
        if is_written && self.header_row.is_some_and(|row| self.comment_rows.contains(&row)) {
            faults.meaning(
                below(pointer, "commentRows"),
                "names the row that has the names of the columns",
            );
        }
        let begins_as_data = |text: &str| {
            let first = text.as_bytes().first().copied();
            first == Some(b'"') || first == self.delimiter || text.contains(['\r', '\n'])
        };
        if self.comment_char.as_deref().is_some_and(begins_as_data) {
            let text =
                "begins with the delimiter or a quotation mark, or has a line end, which rows of data may have, too";
            faults.meaning(below(pointer, "commentChar"), text);
        }
        let may_be_delimiter = |text: &str| {
            json.get("delimiter").is_none() && text.bytes().next().is_some_and(|byte| DETECTED.contains(&byte))
        };
        if self.comment_char.as_deref().is_some_and(may_be_delimiter) {
            let text = "begins with a character that may be detected as the delimiter, so that rows of data may begin with it, \
                        too; write `delimiter`";
            faults.meaning(below(pointer, "commentChar"), text);
        }
    }
}

fn delimiter(json: &Json, pointer: &str, faults: &mut Collector) -> Option<u8> {
    let text = json.get("delimiter")?.text()?;
    match text.as_bytes() {
        // The check of the form has noted this fault.
        _ if text.chars().count() != 1 => None,
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Some(*byte),
        _ => {
            let wanted = "one ASCII character other than a quotation mark and a line end".to_owned();
            faults.add(below(pointer, "delimiter"), Violation::Shape(wanted));
            None
        }
    }
}

fn header_row(json: &Json, rows: &[u64], pointer: &str, faults: &mut Collector) -> Option<u64> {
    let header = json.get("header").and_then(Json::bool).unwrap_or(true);
    match (header, rows) {
        (true, [row]) => Some(*row),
        (true, []) => {
            if json
                .get("headerRows")
                .is_some_and(|rows| *rows == Json::Array(Vec::new()))
            {
                faults.meaning(
                    below(pointer, "headerRows"),
                    "is empty; write `\"header\": false` when there are no names",
                );
            }
            Some(1)
        }
        (true, _) => {
            let reason = "the names are in one row";
            faults.add(below(pointer, "headerRows"), Violation::Unsupported(reason));
            None
        }
        (false, []) => None,
        (false, _) => {
            faults.meaning(
                below(pointer, "headerRows"),
                "contradicts `header`, which says that there are no names",
            );
            None
        }
    }
}
