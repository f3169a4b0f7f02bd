//! Decompression, piece by piece.

use std::io::{self, BufRead, ErrorKind, Read};

use bytes::{Buf, Bytes, BytesMut};
use flate2::bufread::MultiGzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::text::Pulled;
use super::{Compression, ContentError};

/// The most bytes of a piece that is decompressed.
const PIECE_BYTES: usize = 64 * 1024;
/// The largest window of zstd, as a power of two: 32 MiB. The command's levels up to 19 need 8 MiB. It has to fit into
/// the function's memory.
const WINDOW_LOG: u32 = 25;
/// What zstd says of a larger one: the name of `ZSTD_error_frameParameter_windowTooLarge`.
const WINDOW_TOO_LARGE: &str = "Frame requires too much memory for decoding";

/// Decompresses what is pushed.
pub(super) enum Unpacker {
    Gzip(Box<MultiGzDecoder<Feed>>),
    Zstd(ZstdDecoder<'static, Feed>),
}

/// What was pushed and not read yet. To the decompressors it is a reader that would block when there is nothing.
pub(super) struct Feed {
    bytes: Bytes,
    read: u64,
    ended: bool,
}

impl Unpacker {
    /// Decompresses an object that begins with `bytes`.
    pub(super) fn new(compression: Compression, bytes: Bytes) -> Result<Self, ContentError> {
        let feed = Feed {
            bytes,
            read: 0,
            ended: false,
        };
        match compression {
            Compression::Gzip => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(feed)))),
            Compression::Zstd => zstd(feed).map(Self::Zstd).map_err(|source| ContentError::Corrupt {
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

    /// Takes the next bytes of the object, or its end, when it is hungry.
    pub(super) fn push(&mut self, bytes: Option<Bytes>) {
        let feed = self.feed();
        match bytes {
            Some(bytes) => feed.bytes = bytes,
            None => feed.ended = true,
        }
    }

    /// The next piece.
    pub(super) fn pull(&mut self) -> Result<Pulled, ContentError> {
        if self.feed().is_hungry() {
            return Ok(Pulled::Hungry);
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
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Pulled::Hungry),
            Err(error) => Err(self.failure(error)),
        }
    }

    fn failure(&mut self, source: io::Error) -> ContentError {
        let compression = self.compression();
        let byte = self.feed().read;
        if source.kind() == ErrorKind::UnexpectedEof {
            ContentError::Truncated { compression, byte }
        } else if source.to_string() == WINDOW_TOO_LARGE {
            ContentError::Window { byte }
        } else {
            ContentError::Corrupt {
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
    fn is_hungry(&self) -> bool {
        self.bytes.is_empty() && !self.ended
    }
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.is_hungry() {
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
