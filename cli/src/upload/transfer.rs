//! A transfer of a file to its object.

use crate::files::Source;
use crate::files::error::FileError;
use crate::files::local_file::LocalFile;
use crate::stack::Stack;

/// A transfer of a file to its object.
pub struct Transfer<'a> {
    /// The stack that the file is uploaded to.
    pub stack: &'a Stack,
    /// The file and the key of its object.
    pub source: &'a Source,
    /// The file as it was when the transfer began.
    pub file: LocalFile<'a>,
}

impl<'a> Transfer<'a> {
    /// Begins a transfer of the file as it is now.
    ///
    /// # Errors
    /// When the file cannot be read, or its size has changed since it was found.
    pub fn of(stack: &'a Stack, source: &'a Source) -> Result<Self, FileError> {
        let file = LocalFile::of(&source.path, source.size)?;
        Ok(Self { stack, source, file })
    }

    /// The object's URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.stack.url(&self.source.key)
    }

    /// The action in words, for error texts.
    #[must_use]
    pub fn doing(&self) -> String {
        format!("uploading {} to {}", self.source.path.display(), self.url())
    }
}
