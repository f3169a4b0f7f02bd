//! A file while it is being uploaded.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_sdk_s3::primitives::{ByteStream, Length};

use super::error::FileError;

/// A file as it was when its upload began.
pub struct LocalFile<'a> {
    path: &'a Path,
    size: u64,
    modified: SystemTime,
}

impl<'a> LocalFile<'a> {
    /// The file as it is now.
    ///
    /// # Errors
    /// When it cannot be read, or no longer has this size.
    pub fn of(path: &'a Path, size: u64) -> Result<Self, FileError> {
        let (found, modified) = state(path)?;
        if found != size {
            return Err(FileError::Changed(path.to_owned()));
        }
        Ok(Self { path, size, modified })
    }

    /// All of it.
    ///
    /// # Errors
    /// When it cannot be read, or changed meanwhile.
    pub fn whole(&self) -> Result<Vec<u8>, FileError> {
        let content = std::fs::read(self.path).map_err(|source| unreadable(self.path, source))?;
        self.unchanged()?;
        Ok(content)
    }

    /// A part of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn piece(&self, start: u64, length: u64) -> Result<ByteStream, FileError> {
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
    /// [`FileError::Changed`], or when it cannot be read.
    pub fn unchanged(&self) -> Result<(), FileError> {
        if state(self.path)? == (self.size, self.modified) {
            return Ok(());
        }
        Err(FileError::Changed(self.path.to_owned()))
    }
}

fn state(path: &Path) -> Result<(u64, SystemTime), FileError> {
    let state = std::fs::metadata(path).and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
    state.map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: std::io::Error) -> FileError {
    let path = PathBuf::from(path);
    FileError::Unreadable { path, source }
}
