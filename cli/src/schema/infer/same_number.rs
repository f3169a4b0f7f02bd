//! The search for different texts of a column that are one number, such as `1.1` and `1.10`, in bounded memory.

use std::collections::HashMap;

/// The most numbers that are kept of a column.
const MAX_NUMBERS: usize = 256;
/// The length of the longest text that is kept, in bytes.
const MAX_BYTES: usize = 40;

/// The first numbers of a column, each with its text.
#[derive(Debug, Default)]
pub struct SameNumber {
    seen: HashMap<String, String>,
    /// Two texts of one number.
    pub pair: Option<(String, String)>,
}

impl SameNumber {
    /// Takes a trimmed cell.
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

/// A number without its plus sign, and without zeros at the end of its fraction.
fn shortest(text: &str) -> &str {
    let text = text.strip_prefix('+').unwrap_or(text);
    if text.contains(['.', ',']) {
        text.trim_end_matches('0').trim_end_matches(['.', ','])
    } else {
        text
    }
}
