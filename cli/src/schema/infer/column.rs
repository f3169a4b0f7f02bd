//! Facts about the cells of a column, collected in bounded memory.

use message::invisible::{is_blank, trim};

use super::candidates::{Candidate, Plain};
use super::missing::{Word, word};
use super::same_number::SameNumber;

/// The most different words that are kept of a column, to see whether they are booleans.
const MAX_WORDS: usize = 6;
/// The most different texts for a missing value that are kept.
const MAX_NULLS: usize = 16;
/// The units that may stand around a number. It is proposed to drop them.
const UNITS: [&str; 14] = [
    "%", "\u{2030}", "€", "$", "£", "¥", "EUR", "USD", "GBP", "CHF", "°C", "°F", "kWh", "kg",
];

/// The characters between groups of digits that are no decimal character.
const BETWEEN_DIGITS: [char; 5] = [' ', '\u{A0}', '\u{202F}', '\'', '\u{2019}'];

/// Facts about the cells of a column.
#[derive(Debug)]
pub struct Column {
    /// The indexes of the candidates that have read every cell so far.
    pub alive: Vec<usize>,
    /// The cell that none of the candidates reads that have read all cells before it.
    pub broken: Option<Broken>,
    /// The different cells, trimmed. One more than [`MAX_WORDS`] means that there are too many.
    words: Vec<String>,
    /// The texts for a missing value, as they are in cells, each with its word.
    pub nulls: Vec<(String, Word)>,
    /// The number of rows that have a value.
    pub values: u64,
    /// The number of rows whose cell is blank or a text for a missing value.
    pub missing: u64,
    /// The first value.
    pub first: String,
    /// The length of the longest cell, in bytes.
    pub longest: usize,
    /// A cell with a leading zero before another digit.
    pub leading_zero: Option<String>,
    /// A cell with a plus before many digits, like a telephone number.
    pub telephone: Option<String>,
    /// A whole number with an exponent, which may be a code.
    pub exponent: Option<String>,
    /// Whether every cell with a point or comma has digits in groups of three.
    pub all_grouped: bool,
    /// The cell with the most points and commas, if any has one.
    pub separated: Option<String>,
    /// A cell that is an IPv4 address, such as `192.168.100.110`; `None` when some cell with a point or comma is not.
    pub address: Option<String>,
    /// Different texts that are one number.
    pub same_number: SameNumber,
    /// Whether every value has eight or fourteen digits that begin with 19 or 20.
    pub like_dates: bool,
    /// The text around the numbers; `None` when no number has any.
    pub unit: Option<Unit>,
    /// The least and the greatest number; `None` when some value has groups of digits or a decimal comma, or is no number.
    pub range: Option<(f64, f64)>,
    has_no_range: bool,
    /// Whether every time has an offset; `None` before the first time.
    pub offsets: Option<bool>,
}

/// The cell at which the last candidates of a column failed.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The candidates that read all cells before.
    pub candidates: Vec<usize>,
    /// The number of values before.
    pub values: u64,
    /// The line of the row.
    pub line: u64,
    /// The cell.
    pub cell: String,
}

/// The text around the numbers of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The same known unit around each number that has any.
    Same(String),
    /// Different texts, or no known unit.
    Other,
}

impl Column {
    /// A column without cells.
    pub fn new(candidates: &[Candidate]) -> Self {
        Self {
            alive: (0..candidates.len()).collect(),
            broken: None,
            words: Vec::new(),
            nulls: Vec::new(),
            values: 0,
            missing: 0,
            first: String::new(),
            longest: 0,
            leading_zero: None,
            telephone: None,
            exponent: None,
            all_grouped: true,
            separated: None,
            address: None,
            same_number: SameNumber::default(),
            like_dates: true,
            unit: None,
            range: None,
            has_no_range: false,
            offsets: None,
        }
    }

    /// The different cells, if there are few.
    pub fn words(&self) -> Option<&[String]> {
        (self.words.len() <= MAX_WORDS).then_some(&self.words)
    }

    /// Takes the cell of the row that starts in this line.
    pub fn take(&mut self, cell: &str, line: u64, candidates: &[Candidate], scratch: &mut String) {
        self.longest = self.longest.max(cell.len());
        let trimmed = trim(cell);
        if is_blank(cell) {
            self.missing += 1;
            return;
        }
        if let Some(word) = word(trimmed)
            && self.note_null(cell, word)
        {
            self.missing += 1;
            return;
        }
        if self.values == 0 {
            cell.clone_into(&mut self.first);
        }
        self.values += 1;
        if self.words.len() <= MAX_WORDS && !self.words.iter().any(|word| word == trimmed) {
            self.words.push(trimmed.to_owned());
        }
        if self.alive.is_empty() {
            return;
        }
        let plain = Plain::of(trimmed);
        let mut reads = |index: &usize| candidates[*index].reads(cell, plain, scratch);
        // The usual case needs no new list.
        if self.alive.iter().all(&mut reads) {
            return self.note_digits(trimmed);
        }
        let alive: Vec<usize> = self.alive.iter().copied().filter(|index| reads(index)).collect();
        let before = std::mem::replace(&mut self.alive, alive);
        if self.alive.is_empty() {
            self.broken = Some(Broken {
                candidates: before,
                values: self.values - 1,
                line,
                cell: cell.to_owned(),
            });
        } else {
            self.note_digits(trimmed);
        }
    }

