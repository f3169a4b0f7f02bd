//! Texts of a column that are one value as numbers, such as `1.1` and `1.10`, found in bounded memory.

use std::collections::HashMap;

/// The most numbers that are kept of a column, and the most bytes of one.
const MAX_NUMBERS: usize = 256;
const MAX_BYTES: usize = 40;

/// The first numbers of a column, each with the text that it was seen as.
#[derive(Debug, Default)]
pub struct SameNumber {
    seen: HashMap<String, String>,
    /// Two texts of one number.
    pub pair: Option<(String, String)>,
}

impl SameNumber {
    /// Takes a cell, trimmed.
    pub fn take(&mut self, text: &str) {
        let is_plain = |byte: u8| byte.is_ascii_digit() || b".,+-".contains(&byte);
        if self.pair.is_some() || text.len() > MAX_BYTES || !text.bytes().all(is_plain) {
            return;
        }
        let number = shortest(text);
        match self.seen.get(number) {
            Some(other) if other != text => self.pair = Some((other.clone(), text.to_owned())),
            None if self.seen.len() < MAX_NUMBERS => {
                self.seen.insert(number.to_owned(), text.to_owned());
            }
            _ => {}
        }
    }
}

/// A number without its plus, and without zeros at the end of its fraction.
fn shortest(text: &str) -> &str {
    let text = text.strip_prefix('+').unwrap_or(text);
    if text.contains(['.', ',']) {
        text.trim_end_matches('0').trim_end_matches(['.', ','])
    } else {
        text
    }
}
