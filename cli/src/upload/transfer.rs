//! A file on its way to its object.

use crate::files::Source;
use crate::files::error::FileError;
use crate::files::local_file::LocalFile;
use crate::stack::Stack;

/// A file on its way to its object.
pub struct Transfer<'a> {
    /// The stack that it goes to.
    pub stack: &'a Stack,
    /// Which file, and the key of its object.
    pub source: &'a Source,
    /// The file as it was when this began.
    pub file: LocalFile<'a>,
}

impl<'a> Transfer<'a> {
    /// Begins with the file as it is now.
    ///
    /// # Errors
    /// When it cannot be read, or changed since it was looked for.
    pub fn of(stack: &'a Stack, source: &'a Source) -> Result<Self, FileError> {
        let file = LocalFile::of(&source.path, source.size)?;
        Ok(Self { stack, source, file })
    }

    /// The object's URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.stack.url(&self.source.key)
    }

    /// What is being done, for errors.
    #[must_use]
    pub fn doing(&self) -> String {
        format!("uploading {} to {}", self.source.path.display(), self.url())
    }
}
