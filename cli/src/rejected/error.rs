//! Why there is no file to mend.

use std::io;
use std::path::PathBuf;

use crate::aws_call::CallError;
use crate::file_name::{quoted, shown};

/// Why there is no file to mend. [`RejectedError::remedy`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum RejectedError {
    /// There is no report.
    #[error("there is no ingest report of {0}")]
    NoReport(String),
    /// Several reports would be written to one file.
    #[error("-o names one file, and there are several reports")]
    OneFile,
    /// A file has the name.
    #[error("{} is there already", shown(.0))]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("{} cannot be written: {source}", shown(path))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
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
    /// What helps, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NoReport(_) => {
                "Is it uploaded, and read to its end? tools/messages follow says so, tools/messages ingests lists the latest"
                    .to_owned()
            }
            Self::OneFile => "Leave -o out: each file is named after its object".to_owned(),
            Self::Exists(path) => format!("Move it away, or name another one: -o FILE. It is not replaced: {}", quoted(path)),
            Self::Write { .. } => "Name another place: -o FILE".to_owned(),
            Self::Call(error) => error.remedy().to_owned(),
            Self::NotRejected(_) => "Look at it; the command may be older than the stack".to_owned(),
            Self::Encoding(_) => "The command may be older than the stack".to_owned(),
        }
    }
}
