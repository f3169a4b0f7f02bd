//! The errors of writing a file to correct.

use std::io;
use std::path::PathBuf;

use crate::aws_call::CallError;
use crate::file_name::{quoted, shown};

/// Why no file to correct can be written. [`RejectedError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RejectedError {
    /// The upload has no report.
    #[error("there is no ingest report of {0}")]
    NoReport(String),
    /// Several reports would be written to one file.
    #[error("-o names one file, and there are several reports")]
    OneFile,
    /// A file of this name exists.
    #[error("{} is there already", shown(.0))]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("{} cannot be written: {source}", shown(path))]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An object that is no file of rejected rows.
    #[error("{0} is no file of rejected rows")]
    NotRejected(String),
    /// An encoding that this command does not know.
    #[error("the encoding {0} is unknown")]
    Encoding(String),
}

impl RejectedError {
    /// What to do about the error, in one or two sentences.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NoReport(_) => {
                "Follow the upload until it is read: tools/messages follow. The latest are listed by tools/messages ingests"
                    .to_owned()
            }
            Self::OneFile => "Leave -o out: each file is named after its object".to_owned(),
            Self::Exists(path) => format!("Move it away, or name another file: -o FILE. No file is replaced: {}", quoted(path)),
            Self::Write { .. } => "Name another place: -o FILE".to_owned(),
            Self::Call(error) => error.remedy().to_owned(),
            Self::NotRejected(_) => "Look at it; the command may be older than the stack".to_owned(),
            Self::Encoding(_) => "The command may be older than the stack".to_owned(),
        }
    }
}
