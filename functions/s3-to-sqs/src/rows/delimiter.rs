//! The delimiter between a file's cells.

use std::borrow::Cow;

use message::invisible::trim;
use message::{Header, HeaderError, Record};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dialect::Dialect;
use super::parser::Parser;

/// The delimiters that have a name in reports.
const NAMES: [(u8, &str); 5] = [
    (b',', "comma"),
    (b';', "semicolon"),
    (b'\t', "tab"),
    (b'|', "pipe"),
    (b' ', "space"),
];

/// The delimiter between cells: an ASCII character. Spreadsheets write semicolons where the comma is the decimal sign.
///
/// In JSON it is its name, or the character itself when it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter(u8);

impl Delimiter {
    /// `,`
    pub const COMMA: Self = Self(b',');
    /// `;`
    pub const SEMICOLON: Self = Self(b';');
    /// The horizontal tab.
    pub const TAB: Self = Self(b'\t');

    /// The delimiter `byte`; `None` when that cannot be one: a quotation mark, a line end, NUL, or not ASCII.
    #[must_use]
    pub fn new(byte: u8) -> Option<Self> {
        let is_one = byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0);
        is_one.then_some(Self(byte))
    }

    /// The delimiter with which the header `text` has the most known columns; the comma unless another is better.
    pub(super) fn detect(text: &[u8], dialect: &Dialect) -> Self {
        let lacking = |delimiter: &Self| {
            let mut parser = Parser::new(*delimiter, dialect.skip_initial_space);
            if !parser.read(text).1 {
                parser.end();
            }
            lacking(parser.record(), &dialect.columns)
        };
        // `min_by_key` returns the first of equals.
        [Self::COMMA, Self::SEMICOLON, Self::TAB]
            .into_iter()
            .min_by_key(lacking)
            .unwrap_or_default()
    }

    pub(super) fn byte(self) -> u8 {
        self.0
    }
}

/// The number of columns that a header lacks.
fn lacking(header: Record<'_>, columns: &[String]) -> usize {
    if columns.is_empty() {
        return match Header::parse(header) {
            Err(HeaderError::Missing(missing)) => missing.len(),
            Ok(_) | Err(HeaderError::Duplicate(_)) => 0,
        };
    }
    let names: Vec<_> = header
        .fields()
        .map(|cell| folded(&String::from_utf8_lossy(cell)))
        .collect();
    columns.iter().filter(|column| !names.contains(&folded(column))).count()
}

fn folded(name: &str) -> String {
    trim(name).to_lowercase()
}

impl Default for Delimiter {
    fn default() -> Self {
        Self::COMMA
    }
}

impl Serialize for Delimiter {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match NAMES.iter().find(|(byte, _)| *byte == self.0) {
            Some((_, name)) => to.serialize_str(name),
            None => to.serialize_char(char::from(self.0)),
        }
    }
}

impl<'de> Deserialize<'de> for Delimiter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        let named = NAMES.iter().find(|(_, name)| *name == text).map(|(byte, _)| *byte);
        let byte = named.or_else(|| match text.as_bytes() {
            [byte] => Some(*byte),
            _ => None,
        });
        byte.and_then(Self::new)
            .ok_or_else(|| D::Error::custom(format!("\"{text}\" is no delimiter")))
    }
}
