//! The compressions and encodings of objects.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The compression and encoding of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Format {
    /// The compression; `None` when the object is not compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// The encoding of the text.
    pub encoding: Encoding,
}

/// A compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Gzip (RFC 1952), one or more members.
    Gzip,
    /// Zstandard (RFC 8878), one or more frames.
    Zstd,
}

/// A text encoding. In JSON it is its name in the Encoding Standard, in lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or any text that is read as UTF-8. Rows that are not UTF-8 are rejected.
    #[default]
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// Another encoding of the Encoding Standard. A file does not show it, so it must be declared.
    Declared(&'static encoding_rs::Encoding),
}

impl Format {
    /// Whether the object itself is UTF-8 text, so that each byte of its text is the same byte of the object.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self == Self::default()
    }

    /// Whether decoding may start at any byte of the object, although the object's bytes are not those of its text.
    pub(super) fn has_anchors(self) -> bool {
        let is_single_byte = matches!(self.encoding, Encoding::Declared(encoding) if encoding.is_single_byte());
        self.compression.is_none() && is_single_byte
    }
}

impl Encoding {
    /// The encoding whose byte order mark begins the text, and the length of that mark.
    pub(super) fn of_mark(head: &[u8]) -> Option<(Self, usize)> {
        let (encoding, length) = encoding_rs::Encoding::for_bom(head)?;
        Some((encoding.into(), length))
    }

    /// Why a cell that is invalid in this encoding is rejected, and what to do. `byte` is its place in the text.
    #[must_use]
    pub fn misfit(self, byte: u64) -> String {
        match self {
            Self::Declared(encoding) => format!(
                "the file is not {} at byte {byte} of its text: declare the encoding that it has, or save it as UTF-8 and \
                 declare none",
                encoding.name().to_ascii_lowercase()
            ),
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => {
                format!("the file is not UTF-8 at byte {byte}: save it as UTF-8")
            }
        }
    }
}

impl From<&'static encoding_rs::Encoding> for Encoding {
    fn from(encoding: &'static encoding_rs::Encoding) -> Self {
        match encoding {
            encoding if encoding == encoding_rs::UTF_8 => Self::Utf8,
            encoding if encoding == encoding_rs::UTF_16LE => Self::Utf16Le,
            encoding if encoding == encoding_rs::UTF_16BE => Self::Utf16Be,
            encoding => Self::Declared(encoding),
        }
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Utf8 => to.serialize_str("utf-8"),
            Self::Utf16Le => to.serialize_str("utf-16le"),
            Self::Utf16Be => to.serialize_str("utf-16be"),
            Self::Declared(encoding) => to.serialize_str(&encoding.name().to_ascii_lowercase()),
        }
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let encoding = encoding_rs::Encoding::for_label_no_replacement(name.as_bytes());
        encoding
            .map(Self::from)
            .ok_or_else(|| D::Error::custom(format!("\"{name}\" is no encoding")))
    }
}

impl Compression {
    /// The compression of an object that begins with `head`. No text begins like this. Two bytes are enough for gzip,
    /// because they are not UTF-8. A zstd file may begin with a skippable frame.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}
