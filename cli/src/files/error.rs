//! Why a file cannot be uploaded, and what to do about it.

use std::path::PathBuf;

use crate::key_rules::{MAX_KEY_BYTES, SUFFIXES};

/// Why a file cannot be uploaded. [`FileError::remedy`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file that was named is not there.
    #[error("there is no file {0}")]
    Missing(String),
    /// A pattern that no file matches.
    #[error("no file matches {0}")]
    NoMatch(String),
    /// A pattern that is none.
    #[error("{pattern} is no pattern of file names")]
    Pattern {
        /// As it was given.
        pattern: String,
        /// What is wrong with it.
        source: glob::PatternError,
    },
    /// A folder where a file was expected.
    #[error("{0} is not a file")]
    NotAFile(PathBuf),
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file name that is no text.
    #[error("the name of {} is not UTF-8, and an object's key must be", .0.display())]
    NotText(PathBuf),
    /// A key that the extractor is not told of.
    #[error("{key} does not end in {}", SUFFIXES.join(", "))]
    Suffix {
        /// The key.
        key: String,
    },
    /// A key that S3 does not take.
    #[error("the key of {} would be {bytes} bytes long, and S3 takes {MAX_KEY_BYTES}", path.display())]
    LongKey {
        /// The file.
        path: PathBuf,
        /// The key's length.
        bytes: usize,
    },
    /// One key for several files.
    #[error("{} and {} would both become the object {key}", first.display(), second.display())]
    SameKey {
        /// The key.
        key: String,
        /// A file.
        first: PathBuf,
        /// Another one.
        second: PathBuf,
    },
    /// A file that became another one while it was being uploaded.
    #[error("{} changed while it was being uploaded", .0.display())]
    Changed(PathBuf),
    /// `--key` for more than one file.
    #[error("--key names one object, and there are {0} files")]
    OneKey(usize),
}

impl FileError {
    /// What helps, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        let helps = match self {
            Self::Missing(_) => "Nothing was uploaded. Correct the name, or give a pattern such as 'data/*.csv'",
            Self::NoMatch(_) | Self::Pattern { .. } => "Nothing was uploaded. Correct the pattern",
            Self::NotAFile(path) => {
                return format!("Nothing was uploaded. For a folder's files: '{}/*.csv'", path.display());
            }
            Self::Unreadable { .. } => "Correct its permissions",
            Self::NotText(_) => "Nothing was uploaded. Rename it, or name the object with --key",
            Self::Suffix { .. } => {
                "Nothing was uploaded: no other files are ingested. Rename it, or name the object with --key"
            }
            Self::LongKey { .. } => "Nothing was uploaded. Shorten --prefix, or name the object with --key",
            Self::SameKey { .. } => "Nothing was uploaded. Upload one after the other, each with a --prefix",
            Self::Changed(_) => "It was not ingested. Upload it again when nothing writes to it",
            Self::OneKey(_) => "Nothing was uploaded. For several files: --prefix",
        };
        helps.to_owned()
    }
}
