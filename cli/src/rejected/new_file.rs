//! A file that is there as a whole or not at all.

use std::fs::{File, OpenOptions, remove_file};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::error::RejectedError;

/// A file that replaces no other one. Unless it is [kept](Self::keep) it is removed again.
pub struct NewFile {
    path: PathBuf,
    file: File,
    is_kept: bool,
}

impl NewFile {
    /// Creates it.
    ///
    /// # Errors
    /// When something has its name, or it cannot be created.
    pub fn create(path: &Path) -> Result<Self, RejectedError> {
        let created = OpenOptions::new().write(true).create_new(true).open(path);
        let file = created.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => RejectedError::Exists(path.to_owned()),
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

    /// Writes to it.
    pub fn writer(&self) -> BufWriter<&File> {
        BufWriter::new(&self.file)
    }

    /// The error of a write that failed.
    pub fn failed(&self, source: io::Error) -> RejectedError {
        RejectedError::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// It is whole.
    pub fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_kept {
            // What is left then is named by the error that led here.
            let _ = remove_file(&self.path);
        }
    }
}
