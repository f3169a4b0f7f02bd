//! What can fail an invocation. A row that cannot become a message is none of it: see [`crate::rejects`].

use std::error::Error;
use std::fmt;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStreamError;
use error_chain::ErrorChain;
use lambda_runtime::Diagnostic;

use crate::content::ContentError;
use crate::continuation::MAX_INVOCATIONS;
use crate::event::EventError;
use crate::object::Object;

/// Why an object was not extracted. Lambda tries the event again; doing it twice is harmless.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The object cannot be read.
    #[error("the object cannot be read")]
    Open(#[source] Box<SdkError<GetObjectError>>),
    /// Reading it broke off, also after trying again from where it broke.
    #[error("reading the object broke off at byte {byte}")]
    Broken {
        /// What had been read.
        byte: u64,
        /// What went wrong the last time.
        #[source]
        source: BodyError,
    },
    /// There is no such object any more.
    #[error("the object is gone")]
    Gone(#[source] Box<SdkError<GetObjectError>>),
    /// Another object has taken its place while it was read.
    #[error("the object was replaced when {0} bytes of it were read; the rest of it is gone")]
    Replaced(u64),
    /// What the object holds cannot be decompressed. Trying again would not help.
    #[error(transparent)]
    Corrupt(#[from] ContentError),
    /// S3 was asked for the rest of the object and sent something else.
    #[error("asked for the object from byte {0} on, S3 sent another range")]
    Range(u64),
    /// A call to SQS failed as a whole, however often it was made.
    #[error("the messages cannot be sent")]
    Send(#[source] Box<aws::CallError>),
    /// SQS did not take these messages, however often it was asked.
    #[error("SQS still refuses {count} messages after retries, the first with {code}: {text}")]
    Refused {
        /// How many of a batch.
        count: usize,
        /// SQS's error code of one of them.
        code: String,
        /// SQS's words about it.
        text: String,
    },
    /// The rejected rows or the report cannot be written.
    #[error("the report bucket cannot be written")]
    Report(#[source] Box<dyn Error + Send + Sync>),
    /// The invocation that was to go on could not be started.
    #[error("the next invocation cannot be started")]
    HandOn(#[source] Box<dyn Error + Send + Sync>),
    /// What was to be written or handed on at the end took too long.
    #[error("the invocation's time was up before the report bucket or the next invocation had answered")]
    TimeIsUp,
    /// A whole invocation was not enough for one row.
    #[error("from byte {0} on, not a single row could be read in the time of an invocation")]
    NoProgress(u64),
    /// The chain of invocations came to its end before the object did.
    #[error("{MAX_INVOCATIONS} invocations were not enough; byte {0} is reached: split the object")]
    TooLong(u64),
    /// A task of the function ended abnormally.
    #[error("a sending task ended abnormally")]
    Task(#[from] tokio::task::JoinError),
}

/// Why no more bytes of an object came.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The connection broke.
    #[error(transparent)]
    Stream(#[from] ByteStreamError),
    /// The stream ended early.
    #[error("the stream ended before the object's {0} bytes were read")]
    Short(u64),
    /// Nothing came for a while.
    #[error("nothing came for {0} seconds")]
    Stalled(u64),
}

/// Why an invocation failed. Its `Debug` form is what the runtime logs, once, so it reads like its `Display` form.
#[derive(thiserror::Error)]
pub enum InvocationError {
    /// The event is none of S3's.
    #[error(transparent)]
    Event(#[from] EventError),
    /// These objects were not extracted; the others of the event were.
    #[error("{}", Failures(.0))]
    Objects(Vec<(Object, ExtractError)>),
}

impl ExtractError {
    /// A stable name for the kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open(error) if error.code() == Some("AccessDenied") => "AccessDenied",
            Self::Open(_) | Self::Broken { .. } | Self::Range(_) => "ObjectNotReadable",
            Self::Gone(_) => "ObjectGone",
            Self::Replaced(_) => "ObjectReplaced",
            Self::Corrupt(_) => "ObjectCorrupt",
            Self::Send(_) | Self::Refused { .. } => "MessagesNotSent",
            Self::Report(_) => "ReportNotWritten",
            Self::HandOn(_) => "ContinuationNotStarted",
            Self::NoProgress(_) => "NoProgress",
            Self::TooLong(_) => "ObjectTooLong",
            Self::TimeIsUp => "TimeIsUp",
            Self::Task(_) => "Internal",
        }
    }
}

impl fmt::Debug for InvocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<InvocationError> for Diagnostic {
    fn from(error: InvocationError) -> Self {
        let error_type = match &error {
            InvocationError::Event(_) => "NotAnS3Event",
            InvocationError::Objects(failures) => failures.first().map_or("Internal", |(_, error)| error.code()),
        };
        Self {
            error_type: error_type.to_owned(),
            error_message: error.to_string(),
        }
    }
}

struct Failures<'a>(&'a [(Object, ExtractError)]);

impl fmt::Display for Failures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (object, error)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{object}: {}", ErrorChain(error))?;
        }
        Ok(())
    }
}
