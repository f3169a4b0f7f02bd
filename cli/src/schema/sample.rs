//! A local file, read as the extractor reads an object: decompressed, decoded, in bounded memory.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use s3_to_sqs::input::content::format::{Encoding, Format};
use s3_to_sqs::input::content::text::Text;
use s3_to_sqs::input::content::unpack::{Pulled, UnpackError};

use crate::file_name::shown;

/// The bytes that are read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// The text of a local file.
pub struct Sample<A> {
    path: PathBuf,
    file: File,
    text: Text,
    /// The pieces that were read ahead, and what is behind them when that is known.
    ahead: VecDeque<Bytes>,
    end: Option<Result<(), UnpackError>>,
    /// Is told of the bytes of the file as they are read.
    advance: A,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {source}", shown(path))]
pub struct SampleError {
    /// The file.
    path: PathBuf,
    /// Why.
    source: io::Error,
}

impl<A: FnMut(u64)> Sample<A> {
    /// Opens a file that has this encoding, unless it begins with the byte order mark of another.
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

    /// How the file is compressed and encoded; known as soon as a piece was read.
    pub fn format(&self) -> Format {
        self.text.format()
    }

    /// Reads ahead, until so many bytes of the text are known or there are no more. [`Sample::next`] gives them.
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

    /// Whether all of the text was read ahead.
    pub fn is_whole(&self) -> bool {
        self.end.is_some()
    }

    /// The next piece of the text, `None` when there are no more; or the damage that ends it.
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

    /// The next bytes of the file.
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
