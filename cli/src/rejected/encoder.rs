//! Text in the encoding of a file.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Encodes text as the object was.
#[derive(Clone, Copy, Debug)]
pub struct Encoder(&'static Encoding);

impl Encoder {
    /// The encoding that a report names, a label of the Encoding Standard; `None` when there is no such one.
    #[must_use]
    pub fn of(label: &str) -> Option<Self> {
        Encoding::for_label_no_replacement(label.as_bytes()).map(Self)
    }

    /// The byte order mark that a file begins with: in UTF-16 always, in UTF-8 when it is wanted.
    #[must_use]
    pub fn mark(self, is_wanted: bool) -> &'static [u8] {
        match self.0 {
            encoding if encoding == UTF_16LE => b"\xff\xfe",
            encoding if encoding == UTF_16BE => b"\xfe\xff",
            encoding if encoding == UTF_8 && is_wanted => b"\xef\xbb\xbf",
            _ => b"",
        }
    }

    /// A text as the object had it. In UTF-8 it is kept byte for byte, whatever the bytes are; in other encodings it is `None`
    /// when the object had bytes that were no text.
    #[must_use]
    pub fn encode(self, text: &[u8]) -> Option<Cow<'_, [u8]>> {
        if self.0 == UTF_8 {
            return Some(text.into());
        }
        let text = std::str::from_utf8(text).ok()?;
        let units = text.encode_utf16();
        match self.0 {
            encoding if encoding == UTF_16LE => Some(units.flat_map(u16::to_le_bytes).collect()),
            encoding if encoding == UTF_16BE => Some(units.flat_map(u16::to_be_bytes).collect()),
            encoding => {
                let (bytes, _, has_misfits) = encoding.encode(text);
                (!has_misfits).then_some(bytes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_bytes_that_its_object_had() {
        let encoder = |label: &str| Encoder::of(label).unwrap();
        assert_eq!(
            &*encoder("windows-1252").encode("é€\u{81}".as_bytes()).unwrap(),
            b"\xe9\x80\x81"
        );
        assert_eq!(&*encoder("utf-16le").encode("é".as_bytes()).unwrap(), b"\xe9\0");
        assert_eq!(&*encoder("utf-16be").encode("é".as_bytes()).unwrap(), b"\0\xe9");
        assert_eq!(&*encoder("utf-8").encode(b"\xe9\xff").unwrap(), b"\xe9\xff");
        assert!(encoder("shift_jis").encode(b"\xff").is_none());
        assert!(Encoder::of("klingon").is_none());
        assert_eq!(encoder("utf-16le").mark(false), b"\xff\xfe");
        assert_eq!(
            (encoder("utf-8").mark(false), encoder("utf-8").mark(true)),
            (&b""[..], &b"\xef\xbb\xbf"[..])
        );
    }
}
