//! A new file that is kept only when it is complete.

use std::fs::{File, OpenOptions, remove_file};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::error::RejectedError;

/// A new file, which replaces no other one. It is removed on drop unless it is [kept](Self::keep).
pub struct NewFile {
    path: PathBuf,
    file: File,
    is_kept: bool,
}

impl NewFile {
    /// Creates the file.
    ///
    /// # Errors
    /// When the path exists, or the file cannot be created.
    pub fn create(path: &Path) -> Result<Self, RejectedError> {
        let created = OpenOptions::new().write(true).create_new(true).open(path);
        let file = created.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => RejectedError::Exist(vec![path.to_owned()]),
            _ => RejectedError::Write {
                path: path.to_owned(),
                source,
            },
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
            is_kept: false,
        })
    }

    /// A buffered writer to the file.
    pub fn writer(&self) -> BufWriter<&File> {
        BufWriter::new(&self.file)
    }

    /// The error for a failed write to the file.
    pub fn failed(&self, source: io::Error) -> RejectedError {
        RejectedError::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// Keeps the file, which is complete.
    pub fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_kept {
            // If the removal fails, the error that led here names the file.
            let _ = remove_file(&self.path);
        }
    }
}
