//! A buffer of ASCII digits and signs, which go into a text in one piece.

/// A buffer of ASCII characters. It drops what does not fit; no number and no time is that long.
pub(crate) struct Ascii {
    bytes: [u8; Ascii::ROOM],
    length: usize,
}

/// All numbers of two digits.
const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
                            5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

impl Ascii {
    const ROOM: usize = 64;

    pub fn new() -> Self {
        Self {
            bytes: [0; Self::ROOM],
            length: 0,
        }
    }

    pub fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    /// Appends a number below 100 in two digits.
    pub fn push_pair(&mut self, number: u8) {
        self.push_all(pair_of(number));
    }

    /// Appends characters of ASCII.
    #[inline]
    pub fn push_all<const N: usize>(&mut self, characters: [u8; N]) {
        let room = self.bytes.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut);
        if let Some(places) = room {
            *places = characters;
            self.length += N;
        }
    }

    /// Appends the last `width` decimal digits of a number, with zeros before them.
    pub fn push_digits(&mut self, number: u64, width: usize) {
        if let Some(places) = self.bytes.get_mut(self.length..self.length + width) {
            let mut rest = number;
            for place in places.iter_mut().rev() {
                *place = digit(rest % 10);
                rest /= 10;
            }
            self.length += width;
        }
    }

    /// The number of characters that still fit.
    pub fn room(&self) -> usize {
        Self::ROOM - self.length
    }

    /// Removes zeros at the end.
    pub fn trim_zeros(&mut self) {
        while self.length > 0 && self.bytes[self.length - 1] == b'0' {
            self.length -= 1;
        }
    }

    /// Appends what was collected.
    pub fn write(&mut self, out: &mut String) {
        // Only ASCII is collected.
        out.push_str(std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default());
        self.length = 0;
    }
}

/// The two digits of a number below 100.
#[inline]
pub(crate) fn pair_of(number: u8) -> [u8; 2] {
    let digits = usize::from(number.min(99)) * 2;
    [PAIRS[digits], PAIRS[digits + 1]]
}

fn digit(value: u64) -> u8 {
    // `value` is below 10.
    b'0' + u8::try_from(value).unwrap_or_default()
}

/// Appends an integer.
pub(crate) fn push_integer(number: i64, out: &mut String) {
    if let Ok(single @ 0..10) = u8::try_from(number) {
        return out.push(char::from(b'0' + single));
    }
    let mut bytes = [0; "-9223372036854775808".len()];
    let mut start = bytes.len();
    let mut rest = number.unsigned_abs();
    while rest >= 10 {
        let pair = usize::try_from(rest % 100).unwrap_or_default() * 2;
        bytes[start - 2..start].copy_from_slice(&PAIRS[pair..pair + 2]);
        rest /= 100;
        start -= 2;
    }
    if rest > 0 {
        start -= 1;
        bytes[start] = digit(rest);
    }
    if number < 0 {
        start -= 1;
        bytes[start] = b'-';
    }
    // Only ASCII is in it.
    out.push_str(std::str::from_utf8(&bytes[start..]).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_written_whole() {
        for number in [0, 7, 10, 99, 100, -1, -730, 1_774_917_000, i64::MAX, i64::MIN] {
            let mut out = String::new();
            push_integer(number, &mut out);
            assert_eq!(out, number.to_string());
        }
    }
}
