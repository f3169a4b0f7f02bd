//! The errors of writing a file to correct.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::aws_call::CallError;
use crate::file_name::{quoted, shown};
use crate::follow::report::Report;
use crate::screen::text::plain;

/// Why no file to correct can be written. [`RejectedError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RejectedError {
    /// The upload has no report.
    #[error("there is no ingest report of {0}")]
    NoReport(String),
    /// Several reports would be written to one file.
    #[error("-o names one file, and there are several reports")]
    OneFile,
    /// Objects in several folders, or several uploads of an object, have files to correct of one name.
    #[error("several reports would be written to one file: {}", joined(.0, "; "))]
    SameNames(Vec<SameName>),
    /// Files of these names exist.
    #[error("{} {} there already", joined(.0.iter().map(|path| shown(path)), " and "), if .0.len() == 1 { "is" } else { "are" })]
    Exist(Vec<PathBuf>),
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

/// A file to correct that several reports would be written to.
#[derive(Debug)]
pub struct SameName {
    path: PathBuf,
    /// The uploads: each with its object and its ingest id.
    uploads: Vec<String>,
}

impl SameName {
    /// The file at `path` that these reports would be written to.
    #[must_use]
    pub fn of(path: &Path, reports: &[&Report]) -> Self {
        let upload = |report: &&Report| {
            let id = report.ingest_id.as_ref().map(|id| format!(" (ingest {id})"));
            plain(&format!(
                "s3://{}/{}{}",
                report.bucket,
                report.key,
                id.unwrap_or_default()
            ))
        };
        Self {
            path: path.to_owned(),
            uploads: reports.iter().map(upload).collect(),
        }
    }
}

impl fmt::Display for SameName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is that of {}", shown(&self.path), self.uploads.join(" and "))
    }
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
            Self::SameNames(_) => "Get these reports one at a time, each with another -o FILE".to_owned(),
            Self::Exist(paths) => format!(
                "Move what is there away, or get one report at a time into another file: -o FILE. No file is replaced: {}",
                joined(paths.iter().map(|path| quoted(path)), " ")
            ),
            Self::Write { .. } => "Name another place, for one report at a time: -o FILE".to_owned(),
            Self::Call(error) => error.remedy().to_owned(),
            Self::NotRejected(_) => "Look at it; the command may be older than the stack".to_owned(),
            Self::Encoding(_) => "The command may be older than the stack".to_owned(),
        }
    }
}

/// The texts, one after the other.
fn joined(texts: impl IntoIterator<Item = impl ToString>, between: &str) -> String {
    let texts: Vec<_> = texts.into_iter().map(|text| text.to_string()).collect();
    texts.join(between)
}
