//! The ways in which an object can be compressed and encoded.

use std::fmt;

use serde::{Deserialize, Serialize};

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

/// How text is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum Encoding {
    /// UTF-8, or whatever is taken for it: rows that are not UTF-8 are rejected.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, the low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

impl Format {
    /// Whether the object itself is UTF-8 text, so that a byte of its text is a byte of the object.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self == Self::default()
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
