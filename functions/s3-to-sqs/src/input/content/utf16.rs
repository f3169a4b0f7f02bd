//! Decodes UTF-16 to UTF-8, piece by piece.

use bytes::Bytes;

use super::NO_UTF_8;
use super::format::Encoding;

/// Decodes pieces. An unpaired surrogate is not a character: it becomes bytes that are not UTF-8, so that its row is
/// rejected and not altered.
#[derive(Default)]
pub(super) struct Utf16 {
    /// The first byte of an incomplete code unit.
    half: Option<u8>,
    /// The high surrogate of an incomplete pair.
    high: Option<u16>,
}

impl Utf16 {
    /// Decodes the next piece.
    pub(super) fn decode(&mut self, encoding: Encoding, bytes: &[u8]) -> Bytes {
        let unit = match encoding {
            Encoding::Utf16Be => u16::from_be_bytes,
            Encoding::Utf16Le | Encoding::Utf8 | Encoding::Declared(_) => u16::from_le_bytes,
        };
        // A code unit takes at most three bytes of UTF-8.
        let mut text = Vec::with_capacity(bytes.len() / 2 * 3 + 6);
        let mut bytes = bytes;
        if let (Some(first), Some((second, rest))) = (self.half, bytes.split_first()) {
            self.half = None;
            self.take(unit([first, *second]), &mut text);
            bytes = rest;
        }
        let (pairs, rest) = bytes.as_chunks();
        for pair in pairs {
            self.take(unit(*pair), &mut text);
        }
        self.half = self.half.or(rest.first().copied());
        text.into()
    }

    /// Returns the rest of the text, at its end.
    pub(super) fn end(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        if let Some(high) = self.high.take() {
            alone(high, &mut text);
        }
        // The last byte of a text with an odd number of bytes.
        text.extend(self.half.take().map(|_| NO_UTF_8));
        text
    }

    fn take(&mut self, unit: u16, text: &mut Vec<u8>) {
        if unit < 0x80 && self.high.is_none() {
            text.push(unit.to_le_bytes()[0]);
            return;
        }
        if let Some(high) = self.high.take() {
            if let Some(Ok(character)) = char::decode_utf16([high, unit]).next() {
                return encode(character, text);
            }
            alone(high, text);
        }
        match char::from_u32(u32::from(unit)) {
            Some(character) => encode(character, text),
            // Its other half may be in the next piece.
            None if unit < 0xdc00 => self.high = Some(unit),
            None => alone(unit, text),
        }
    }
}

fn encode(character: char, text: &mut Vec<u8>) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Encodes a surrogate as UTF-8 would if it were a character.
fn alone(surrogate: u16, text: &mut Vec<u8>) {
    let bits = |shift: u16| (surrogate >> shift & 0x3f).to_le_bytes()[0];
    text.extend_from_slice(&[0xe0 | bits(12), 0x80 | bits(6), 0x80 | bits(0)]);
}
