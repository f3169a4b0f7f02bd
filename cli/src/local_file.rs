//! A file while it is being uploaded.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_sdk_s3::primitives::{ByteStream, Length};

use crate::error::Error;
use crate::files::Source;

/// A file as it was when its upload began.
pub struct File<'a> {
    /// Where it is.
    pub path: &'a Path,
    size: u64,
    modified: SystemTime,
}

impl<'a> File<'a> {
    /// The file as it is now.
    ///
    /// # Errors
    /// When it cannot be read, or has not the size any more that it had.
    pub fn of(source: &'a Source) -> Result<Self, Error> {
        let (size, modified) = state(&source.path)?;
        if size != source.size {
            return Err(Error::Changed(source.path.clone()));
        }
        Ok(Self {
            path: &source.path,
            size,
            modified,
        })
    }

    /// A part of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn piece(&self, start: u64, length: u64) -> Result<ByteStream, Error> {
        let piece = ByteStream::read_from()
            .path(self.path)
            .offset(start)
            .length(Length::Exact(length));
        piece
            .build()
            .await
            .map_err(|error| unreadable(self.path, std::io::Error::other(error)))
    }

    /// Sees that it is as it was.
    ///
    /// # Errors
    /// [`Error::Changed`], or when it cannot be read.
    pub fn unchanged(&self) -> Result<(), Error> {
        if state(self.path)? == (self.size, self.modified) {
            return Ok(());
        }
        Err(Error::Changed(self.path.to_owned()))
    }
}

fn state(path: &Path) -> Result<(u64, SystemTime), Error> {
    let state = std::fs::metadata(path).and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
    state.map_err(|source| unreadable(path, source))
}

/// What makes an [`Error`] of the operating system's.
pub fn unreadable(path: &Path, source: std::io::Error) -> Error {
    let path = PathBuf::from(path);
    Error::Unreadable { path, source }
}
