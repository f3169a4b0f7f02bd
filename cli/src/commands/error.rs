//! The error of a subcommand that ends without a result.

use super::output::OutputError;
use crate::arguments::schema::DEFAULT_DESCRIPTOR;
use crate::aws_call::CallError;
use crate::cancel::Interrupted;
use crate::exit_code::{FAILED, INTERRUPTED};
use crate::files::error::FileError;
use crate::follow::error::FollowError;
use crate::ingests::error::IngestsError;
use crate::openapi::DocumentError;
use crate::rejected::error::RejectedError;
use crate::schema::descriptor::DescriptorError;
use crate::schema::infer::foreign::ForeignError;
use crate::schema::infer::proposal::ProposalError;
use crate::schema::sample::SampleError;
use crate::stack::StackError;
use crate::upload::error::UploadError;

/// The error that ends a subcommand without a result. [`Error::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be uploaded.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file cannot be checked.
    #[error(transparent)]
    Checked(FileError),
    /// The stack cannot be used.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// The operating system refuses to register a signal handler.
    #[error("signals cannot be received: {0}")]
    Signals(#[source] std::io::Error),
    /// An object was named that is in another bucket than the stack's.
    #[error("{bucket} is not the data bucket of this stack, which is {data_bucket}")]
    OtherBucket {
        /// The bucket that was named.
        bucket: String,
        /// The data bucket of the stack.
        data_bucket: String,
    },
    /// A call to look at an object failed.
    #[error(transparent)]
    Object(#[from] CallError),
    /// The table of ingests cannot be read, or has no such ingest.
    #[error(transparent)]
    Ingests(#[from] IngestsError),
    /// The descriptor is missing or wrong.
    #[error(transparent)]
    Descriptor(#[from] DescriptorError),
    /// A key is named for a table without a descriptor.
    #[error("--partition-key is for the table of a descriptor, and there is no {DEFAULT_DESCRIPTOR}")]
    KeyWithoutDescriptor,
    /// The key of an object is named without a file.
    #[error("{0} is for files that would be uploaded, and no file is named")]
    NamingWithoutFiles(&'static str),
    /// The encoding of a descriptor is named.
    #[error("--encoding is for a CSV file, and {0} is a descriptor")]
    EncodingOfDescriptor(String),
    /// No descriptor can be proposed.
    #[error(transparent)]
    Proposal(#[from] ProposalError),
    /// A descriptor of another tool cannot be converted to one of ours.
    #[error(transparent)]
    Foreign(#[from] ForeignError),
    /// A file to check cannot be read.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// The OpenAPI document cannot be made.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Nothing was uploaded.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// A report cannot be read.
    #[error(transparent)]
    Report(#[from] FollowError),
    /// No file to correct can be written.
    #[error(transparent)]
    Rejected(#[from] RejectedError),
    /// A result cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The command was interrupted while it looked for objects.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl Error {
    /// What to do about the error, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::File(error) => error.remedy(),
            Self::Checked(error) => error.help(),
            Self::Stack(error) => error.remedy().to_owned(),
            Self::Signals(_) => "Raise the limit of open files: ulimit -n".to_owned(),
            Self::OtherBucket { .. } => "Name the stack that the bucket belongs to".to_owned(),
            Self::Object(error) => error.remedy().to_owned(),
            Self::Ingests(error) => error.remedy().to_owned(),
            Self::Descriptor(error) => error.remedy().to_owned(),
            Self::Document(_) => "Build the command again: its code and its OpenAPI document are of different versions".to_owned(),
            Self::KeyWithoutDescriptor => {
                "Name the descriptor. Without one, the document is that of the sample's messages, with the key date and time".to_owned()
            }
            Self::EncodingOfDescriptor(_) => {
                "Leave the option out. A descriptor is UTF-8, and names the encoding of its files itself".to_owned()
            }
            Self::NamingWithoutFiles(_) => {
                "Name one. The samples that the resources name as their `path` have keys of their own".to_owned()
            }
            Self::Proposal(error) => error.remedy().to_owned(),
            Self::Foreign(error) => error.remedy().to_owned(),
            Self::Sample(_) => {
                "Name files that exist. Without names, the `path` of each resource is read, below the descriptor's folder"
                    .to_owned()
            }
            Self::Upload(error) => error.remedy(),
            Self::Report(error) => error.remedy().to_owned(),
            Self::Rejected(error) => error.remedy(),
            Self::Output(_) => "Write the result to a place that has room".to_owned(),
            Self::Interrupted(_) => "Nothing was changed".to_owned(),
        }
    }

    /// The exit code of the command.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted(_) | Self::Upload(UploadError::Interrupted(_)) => INTERRUPTED,
            Self::Descriptor(error) => error.exit_code(),
            _ => FAILED,
        }
    }
}