    /// Keeps a text for a missing value; `false` when there are too many.
    fn note_null(&mut self, cell: &str, word: Word) -> bool {
        if self.nulls.iter().any(|(null, _)| null == cell) {
            return true;
        }
        let has_room = self.nulls.len() < MAX_NULLS;
        if has_room {
            self.nulls.push((cell.to_owned(), word));
        }
        has_room
    }

    fn note_digits(&mut self, trimmed: &str) {
        let digits = number_in(trimmed);
        let sample = || Some(trimmed.to_owned());
        let mut ungrouped = digits.chars().filter(|character| !BETWEEN_DIGITS.contains(character));
        // Behind other characters, as in `INV0001`, a zero makes no number a text.
        let is_first_zero = trimmed.trim_start_matches(['-', '+']).starts_with('0');
        if is_first_zero && ungrouped.clone().nth(1).is_some_and(is_digit) {
            self.leading_zero = self.leading_zero.take().or_else(sample);
        }
        let is_signed_alone = trimmed.strip_prefix('+') == Some(digits);
        if is_signed_alone && ungrouped.clone().count() > 6 && ungrouped.all(is_digit) {
            self.telephone = self.telephone.take().or_else(sample);
        }
        if digits.contains(['e', 'E']) && !digits.contains('.') {
            self.exponent = self.exponent.take().or_else(sample);
        }
        if digits.contains(['.', ',']) {
            let only_addresses = self.address.is_some() || self.separated.is_none();
            self.address = (only_addresses && is_address(trimmed)).then(|| trimmed.to_owned());
            let separators = |text: &str| text.matches(['.', ',']).count();
            if self
                .separated
                .as_deref()
                .is_none_or(|other| separators(other) < separators(trimmed))
            {
                self.separated = sample();
            }
            self.all_grouped &= is_grouped(digits);
        }
        let begins_as_year = trimmed.starts_with("19") || trimmed.starts_with("20");
        self.like_dates &= begins_as_year && trimmed.chars().all(is_digit) && matches!(trimmed.len(), 8 | 14);
        self.note_unit(trimmed);
        self.same_number.take(trimmed);
        self.note_range(trimmed);
        if trimmed.contains(':') {
            self.offsets = Some(self.offsets.unwrap_or(true) && has_offset(trimmed));
        }
    }

    fn note_range(&mut self, trimmed: &str) {
        let number = trimmed.parse::<f64>().ok().filter(|_| !self.has_no_range);
        self.has_no_range = number.is_none();
        self.range = number.map(|number| {
            let (least, most) = self.range.unwrap_or((number, number));
            (least.min(number), most.max(number))
        });
    }

    fn note_unit(&mut self, trimmed: &str) {
        let is_of_number =
            |character: char| character.is_ascii_digit() || ".,'-+ \u{A0}\u{202F}\u{2019}".contains(character);
        let around = trimmed.trim_matches(is_of_number);
        if around.is_empty() && self.unit.is_none() {
            return;
        }
        let is_same = match &self.unit {
            None => UNITS.contains(&around),
            Some(Unit::Same(unit)) => around.is_empty() || unit == around,
            Some(Unit::Other) => false,
        };
        if is_same && self.unit.is_none() {
            self.unit = Some(Unit::Same(around.to_owned()));
        } else if !is_same {
            self.unit = Some(Unit::Other);
        }
    }
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// The number in a cell, from its first digit, point or comma to its last, without sign and unit.
pub fn number_in(cell: &str) -> &str {
    cell.trim_matches(|character: char| !is_digit(character) && !matches!(character, '.' | ','))
}

/// Whether the points and commas divide a number into groups: one to three digits first, then three digits each.
fn is_grouped(digits: &str) -> bool {
    let mut groups = digits.split(['.', ',']);
    let is_first = groups
        .next()
        .is_some_and(|group| (1..=3).contains(&group.len()) && group != "0");
    is_first && groups.all(|group| group.len() == 3)
}

/// Whether a text has the form of an IPv4 address.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

/// Whether a time ends with its offset from UTC.
fn has_offset(time: &str) -> bool {
    let behind_clock = time
        .rsplit_once('T')
        .or_else(|| time.split_once(' '))
        .map_or(time, |(_, clock)| clock);
    time.ends_with(['Z', 'z']) || time.ends_with("UTC") || time.ends_with("GMT") || behind_clock.contains(['+', '-'])
}
