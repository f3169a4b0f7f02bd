//! The beginning of a text, divided into cells by one delimiter.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use message::invisible::{is_blank, trim};

use super::missing::word;

/// The most rows that are read.
const MAX_ROWS: usize = 2_000;

/// A row of the text.
#[derive(Debug)]
pub struct Record {
    /// The line where the row starts.
    pub line: u64,
    /// The cells.
    pub cells: Vec<String>,
}

/// The rows of a text, divided by one delimiter.
#[derive(Debug)]
pub struct Division {
    /// The delimiter.
    pub delimiter: u8,
    /// The rows.
    pub records: Vec<Record>,
    /// The number of cells that most rows have.
    pub width: usize,
    /// The index of the first record that has about as many cells.
    pub first: usize,
}

impl Division {
    /// Divides lines. `before` is the number of lines in front of them.
    pub fn of(lines: &[&str], before: u64, delimiter: u8) -> Self {
        let text = lines.join("\n");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        // The reader's position of a record includes the blank lines before it.
        let line_of = |record: &csv::StringRecord| {
            let line = record.position().map_or(1, csv::Position::line);
            let behind = lines.iter().skip(usize::try_from(line - 1).unwrap_or_default());
            before + line + behind.take_while(|line| line.is_empty()).count() as u64
        };
        let records = reader.records().take(MAX_ROWS).map_while(Result::ok);
        let records = records.map(|record| Record {
            line: line_of(&record),
            cells: record.iter().map(str::to_owned).collect(),
        });
        let records: Vec<Record> = records.collect();
        let width = usual_width(&records);
        let is_first = |record: &Record| {
            let filled = record.cells.iter().filter(|cell| !is_blank(cell)).count();
            // A line such as `sep=;` tells spreadsheets the delimiter and is no row.
            let names_delimiter = record.cells.first().is_some_and(|cell| cell.starts_with("sep="));
            record.cells.len() * 10 >= width * 6 && filled * 2 >= width && !names_delimiter
        };
        Self {
            delimiter,
            first: records.iter().position(is_first).unwrap_or_default(),
            width,
            records,
        }
    }

    /// Whether the file probably has one column, and the delimiter is part of its cells: the first line is one plain word, and no
    /// later row has names.
    pub fn is_one_column(&self) -> bool {
        let [name, rows @ ..] = &self.records[..] else {
            return false;
        };
        let is_name = matches!(&name.cells[..], [cell] if is_word(trim(cell)));
        let follows = rows.first().is_some_and(|row| row.line == name.line + 1);
        let is_divided = rows.iter().any(|row| row.cells.len() > 1);
        if !is_name || !follows || !is_divided {
            return false;
        }
        if self.first == 0 {
            return self.width == 1;
        }
        let behind = &self.records[self.first + 1..];
        let first = &self.records[self.first].cells;
        if is_data(first, behind, self.width) {
            return self.delimiter == b',';
        }
        self.is_spaced() && !has_typed(behind, self.width)
    }

    /// Whether a space follows each delimiter.
    fn is_spaced(&self) -> bool {
        let mut behind = self.usual().flat_map(|record| record.cells.iter().skip(1));
        behind.all(|cell| cell.starts_with(' '))
    }

    fn usual(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.cells.len() == self.width)
    }

    /// How well the delimiter fits, to be compared with others: the share of rows with the usual number of cells, in tenths; then
    /// how early these rows begin; then whether spaces do not follow the delimiter, as they do within texts; then the number of
    /// cells.
    pub fn goodness(&self) -> (usize, Reverse<usize>, bool, usize) {
        let share = self.usual().count() * 10 / self.records.len().max(1);
        let share = if self.width < 2 { 0 } else { share };
        (share, Reverse(self.first), !self.is_spaced(), self.width)
    }
}

/// The number of cells that most records have; the greatest one if there is a tie.
fn usual_width(records: &[Record]) -> usize {
    let widths: Vec<usize> = records.iter().map(|record| record.cells.len()).collect();
    let mut counts = BTreeMap::<usize, usize>::new();
    for width in widths {
        *counts.entry(width).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width))
        .map_or(0, |(width, _)| width)
}

/// Whether a row has data rather than names: wherever the rows after it have numbers or times, it has some too, or lacks a value.
/// Years above other numbers are names, and so is everything beside a blank corner, as of a matrix.
pub fn is_data(row: &[String], behind: &[Record], width: usize) -> bool {
    let behind: Vec<_> = behind.iter().filter(|record| record.cells.len() == width).collect();
    if behind.is_empty() {
        return row.iter().any(|cell| is_value(cell));
    }
    let typed: Vec<usize> = (0..width.min(row.len()))
        .filter(|column| is_typed(&behind, *column))
        .collect();
    let is_year = |cell: &str| cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20"));
    let has_corner = row.first().is_some_and(|cell| is_blank(cell));
    let mut values = typed
        .iter()
        .map(|column| trim(&row[*column]))
        .filter(|cell| is_value(cell));
    let has_value = values.clone().next().is_some();
    let all_years = values.all(is_year);
    let years_below = typed
        .iter()
        .all(|column| behind.iter().all(|record| is_year(trim(&record.cells[*column]))));
    let may_be_data = |column: &usize| is_value(&row[*column]) || is_missing(&row[*column]);
    has_value && !has_corner && typed.iter().all(may_be_data) && (!all_years || years_below)
}

/// Whether a cell is blank or stands for a missing value.
fn is_missing(cell: &str) -> bool {
    is_blank(cell) || word(trim(cell)).is_some()
}

/// Whether a column has only numbers or times.
fn is_typed(records: &[&Record], column: usize) -> bool {
    let mut cells = records
        .iter()
        .map(|record| &record.cells[column])
        .filter(|cell| !is_missing(cell))
        .peekable();
    cells.peek().is_some() && cells.all(|cell| is_value(cell))
}

fn has_typed(records: &[Record], width: usize) -> bool {
    let records: Vec<_> = records.iter().filter(|record| record.cells.len() == width).collect();
    (0..width).any(|column| is_typed(&records, column))
}

/// Whether a cell is one word with a letter, like the name of a column.
fn is_word(cell: &str) -> bool {
    let is_of_word = |character: char| character.is_alphanumeric() || "_-".contains(character);
    cell.chars().all(is_of_word) && cell.chars().any(char::is_alphabetic)
}

/// Whether a cell is a number or a time rather than a name.
fn is_value(cell: &str) -> bool {
    let trimmed = trim(cell);
    trimmed.contains(|character: char| character.is_ascii_digit())
        && trimmed
            .chars()
            .all(|character| character.is_ascii_digit() || " .,:/+-TZeE%\u{A0}".contains(character))
}
