//! A local file whose text is read several times, each time in bounded memory.

use std::path::{Path, PathBuf};

use s3_to_sqs::input::content::format::Encoding;
use s3_to_sqs::input::content::unpack::UnpackError;
use s3_to_sqs::rows::{Dialect, Row, Rows};

use crate::file_name::shown;
use crate::schema::sample::{Sample, SampleError};

/// A local file.
#[derive(Debug)]
pub struct Input<'p> {
    /// The file's path.
    pub path: &'p Path,
    /// The encoding of the file, unless a byte order mark shows another one.
    pub encoding: Encoding,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The operating system refuses to read the file.
    #[error(transparent)]
    Unreadable(#[from] SampleError),
    /// The file is a pipe or a device.
    #[error("{} is no regular file", shown(path))]
    Irregular {
        /// The path.
        path: PathBuf,
    },
    /// The file cannot be decompressed.
    #[error("{}: {source}", shown(path))]
    Unpack {
        /// The file.
        path: PathBuf,
        /// The error of the decompression.
        source: UnpackError,
    },
}

impl Input<'_> {
    /// Refuses a file that cannot be read more than once.
    pub fn check(&self) -> Result<(), InputError> {
        // A missing file and a folder pass here: opening them gives a better error.
        match self.path.metadata() {
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => Err(InputError::Irregular {
                path: self.path.to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Passes the pieces of the text to `take`, as long as it returns `true`.
    pub fn pieces(&self, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), InputError> {
        let mut sample = Sample::open(self.path, self.encoding, |_| {})?;
        loop {
            let piece = sample.next()?.map_err(|source| InputError::Unpack {
                path: self.path.to_owned(),
                source,
            })?;
            match piece {
                Some(piece) if take(&piece) => {}
                _ => return Ok(()),
            }
        }
    }

    /// Reads the first `most` bytes of the text. Returns them, and whether they are the whole text.
    pub fn head(&self, most: usize) -> Result<(Vec<u8>, bool), InputError> {
        let mut head = Vec::new();
        self.pieces(|piece| {
            head.extend_from_slice(piece);
            head.len() <= most
        })?;
        let is_whole = head.len() <= most;
        head.truncate(most);
        Ok((head, is_whole))
    }

    /// Passes each row to `take`, including the header.
    pub fn rows(&self, dialect: &Dialect, mut take: impl FnMut(&Row<'_>)) -> Result<(), InputError> {
        let mut rows = Rows::new(dialect.clone());
        self.pieces(|mut piece| {
            while rows.advance(&mut piece) {
                take(&rows.row());
            }
            true
        })?;
        while rows.finish() {
            take(&rows.row());
        }
        Ok(())
    }
}
