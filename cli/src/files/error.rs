//! The errors of files that cannot be uploaded, and what to do about them.

use std::io::ErrorKind;
use std::path::PathBuf;

use crate::file_name::{quoted, shown};
use crate::key_rules::{MAX_KEY_BYTES, SUFFIXES};

/// Why a file cannot be uploaded. [`FileError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file that was named does not exist.
    #[error("there is no file {}", shown(.0))]
    Missing(PathBuf),
    /// A pattern that no file matches.
    #[error("no file matches {0}")]
    NoMatch(String),
    /// A pattern that is malformed.
    #[error("{pattern} is no pattern of file names")]
    Pattern {
        /// The pattern, as it was given.
        pattern: String,
        /// What is wrong with it.
        source: glob::PatternError,
    },
    /// A link whose target does not exist.
    #[error("{} is a link to {}, which is not there", shown(path), shown(target))]
    DanglingLink {
        /// The link.
        path: PathBuf,
        /// The link's target.
        target: PathBuf,
    },
    /// A folder where a file was expected.
    #[error("{} is a folder", shown(.0))]
    Folder(PathBuf),
    /// A pipe, socket or device where a file was expected.
    #[error("{} is {kind}, not a file", shown(path))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What is at the path.
        kind: &'static str,
    },
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A file name that is not UTF-8.
    #[error("the name of {} is not UTF-8, and an object's key must be", shown(.0))]
    NotText(PathBuf),
    /// A key without a suffix of the extractor's event filter.
    #[error("{key} does not end in {}", SUFFIXES.join(", "))]
    Suffix {
        /// The key.
        key: String,
    },
    /// A key that is too long for S3.
    #[error(
        "the key of {} would be {bytes} bytes long, and S3 takes {MAX_KEY_BYTES}",
        shown(path)
    )]
    LongKey {
        /// The file.
        path: PathBuf,
        /// The key's length.
        bytes: usize,
    },
    /// One key for several files.
    #[error("{} and {} would both become the object {key}", shown(first), shown(second))]
    SameKey {
        /// The key.
        key: String,
        /// The file that was named first.
        first: PathBuf,
        /// The file that was named later.
        second: PathBuf,
    },
    /// A file that changed while it was being uploaded.
    #[error("{} changed while it was being uploaded", shown(.0))]
    Changed(PathBuf),
    /// `--key` for more than one file.
    #[error("--key names one object, and there are {0} files")]
    OneKey(usize),
}

impl FileError {
    /// What to do about the error of an upload, in one or two sentences.
    #[must_use]
    pub fn remedy(&self) -> String {
        let help = self.help();
        match self {
            Self::Unreadable { .. } | Self::Changed(_) => help,
            _ => format!("Nothing was uploaded. {help}"),
        }
    }

    /// What to do about the error in any subcommand, in a sentence.
    #[must_use]
    pub fn help(&self) -> String {
        let helps = match self {
            Self::Missing(path) if path.as_os_str() == "-" => "Standard input is not read: write it to a file first",
            Self::Missing(_) => "Correct the name, or give a pattern such as 'data/*.csv'",
            Self::NoMatch(_) | Self::Pattern { .. } => "Correct the pattern",
            Self::DanglingLink { path, .. } => {
                let link = quoted(path);
                return format!("Name the file itself, or correct the link: ln -sfn FILE {link}");
            }
            Self::Folder(path) => {
                let files = quoted(&path.join("*.csv"));
                return format!("For the files in it: {files}");
            }
            Self::NotAFile { path, kind: "a pipe" } => {
                let pipe = quoted(path);
                return format!("Write what comes out of it to a file first: cat {pipe} >data.csv");
            }
            Self::NotAFile { .. } => "Name a file",
            Self::Unreadable { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
                "Correct its permissions"
            }
            Self::Unreadable { .. } => "Look at the file: ls -l shows whether it still exists",
            Self::NotText(path) => {
                let name = quoted(path);
                return format!("Rename it: mv {name} NAME.csv. Or name the object with --key");
            }
            Self::Suffix { .. } => "No other files are ingested. Rename it, or name the object with --key",
            Self::LongKey { .. } => "Shorten --prefix, or name the object with --key",
            Self::SameKey { .. } => "Upload them in two commands, each with its own --prefix",
            Self::Changed(_) => "It was not ingested. Upload it again when nothing writes to it",
            Self::OneKey(_) => "For several files: --prefix",
        };
        helps.to_owned()
    }
}
