//! A local file, read as the extractor reads an object: decompressed, decoded and in bounded memory.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use s3_to_sqs::input::content::format::{Encoding, Format};
use s3_to_sqs::input::content::text::Text;
use s3_to_sqs::input::content::unpack::{Pulled, UnpackError};

use crate::file_name::shown;

/// The number of bytes that are read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// The text of a local file.
pub struct Sample<A> {
    path: PathBuf,
    file: File,
    text: Text,
    /// The pieces that were read ahead.
    ahead: VecDeque<Bytes>,
    /// How the text ends, if it was read ahead to its end.
    end: Option<Result<(), UnpackError>>,
    /// Called with the number of bytes of the file as they are read.
    advance: A,
}

/// The error of a file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {source}", shown(path))]
pub struct SampleError {
    /// The file.
    path: PathBuf,
    /// The operating system's error.
    source: io::Error,
}

impl<A: FnMut(u64)> Sample<A> {
    /// Opens a file that has this encoding, unless a byte order mark shows another one.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn open(path: &Path, encoding: Encoding, advance: A) -> Result<Self, SampleError> {
        let path = path.to_owned();
        match File::open(&path) {
            Ok(file) => Ok(Self {
                path,
                file,
                text: Text::new(encoding),
                ahead: VecDeque::new(),
                end: None,
                advance,
            }),
            Err(source) => Err(SampleError { path, source }),
        }
    }

    /// The compression and encoding of the file, which are known once a piece is read.
    pub fn format(&self) -> Format {
        self.text.format()
    }

    /// Reads ahead until at least `bytes` bytes of the text are known, or the text ends. [`Sample::next`] returns them later.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn read_ahead(&mut self, bytes: usize) -> Result<(), SampleError> {
        let mut known = 0;
        while known < bytes && self.end.is_none() {
            match self.pull()? {
                Ok(Some(piece)) => {
                    known += piece.len();
                    self.ahead.push_back(piece);
                }
                end => self.end = Some(end.map(drop)),
            }
        }
        Ok(())
    }

    /// The pieces that were read ahead.
    pub fn ahead(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.ahead.iter().map(|piece| &piece[..])
    }

    /// Whether the text was read ahead to its end.
    pub fn is_whole(&self) -> bool {
        self.end.is_some()
    }

    /// Returns the next piece of the text, `None` at its end, or the damage that ends it early.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn next(&mut self) -> Result<Result<Option<Bytes>, UnpackError>, SampleError> {
        if let Some(piece) = self.ahead.pop_front() {
            return Ok(Ok(Some(piece)));
        }
        match self.end.take() {
            Some(end) => Ok(end.map(|()| None)),
            None => self.pull(),
        }
    }

    fn pull(&mut self) -> Result<Result<Option<Bytes>, UnpackError>, SampleError> {
        loop {
            let pushed = match self.text.pull() {
                Ok(Pulled::Bytes(bytes)) => return Ok(Ok(Some(bytes))),
                Ok(Pulled::End) => return Ok(Ok(None)),
                Ok(Pulled::NeedsInput) => {
                    let piece = self.read()?;
                    self.text.push(piece)
                }
                Err(damage) => Err(damage),
            };
            if let Err(damage) = pushed {
                return Ok(Err(damage));
            }
        }
    }

    /// Reads the next bytes of the file.
    fn read(&mut self) -> Result<Option<Bytes>, SampleError> {
        let mut piece = vec![0; PIECE_BYTES];
        let length = self.file.read(&mut piece).map_err(|source| SampleError {
            path: self.path.clone(),
            source,
        })?;
        piece.truncate(length);
        (self.advance)(length as u64);
        Ok((length > 0).then(|| Bytes::from(piece)))
    }
}
