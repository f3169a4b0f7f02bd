//! The text that an object holds: decompressed, and UTF-8.
//!
//! Compression is known by the object's first bytes and UTF-16 by its byte order mark, whatever the key ends with. What
//! is neither is passed on untouched. Nothing is held but what decompression needs: 32 KiB for gzip, at most 32 MiB for
//! zstd, and pieces of 64 KiB, however much a small object grows.

#[cfg(test)]
mod tests;
pub mod text;
mod unpack;
mod utf16;

use std::fmt;
use std::io;

use aws_sdk_s3::Client;
use backoff::Deadline;
use bytes::{Buf, Bytes};
use serde::{Deserialize, Serialize};

use crate::continuation::Continuation;
use crate::download::Download;
use crate::error::ExtractError;
use crate::object::Object;
use text::{Pulled, Text};

/// How an object is compressed and encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Format {
    /// How it is compressed, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// How its text is encoded.
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
    /// UTF-8, or what is taken for it: rows that are not UTF-8 are rejected.
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

/// Why there is no more text, though there should be. It is the object's fault: reading it again gives the same.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The compressed data break off.
    #[error("the {compression} data end early, at byte {byte} of the object: compress and upload the file again")]
    Truncated {
        /// How it is compressed.
        compression: Compression,
        /// The object's byte that was reached.
        byte: u64,
    },
    /// The compressed data are damaged, or followed by something else.
    #[error("the {compression} data are corrupt near byte {byte} of the object: compress and upload the file again")]
    Corrupt {
        /// How it is compressed.
        compression: Compression,
        /// The object's byte that was reached.
        byte: u64,
        /// What the decompressor says.
        #[source]
        source: io::Error,
    },
    /// The compressed data need more memory than they may.
    #[error(
        "the zstd data near byte {byte} of the object need a window of more than 32 MiB: compress the file with \
         `zstd --long=25` or less, or with a level up to 19, and upload it again"
    )]
    Window {
        /// The object's byte that was reached.
        byte: u64,
    },
}

/// The text of an object being read.
pub struct Content<'a> {
    download: Download<'a>,
    text: Text,
    /// What was read to know the format, or why it could not be.
    first: Option<Result<Option<Bytes>, ContentError>>,
    /// How many bytes of text come before what is wanted.
    skip: u64,
}

impl<'a> Content<'a> {
    /// Begins to read the text of an object that is downloaded from its beginning.
    ///
    /// # Errors
    /// Those of [`Download::next`].
    pub async fn open(download: Download<'a>) -> Result<Self, ExtractError> {
        let mut content = Self {
            download,
            text: Text::default(),
            first: None,
            skip: 0,
        };
        let first = match content.pull().await {
            Ok(text) => Ok(text),
            Err(ExtractError::Corrupt(error)) => Err(error),
            Err(error) => return Err(error),
        };
        content.first = Some(first);
        Ok(content)
    }

    /// Goes on to read the text of an object where `continuation` says. Compressed objects and UTF-16 are read from
    /// the beginning for it, and what comes before is dropped.
    ///
    /// # Errors
    /// Those of [`Download::open_at`].
    pub async fn resume(
        client: &'a Client,
        object: &'a Object,
        continuation: &Continuation,
        deadline: Deadline,
    ) -> Result<Self, ExtractError> {
        let Continuation { etag, size, format, .. } = continuation;
        let byte = continuation.checkpoint.byte;
        let (from, skip, text) = if *format == Format::default() {
            (byte, 0, Text::plain())
        } else {
            (0, byte, Text::default())
        };
        Ok(Self {
            download: Download::open_at(client, object, etag, *size, from, deadline).await?,
            text,
            first: None,
            skip,
        })
    }

    /// How the object is compressed and encoded.
    #[must_use]
    pub fn format(&self) -> Format {
        self.text.format()
    }

    /// The next bytes of the text, at least one; `None` when there are no more.
    ///
    /// # Errors
    /// Those of [`Download::next`], and [`ExtractError::Corrupt`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, ExtractError> {
        if let Some(first) = self.first.take() {
            return Ok(first?);
        }
        loop {
            let Some(mut bytes) = self.pull().await? else {
                return Ok(None);
            };
            let skipped = usize::try_from(self.skip).map_or(bytes.len(), |skip| skip.min(bytes.len()));
            self.skip -= skipped as u64;
            bytes.advance(skipped);
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
    }

    async fn pull(&mut self) -> Result<Option<Bytes>, ExtractError> {
        loop {
            match self.text.pull()? {
                Pulled::Bytes(bytes) => return Ok(Some(bytes)),
                Pulled::Hungry => self.text.push(self.download.next().await?)?,
                Pulled::End => return Ok(None),
            }
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
