//! The text that an object holds: decompressed, and UTF-8.
//!
//! Compression is known by the object's first bytes and UTF-16 by its byte order mark, whatever the key ends with. Another
//! encoding is one that is declared. All else is passed on untouched. Memory is bounded by what decompression needs, however much a small object grows: 32 KiB for
//! gzip, at most 32 MiB for zstd, and pieces of 64 KiB.
//!
//! | where | what |
//! |---|---|
//! | [`Content`] | the text of an object that is downloaded |
//! | [`text`] | pieces of an object in, pieces of its text out |
//! | [`unpack`] | decompression |
//! | `decode`, `utf16` | other encodings to UTF-8 |
//! | [`format`] | the compressions and encodings |

mod decode;
pub mod format;
#[cfg(test)]
mod tests;
pub mod text;
pub mod unpack;
mod utf16;

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

use self::format::{Encoding, Format};
use self::text::Text;
use self::unpack::{Pulled, UnpackError};
use super::download::{Download, DownloadError};

/// A byte that is in no UTF-8: what stands for bytes that are no text in their encoding.
const NO_UTF_8: u8 = 0xff;

/// Why there is no more text, though there should be.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The object cannot be downloaded.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// The object cannot be decompressed.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
}

/// The text of an object that is downloaded.
pub struct Content<'a> {
    download: Download<'a>,
    text: Text,
    /// The pieces that were read ahead.
    ahead: VecDeque<Bytes>,
    /// What is behind them, when it is known: the end of the text, or the reason that there is no more.
    end: Option<Result<(), ContentError>>,
    /// The number of bytes of text that come before those that are wanted.
    skip: u64,
}

impl<'a> Content<'a> {
    /// Begins to read the text of an object that is downloaded from its beginning. A byte order mark is stronger than the
    /// encoding that is `declared`.
    ///
    /// # Errors
    /// Those of [`Download::next`].
    pub async fn open(
        download: Download<'a>,
        declared: Option<&'static encoding_rs::Encoding>,
    ) -> Result<Self, DownloadError> {
        let mut content = Self {
            download,
            text: Text::new(declared.map(Encoding::from).unwrap_or_default()),
            ahead: VecDeque::new(),
            end: None,
            skip: 0,
        };
        // The format is known with the first piece.
        match content.pull().await {
            Ok(Some(piece)) => content.ahead.push_back(piece),
            Ok(None) => content.end = Some(Ok(())),
            Err(ContentError::Download(error)) => return Err(error),
            Err(error) => content.end = Some(Err(error)),
        }
        Ok(content)
    }

    /// Goes on to read, from `byte` of the text on. The object has this format and is downloaded from
    /// [`Content::first_byte`] on.
    #[must_use]
    pub fn resume(download: Download<'a>, format: Format, byte: u64) -> Self {
        Self {
            text: if format.is_plain() {
                Text::plain()
            } else {
                Text::new(format.encoding)
            },
            skip: byte - Self::first_byte(format, byte),
            download,
            ahead: VecDeque::new(),
            end: None,
        }
    }

    /// The byte of an object from which on it must be downloaded to read its text from `byte` on. Compressed objects and
    /// encodings other than UTF-8 are read from the beginning.
    #[must_use]
    pub fn first_byte(format: Format, byte: u64) -> u64 {
        if format.is_plain() { byte } else { 0 }
    }

    /// How the object is compressed and encoded.
    #[must_use]
    pub fn format(&self) -> Format {
        self.text.format()
    }

    /// The next bytes of the text, at least one; `None` when there are no more.
    ///
    /// # Errors
    /// [`ContentError`], when there should be more text and there is none.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ContentError> {
        if let Some(piece) = self.ahead.pop_front() {
            return Ok(Some(piece));
        }
        match self.end.take() {
            Some(end) => end.map(|()| None),
            None => self.pull_wanted().await,
        }
    }

    /// Reads ahead, until so many bytes are known or there are no more. [`Content::next`] gives them, and the reason that
    /// there are no more.
    pub async fn read_ahead(&mut self, bytes: usize) {
        let mut known: usize = self.ahead.iter().map(Bytes::len).sum();
        while known < bytes && self.end.is_none() {
            match self.pull_wanted().await {
                Ok(Some(piece)) => {
                    known += piece.len();
                    self.ahead.push_back(piece);
                }
                Ok(None) => self.end = Some(Ok(())),
                Err(error) => self.end = Some(Err(error)),
            }
        }
    }

    /// The pieces that were read ahead.
    pub fn ahead(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.ahead.iter().map(|piece| &piece[..])
    }

    /// Whether all of the text was read ahead.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.end.is_some()
    }

    /// The next bytes that are wanted.
    async fn pull_wanted(&mut self) -> Result<Option<Bytes>, ContentError> {
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

    async fn pull(&mut self) -> Result<Option<Bytes>, ContentError> {
        loop {
            match self.text.pull()? {
                Pulled::Bytes(bytes) => return Ok(Some(bytes)),
                Pulled::NeedsInput => self.text.push(self.download.next().await?)?,
                Pulled::End => return Ok(None),
            }
        }
    }
}
