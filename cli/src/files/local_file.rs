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
    /// Notes the size and modification time that the file has now.
    ///
    /// # Errors
    /// When the file cannot be read, or does not have this size.
    pub fn of(path: &'a Path, size: u64) -> Result<Self, FileError> {
        let (found, modified) = state(path)?;
        if found != size {
            return Err(FileError::Changed(path.to_owned()));
        }
        Ok(Self { path, size, modified })
    }

    /// Reads the whole file.
    ///
    /// # Errors
    /// When the file cannot be read, or has changed.
    pub fn whole(&self) -> Result<Vec<u8>, FileError> {
        let content = std::fs::read(self.path).map_err(|source| unreadable(self.path, source))?;
        self.unchanged()?;
        Ok(content)
    }

    /// Reads `length` bytes from `start` on, as a stream.
    ///
    /// # Errors
    /// When the file cannot be read.
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

    /// Checks that the file has not changed, by its size and modification time.
    ///
    /// # Errors
    /// [`FileError::Changed`], or when the file cannot be read.
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
