//! Decompresses an object, piece by piece.

use std::io::{self, BufRead, ErrorKind, Read};

use bytes::{Buf, Bytes, BytesMut};
use flate2::bufread::MultiGzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::format::Compression;

/// The most bytes of a decompressed piece.
const PIECE_BYTES: usize = 64 * 1024;
/// The largest zstd window, as a power of two: 32 MiB. Levels up to 19 of the `zstd` command need 8 MiB. The window
/// must fit into the function's memory.
const WINDOW_LOG: u32 = 25;
/// The error of zstd for a larger window: the text of `ZSTD_error_frameParameter_windowTooLarge`.
const WINDOW_TOO_LARGE: &str = "Frame requires too much memory for decoding";

/// The result of a request for the next piece.
#[derive(Debug)]
pub enum Pulled {
    /// A piece, not empty.
    Bytes(Bytes),
    /// More input must be pushed first.
    NeedsInput,
    /// The end.
    End,
}

/// Why an object cannot be decompressed. The object is at fault: reading it again gives the same error.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The compressed data end early.
    #[error("the {compression} data end early, at byte {byte} of the object: compress and upload the file again")]
    Truncated {
        /// The compression.
        compression: Compression,
        /// The byte of the object that was reached.
        byte: u64,
    },
    /// The compressed data are damaged, or other data follow them.
    #[error("the {compression} data are corrupt near byte {byte} of the object: compress and upload the file again")]
    Corrupt {
        /// The compression.
        compression: Compression,
        /// The byte of the object that was reached.
        byte: u64,
        /// The decompressor's error.
        #[source]
        source: io::Error,
    },
    /// Decompression needs more memory than is allowed.
    #[error(
        "the zstd data near byte {byte} of the object need a window of more than 32 MiB: compress the file with \
         `zstd --long=25` or less, or with a level up to 19, and upload it again"
    )]
    Window {
        /// The byte of the object that was reached.
        byte: u64,
    },
}

/// Decompresses the bytes that are pushed.
pub(super) enum Unpacker {
    Gzip(Box<MultiGzDecoder<Feed>>),
    Zstd(ZstdDecoder<'static, Feed>),
}

/// The bytes that were pushed and not yet read. The decompressors see a reader that would block when it is empty.
pub(super) struct Feed {
    bytes: Bytes,
    read: u64,
    ended: bool,
}

impl Unpacker {
    /// Starts to decompress an object that begins with `bytes`.
    pub(super) fn new(compression: Compression, bytes: Bytes) -> Result<Self, UnpackError> {
        let feed = Feed {
            bytes,
            read: 0,
            ended: false,
        };
        match compression {
            Compression::Gzip => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(feed)))),
            Compression::Zstd => zstd(feed).map(Self::Zstd).map_err(|source| UnpackError::Corrupt {
                compression,
                byte: 0,
                source,
            }),
        }
    }

    pub(super) fn compression(&self) -> Compression {
        match self {
            Self::Gzip(_) => Compression::Gzip,
            Self::Zstd(_) => Compression::Zstd,
        }
    }

    /// Takes the next bytes of the object, when it needs input; `None` is the end.
    pub(super) fn push(&mut self, bytes: Option<Bytes>) {
        let feed = self.feed();
        match bytes {
            Some(bytes) => feed.bytes = bytes,
            None => feed.ended = true,
        }
    }

    /// Returns the next piece.
    pub(super) fn pull(&mut self) -> Result<Pulled, UnpackError> {
        if self.feed().needs_input() {
            return Ok(Pulled::NeedsInput);
        }
        let mut piece = BytesMut::zeroed(PIECE_BYTES);
        let read = match self {
            Self::Gzip(decoder) => decoder.read(&mut piece),
            Self::Zstd(decoder) => decoder.read(&mut piece),
        };
        match read {
            Ok(0) => Ok(Pulled::End),
            Ok(length) => {
                piece.truncate(length);
                Ok(Pulled::Bytes(piece.freeze()))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Pulled::NeedsInput),
            Err(error) => Err(self.failure(error)),
        }
    }

    fn failure(&mut self, source: io::Error) -> UnpackError {
        let compression = self.compression();
        let byte = self.feed().read;
        if source.kind() == ErrorKind::UnexpectedEof {
            UnpackError::Truncated { compression, byte }
        } else if source.to_string() == WINDOW_TOO_LARGE {
            UnpackError::Window { byte }
        } else {
            UnpackError::Corrupt {
                compression,
                byte,
                source,
            }
        }
    }

    fn feed(&mut self) -> &mut Feed {
        match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut(),
        }
    }
}

fn zstd(feed: Feed) -> io::Result<ZstdDecoder<'static, Feed>> {
    let mut decoder = ZstdDecoder::with_buffer(feed)?;
    decoder.window_log_max(WINDOW_LOG)?;
    Ok(decoder)
}

impl Feed {
    fn needs_input(&self) -> bool {
        self.bytes.is_empty() && !self.ended
    }
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.needs_input() {
            Err(ErrorKind::WouldBlock.into())
        } else {
            Ok(&self.bytes)
        }
    }

    fn consume(&mut self, amount: usize) {
        self.bytes.advance(amount);
        self.read += amount as u64;
    }
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
