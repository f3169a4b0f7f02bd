//! The text of an object: decompressed, and decoded to UTF-8.
//!
//! The object's first bytes show its compression, and a byte order mark shows UTF-16, whatever the key ends with. Any
//! other encoding must be declared. All other text is passed on unchanged, as UTF-8. Memory is bounded by what
//! decompression needs, however much a small object expands: 32 KiB for gzip, at most 32 MiB for zstd, and pieces of 64
//! KiB.
//!
//! | module or type | what it does |
//! |---|---|
//! | [`Content`] | the text of an object that is being downloaded |
//! | [`text`] | turns pieces of an object into pieces of its text |
//! | [`unpack`] | decompresses |
//! | [`anchor`] | places from which another invocation can continue |
//! | `decode`, `utf16` | decode other encodings to UTF-8 |
//! | [`format`] | the compressions and encodings |

pub mod anchor;
mod decode;
pub mod format;
#[cfg(test)]
mod tests;
pub mod text;
pub mod unpack;
mod utf16;

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

use self::anchor::{Anchor, Anchors};
use self::format::{Encoding, Format};
use self::text::Text;
use self::unpack::{Pulled, UnpackError};
use super::download::{Download, DownloadError};

/// A byte that never occurs in UTF-8. It stands for bytes that are invalid in their encoding.
const NO_UTF_8: u8 = 0xff;

/// Why the text cannot be read further.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The object cannot be downloaded.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// The object cannot be decompressed.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
}

/// The text of an object that is being downloaded.
pub struct Content<'a> {
    download: Download<'a>,
    text: Text,
    /// The pieces that were read ahead.
    ahead: VecDeque<Bytes>,
    /// What follows those pieces, once known: the end of the text, or an error.
    end: Option<Result<(), ContentError>>,
    /// The number of bytes of text to skip before the wanted ones.
    skip: u64,
    /// The number of bytes read so far, of the object and of its text.
    read: Anchor,
    anchors: Anchors,
}

impl<'a> Content<'a> {
    /// Starts to read the text of an object from its beginning. A byte order mark overrides the `declared` encoding.
    ///
    /// # Errors
    /// The errors of [`Download::next`].
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
            read: Anchor::default(),
            anchors: Anchors::default(),
        };
        // The first piece reveals the format.
        match content.pull().await {
            Ok(Some(piece)) => content.ahead.push_back(piece),
            Ok(None) => content.end = Some(Ok(())),
            Err(ContentError::Download(error)) => return Err(error),
            Err(error) => content.end = Some(Err(error)),
        }
        Ok(content)
    }

    /// Continues to read at `byte` of the text. The object has this `format` and is downloaded from `start` on, which
    /// [`Content::start`] computed.
    #[must_use]
    pub fn resume(download: Download<'a>, format: Format, start: Anchor, byte: u64) -> Self {
        Self {
            text: if format.is_plain() || start.object > 0 {
                Text::from_middle(format.encoding)
            } else {
                Text::new(format.encoding)
            },
            skip: byte - start.text,
            read: start,
            anchors: Anchors::default(),
            download,
            ahead: VecDeque::new(),
            end: None,
        }
    }

    /// The place from which an object must be downloaded to read its text from `byte` on. `anchor` is a known place
    /// before `byte`, if there is one. Compressed objects, and encodings in which a byte depends on the bytes before
    /// it, are read from the beginning.
    #[must_use]
    pub fn start(format: Format, anchor: Option<Anchor>, byte: u64) -> Anchor {
        if format.is_plain() {
            Anchor {
                object: byte,
                text: byte,
            }
        } else if format.has_anchors() {
            anchor.filter(|anchor| anchor.text <= byte).unwrap_or_default()
        } else {
            Anchor::default()
        }
    }

    /// The last anchor at or before `byte` of the text, from which another invocation may start to download. `None`
    /// when none was met, or none is needed.
    #[must_use]
    pub fn anchor_before(&self, byte: u64) -> Option<Anchor> {
        self.anchors.before(byte)
    }

    /// The object's compression and encoding.
    #[must_use]
    pub fn format(&self) -> Format {
        self.text.format()
    }

    /// Returns the next bytes of the text, at least one; `None` at the end.
    ///
    /// # Errors
    /// [`ContentError`] when the text cannot be read to its end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ContentError> {
        if let Some(piece) = self.ahead.pop_front() {
            return Ok(Some(piece));
        }
        match self.end.take() {
            Some(end) => end.map(|()| None),
            None => self.pull_wanted().await,
        }
    }

    /// Reads ahead until at least `bytes` bytes are held, or to the end. [`Content::next`] then returns them, and an
    /// error that ended the reading.
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

    /// Whether the text was read ahead to its end.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.end.is_some()
    }

    /// Returns the next wanted bytes.
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
                Pulled::Bytes(bytes) => {
                    self.read.text += bytes.len() as u64;
                    // A place is an anchor only if all bytes before it are decoded. That holds here, because a
                    // single-byte decoder holds nothing back.
                    if self.format().has_anchors() {
                        self.anchors.note(self.read);
                    }
                    return Ok(Some(bytes));
                }
                Pulled::NeedsInput => {
                    let piece = self.download.next().await?;
                    self.read.object += piece.as_ref().map_or(0, |piece| piece.len() as u64);
                    self.text.push(piece)?;
                }
                Pulled::End => return Ok(None),
            }
        }
    }
}
