//! A local file whose text is read once for each thing that is asked, in bounded memory.

use std::path::{Path, PathBuf};

use s3_to_sqs::input::content::format::Encoding;
use s3_to_sqs::input::content::unpack::UnpackError;
use s3_to_sqs::rows::{Dialect, Row, Rows};

use crate::file_name::shown;
use crate::schema::sample::{Sample, SampleError};

/// A local file.
#[derive(Debug)]
pub struct Input<'p> {
    /// Where it is.
    pub path: &'p Path,
    /// The encoding that it has, unless it begins with the byte order mark of another.
    pub encoding: Encoding,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The operating system does not give it.
    #[error(transparent)]
    Unreadable(#[from] SampleError),
    /// It is a pipe or a device.
    #[error("{} is no regular file", shown(path))]
    Irregular {
        /// What it was called.
        path: PathBuf,
    },
    /// It cannot be decompressed.
    #[error("{}: {source}", shown(path))]
    Unpack {
        /// The file.
        path: PathBuf,
        /// Why.
        source: UnpackError,
    },
}

impl Input<'_> {
    /// Refuses what cannot be read more than once.
    pub fn check(&self) -> Result<(), InputError> {
        // Opening it says what is wrong with a file that is not there, or a folder.
        match self.path.metadata() {
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => Err(InputError::Irregular {
                path: self.path.to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Gives the pieces of the text, as long as `take` answers that it wants more.
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

    /// The beginning of the text, of so many bytes, and whether that is all of it.
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

    /// Gives the rows, the header too.
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
