//! Why a subcommand ends without a result.

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

/// What ends a subcommand without a result. [`Error::remedy`] says what helps.
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
    /// The operating system does not tell this process of signals.
    #[error("signals cannot be received: {0}")]
    Signals(#[source] std::io::Error),
    /// An object somewhere else.
    #[error("{bucket} is not the data bucket of this stack, which is {data_bucket}")]
    OtherBucket {
        /// The bucket that was named.
        bucket: String,
        /// The stack's.
        data_bucket: String,
    },
    /// An object cannot be looked at.
    #[error(transparent)]
    Object(#[from] CallError),
    /// The table of ingests does not tell.
    #[error(transparent)]
    Ingests(#[from] IngestsError),
    /// There is no descriptor.
    #[error(transparent)]
    Descriptor(#[from] DescriptorError),
    /// No descriptor can be proposed.
    #[error(transparent)]
    Proposal(#[from] ProposalError),
    /// A descriptor of another tool cannot be made one of ours.
    #[error(transparent)]
    Foreign(#[from] ForeignError),
    /// A file cannot be read.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// The document of the API cannot be made.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Nothing was uploaded.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// A report cannot be read.
    #[error(transparent)]
    Report(#[from] FollowError),
    /// There is no file to mend.
    #[error(transparent)]
    Rejected(#[from] RejectedError),
    /// The command was interrupted while it looked for objects.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl Error {
    /// What helps, in a sentence.
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
            Self::Document(_) => "Build the command anew: it and its document are of two versions".to_owned(),
            Self::Proposal(error) => error.remedy().to_owned(),
            Self::Foreign(error) => error.remedy().to_owned(),
            Self::Sample(_) => {
                "Name files that are there. Without any, those are read that resources name as `path`, below the folder of the descriptor"
                    .to_owned()
            }
            Self::Upload(error) => error.remedy(),
            Self::Report(error) => error.remedy().to_owned(),
            Self::Rejected(error) => error.remedy(),
            Self::Interrupted(_) => "Nothing was changed".to_owned(),
        }
    }

    /// How the command ends.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted(_) | Self::Upload(UploadError::Interrupted(_)) => INTERRUPTED,
            Self::Descriptor(error) => error.exit_code(),
            _ => FAILED,
        }
    }
}
