//! The ways in which an object can be compressed and encoded.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How an object is compressed and encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Format {
    /// The compression, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// The encoding of the text.
    pub encoding: Encoding,
}

/// How an object is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// RFC 1952, one or more members.
    Gzip,
    /// RFC 8878, one or more frames.
    Zstd,
}

/// How text is encoded. As JSON it is the name of the encoding in the Encoding Standard, in small letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or whatever is taken for it: rows that are not UTF-8 are rejected.
    #[default]
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Another encoding of the Encoding Standard, which nothing in a file tells: it was declared.
    Declared(&'static encoding_rs::Encoding),
}

impl Format {
    /// Whether the object itself is UTF-8 text, so that a byte of its text is a byte of the object.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self == Self::default()
    }
}

impl Encoding {
    /// The encoding that text begins with a byte order mark of, and the length of that mark.
    pub(super) fn of_mark(head: &[u8]) -> Option<(Self, usize)> {
        let (encoding, length) = encoding_rs::Encoding::for_bom(head)?;
        Some((encoding.into(), length))
    }

    /// Why a cell with a byte that is not text in this encoding is rejected, and what to do: `byte` of the text.
    #[must_use]
    pub fn misfit(self, byte: u64) -> String {
        match self {
            Self::Declared(encoding) => format!(
                "the file is not {} at byte {byte} of its text: declare the encoding that it has, or save it as UTF-8 and \
                 declare none",
                encoding.name()
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
    /// The compression of an object that begins with `head`. No text begins so: two bytes are enough to know gzip, because
    /// they are not UTF-8. A file of zstd may begin with a frame that is to be skipped.
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
