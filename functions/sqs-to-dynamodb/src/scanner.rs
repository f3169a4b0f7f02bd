//! A strict scanner of JSON of a known form. It reads texts, objects and lists, and gives up with `None` at anything else: the
//! caller then takes a parser that knows all of JSON and names each fault. `docs/decisions/sqs-event-scanner.md` has the reasons.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

/// The lowest bit of each byte of a word, and the highest.
const LOW: u64 = u64::from_le_bytes([0x01; 8]);
const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
/// The bytes of a word.
const WORD: usize = size_of::<u64>();
/// The room for a decoded text at first, in bytes: enough for the body of one row.
const ROOM: usize = 512;
/// The most bytes that an escape is decoded to.
const LONGEST_ESCAPE: usize = 4;

/// A position in a JSON text.
#[derive(Debug)]
pub struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    /// Starts at the beginning of a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads an object. `member` gets the name of each member, which has no escapes, and reads its value.
    #[inline]
    pub fn object(&mut self, mut member: impl FnMut(&mut Self, &'t str) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.take(b'}') {
            return Some(());
        }
        loop {
            let name = self.plain_text()?;
            self.expect(b':')?;
            member(self, name)?;
            if self.take(b'}') {
                return Some(());
            }
            self.expect(b',')?;
        }
    }

    /// Reads a list. `element` reads each of its elements.
    #[inline]
    pub fn list(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'[')?;
        if self.take(b']') {
            return Some(());
        }
        loop {
            element(self)?;
            if self.take(b']') {
                return Some(());
            }
            self.expect(b',')?;
        }
    }

    /// Reads a text, and decodes it if it has escapes.
    pub fn any_text(&mut self) -> Option<Cow<'t, str>> {
        let (start, end) = self.start_of_text()?;
        if self.text.as_bytes()[end] == b'"' {
            self.at = end + 1;
            return self.text.get(start..end).map(Cow::Borrowed);
        }
        self.decoded(start).map(Cow::Owned)
    }

    /// Reads a text that has no escapes.
    #[inline]
    pub fn plain_text(&mut self) -> Option<&'t str> {
        let (start, end) = self.start_of_text()?;
        self.at = end + 1;
        (self.text.as_bytes()[end] == b'"')
            .then(|| self.text.get(start..end))
            .flatten()
    }

    /// Reads the end of the text.
    pub fn end(&mut self) -> Option<()> {
        self.skip_space();
        (self.at == self.text.len()).then_some(())
    }

    /// Reads the quote before a text. Returns where the text starts, and where its first quote, backslash or control character is.
    #[inline]
    fn start_of_text(&mut self) -> Option<(usize, usize)> {
        self.expect(b'"')?;
        let bytes = self.text.as_bytes();
        let mut end = self.at;
        while let Some(word) = word_at(bytes, end) {
            let found = specials(word);
            if found != 0 {
                return Some((self.at, end + first(found)));
            }
            end += WORD;
        }
        let rest = bytes[end..].iter().position(|&byte| is_special(byte))?;
        Some((self.at, end + rest))
    }

    /// Decodes a text that starts at an index, and moves behind its closing quote.
    fn decoded(&mut self, start: usize) -> Option<String> {
        let bytes = self.text.as_bytes();
        let (mut at, mut decoded, mut length) = (start, vec![0; ROOM], 0);
        loop {
            if decoded.len() - length < WORD + LONGEST_ESCAPE {
                decoded.resize(2 * decoded.len(), 0);
            }
            let copied = copy_plain(bytes.get(at..)?, &mut decoded[length..]);
            at += copied;
            length += copied;
            match *bytes.get(at)? {
                b'"' => break,
                b'\\' => {
                    let escape = *bytes.get(at + 1)?;
                    at += 2;
                    if let Some(byte) = short_escape(escape) {
                        decoded[length] = byte;
                        length += 1;
                    } else {
                        let character = (escape == b'u').then(|| long_escape(bytes, &mut at)).flatten()?;
                        length += character.encode_utf8(&mut decoded[length..]).len();
                    }
                }
                ..0x20 => return None,
                _ => {}
            }
        }
        self.at = at + 1;
        decoded.truncate(length);
        String::from_utf8(decoded).ok()
    }

    /// Reads white space and this byte.
    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    /// Reads white space, and this byte if it is next.
    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let next = |scanner: &Self| scanner.text.as_bytes().get(scanner.at).copied();
        if next(self).is_some_and(|next| next <= b' ') {
            self.skip_space();
        }
        let is_next = next(self) == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_space(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.iter().take_while(is_space).count();
    }
}

/// The word at an index; `None` near the end.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// Marks the quotes, backslashes and control characters of a word by the highest bit of their bytes. The first mark is always
/// right; a byte above it may be marked wrongly.
///
/// <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>
#[inline]
fn specials(word: u64) -> u64 {
    let zeros = |word: u64| word.wrapping_sub(LOW) & !word;
    let controls = word.wrapping_sub(LOW * 0x20) & !word;
    (zeros(word ^ (LOW * u64::from(b'"'))) | zeros(word ^ (LOW * u64::from(b'\\'))) | controls) & HIGH
}

/// The index of the first marked byte.
#[inline]
fn first(marks: u64) -> usize {
    (marks.trailing_zeros() / u8::BITS) as usize
}

/// Copies the bytes before the first special byte, at most a word of them, and returns their number. A whole word is copied
/// before its special bytes are known: the body of a message has an escape after every few bytes, and to copy exactly these few
/// takes more instructions.
#[inline]
fn copy_plain(from: &[u8], to: &mut [u8]) -> usize {
    if let Some(word) = word_at(from, 0) {
        to[..WORD].copy_from_slice(&word.to_le_bytes());
        let found = specials(word);
        return if found == 0 { WORD } else { first(found) };
    }
    let plain = from.iter().position(|&byte| is_special(byte)).unwrap_or(from.len());
    to[..plain].copy_from_slice(&from[..plain]);
    plain
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | ..0x20)
}

/// The byte for an escape of one character after the backslash, such as the line feed for `n`.
#[inline]
fn short_escape(escape: u8) -> Option<u8> {
    Some(match escape {
        b'"' | b'\\' | b'/' => escape,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return None,
    })
}

/// Reads the digits of an escape by number and, after the first half of a pair of surrogates, the second half. Half a pair is no
/// character.
fn long_escape(bytes: &[u8], at: &mut usize) -> Option<char> {
    let first = code_unit(bytes, at)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first.into());
    }
    bytes.get(*at..)?.starts_with(br"\u").then_some(())?;
    *at += 2;
    let second = code_unit(bytes, at)?;
    char::decode_utf16([first, second]).next()?.ok()
}

/// Reads four hexadecimal digits.
fn code_unit(bytes: &[u8], at: &mut usize) -> Option<u16> {
    let digits = bytes.get(*at..*at + 4)?;
    *at += 4;
    let digit = |&byte: &u8| char::from(byte).to_digit(16);
    let unit = digits.iter().try_fold(0, |unit, byte| Some(unit * 16 + digit(byte)?))?;
    unit.try_into().ok()
}
