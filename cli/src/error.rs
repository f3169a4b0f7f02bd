//! Why the command ends without a result, and what to do about it.

use std::error::Error as StdError;
use std::path::PathBuf;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use error_chain::ErrorChain;

/// How keys end that the data bucket tells the extractor of: the suffixes of template.yaml, letter for letter.
pub const SUFFIXES: [&str; 4] = [".csv", ".CSV", ".csv.gz", ".csv.zst"];
/// S3's longest key in bytes.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub const MAX_KEY_BYTES: usize = 1024;

/// What ends the command without a result. [`Error::remedy`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum Error {
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
    /// An object somewhere else.
    #[error("{bucket} is not the data bucket of this stack, which is {data_bucket}")]
    OtherBucket {
        /// The bucket that was named.
        bucket: String,
        /// The stack's.
        data_bucket: String,
    },
    /// A file of outputs that is not there, or is none.
    #[error("{} does not say where a stack is: {reason}", path.display())]
    Outputs {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A stack without what the template makes.
    #[error("the stack {stack} has no output {output}")]
    NoOutput {
        /// Its name.
        stack: String,
        /// What is missing.
        output: &'static str,
    },
    /// Nothing says which region the stack is in.
    #[error("no AWS region is set")]
    NoRegion,
    /// A call that failed.
    #[error("{doing}: {reason}")]
    Aws {
        /// What could not be done, with the place.
        doing: String,
        /// The service's code; `None` when there was no reply.
        code: Option<String>,
        /// Code and text, or what stands between here and the service.
        reason: String,
        /// What the SDK said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// S3 left out of a reply what it always has.
    #[error("{doing}: the reply of S3 has no {missing}")]
    Reply {
        /// What could not be done, with the place.
        doing: String,
        /// What it lacks.
        missing: &'static str,
    },
    /// An object that was uploaded, and that nothing more could be learnt of.
    #[error("{url} is uploaded and being ingested, but cannot be followed: {source}")]
    Unfollowed {
        /// Where it is.
        url: String,
        /// Why it cannot be followed.
        source: Box<Error>,
    },
    /// A report that is none.
    #[error("{url} is no ingest report: {source}")]
    Report {
        /// Where it is.
        url: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The command was interrupted before an upload was complete.
    #[error("interrupted")]
    Interrupted,
}

/// What makes an [`Error`] of the SDK's: `client.call().send().await.map_err(failed("doing this to that"))`.
pub fn failed<E, R>(doing: impl Into<String>) -> impl FnOnce(SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let doing = doing.into();
    |error| {
        let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
        let code = metadata.and_then(|metadata| metadata.code()).map(str::to_owned);
        let reason = match (&code, metadata.and_then(|metadata| metadata.message())) {
            (Some(code), Some(text)) => format!("{code}: {text}"),
            (Some(code), None) => code.clone(),
            // A chain of credential providers says of each why not, in a line.
            (None, _) => {
                let causes = ErrorChain(&error).to_string();
                let first = causes.lines().next().unwrap_or_default();
                first.trim_end_matches(". Attempted:").to_owned()
            }
        };
        Error::Aws {
            doing,
            code,
            reason,
            source: error.into(),
        }
    }
}

impl Error {
    /// Whether the same call may well succeed in a while.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Aws { code: None, .. } => true,
            Self::Aws { code: Some(code), .. } => ["Throttl", "SlowDown", "Internal", "Unavailable", "RequestTimeout"]
                .iter()
                .any(|passing| code.contains(passing)),
            _ => false,
        }
    }

    /// What helps, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Missing(_) => "Nothing was uploaded. Correct the name, or give a pattern such as 'data/*.csv'".into(),
            Self::NoMatch(_) | Self::Pattern { .. } => "Nothing was uploaded. Correct the pattern".into(),
            Self::NotAFile(path) => format!("Nothing was uploaded. For a folder's files: '{}/*.csv'", path.display()),
            Self::Unreadable { .. } => "Correct its permissions".into(),
            Self::NotText(_) => "Nothing was uploaded. Rename it, or name the object with --key".into(),
            Self::Suffix { .. } => {
                "Nothing was uploaded: no other files are ingested. Rename it, or name the object with --key".into()
            }
            Self::LongKey { .. } => "Nothing was uploaded. Shorten --prefix, or name the object with --key".into(),
            Self::SameKey { .. } => "Nothing was uploaded. Upload one after the other, each with a --prefix".into(),
            Self::Changed(_) => "It was not ingested. Upload it again when nothing writes to it".into(),
            Self::OneKey(_) => "Nothing was uploaded. For several files: --prefix".into(),
            Self::OtherBucket { .. } => "Name the stack that the bucket belongs to".into(),
            Self::Outputs { .. } => "Deploy a stack: make deploy. For one on AWS: --stack NAME".into(),
            Self::NoOutput { .. } => "Is it a stack of this template, and completely deployed?".into(),
            Self::NoRegion => "Set AWS_REGION, or a region for the profile: aws configure set region eu-west-1".into(),
            Self::Aws { code, reason, .. } => aws_remedy(code.as_deref(), reason).into(),
            Self::Reply { .. } => "Is the endpoint S3's?".into(),
            Self::Unfollowed { source, .. } => source.remedy(),
            Self::Report { .. } => "Look at it; if something else wrote it, upload the file again".into(),
            Self::Interrupted => "Nothing was ingested".into(),
        }
    }
}

