//! The separator of a file's fields.

use message::{Header, HeaderError};
use serde::{Deserialize, Serialize};

use super::parser::Parser;

/// The separator of fields. Spreadsheets write semicolons where the comma is the decimal separator.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// The horizontal tab.
    Tab,
}

impl Delimiter {
    /// The separator that makes most columns of the header `text` known; the comma when none is better.
    pub(super) fn of(text: &[u8]) -> Self {
        let missing = |delimiter: &Self| {
            let mut parser = Parser::new(delimiter.byte());
            if !parser.read(text).1 {
                parser.end();
            }
            match Header::parse(parser.record()) {
                Err(HeaderError::Missing(columns)) => columns.len(),
                Ok(_) | Err(HeaderError::Duplicate(_)) => 0,
            }
        };
        // Of equals the first.
        [Self::Comma, Self::Semicolon, Self::Tab]
            .into_iter()
            .min_by_key(missing)
            .unwrap_or_default()
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}