/// What helps when a call failed with this code, or, without one, for this reason.
fn aws_remedy(code: Option<&str>, reason: &str) -> &'static str {
    match code {
        Some("AccessDenied" | "AccessDeniedException" | "Forbidden" | "403" | "AuthorizationError") => {
            "The caller lacks this right: docs/messages-command.md lists those that it needs"
        }
        Some("NoSuchBucket" | "AWS.SimpleQueueService.NonExistentQueue" | "QueueDoesNotExist") => {
            "The stack was deleted or replaced: deploy it again"
        }
        Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired") => {
            "Sign in again: aws sso login, or new credentials"
        }
        Some(
            "InvalidAccessKeyId" | "InvalidClientTokenId" | "SignatureDoesNotMatch" | "UnrecognizedClientException",
        ) => "Correct the credentials: aws sts get-caller-identity shows whose they are",
        Some("ValidationError") => "Correct the stack's name or region: aws cloudformation list-stacks shows them",
        Some("NotFound" | "NoSuchKey") => "Correct the key: aws s3 ls shows them",
        Some(_) => "If it stays like that, look at the AWS Health Dashboard",
        None if reason.contains("redential") || reason.contains("identity") => {
            "Sign in: aws configure, aws sso login, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        }
        None => "It cannot be reached: is the stack up (make up), is the network?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws(code: Option<&str>) -> Error {
        Error::Aws {
            doing: "reading".into(),
            code: code.map(Into::into),
            reason: String::new(),
            source: "the SDK".into(),
        }
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_somebody_must_mend() {
        for code in [
            None,
            Some("ThrottlingException"),
            Some("SlowDown"),
            Some("InternalError"),
        ] {
            assert!(aws(code).is_passing(), "{code:?}");
        }
        for code in [Some("AccessDenied"), Some("NoSuchBucket"), Some("ExpiredToken")] {
            assert!(!aws(code).is_passing(), "{code:?}");
        }
        assert!(!Error::NoRegion.is_passing());
    }

    #[test]
    fn a_remedy_fits_the_code() {
        assert!(aws(Some("AccessDenied")).remedy().contains("docs/messages-command.md"));
        assert!(aws(Some("ExpiredToken")).remedy().contains("Sign in again"));
        assert!(aws_remedy(None, "no credentials in the property bag").contains("aws configure"));
        assert!(aws_remedy(None, "connection refused").contains("make up"));
    }
}
