//! Calls of AWS that fail.

use std::error::Error as StdError;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStreamError;
use call_errors::{explain, status_without_code};

/// The error of a call of AWS.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The call failed.
    #[error("{doing}: {reason}")]
    Failed {
        /// What could not be done, with the place.
        doing: String,
        /// The service's code, or the status of a reply that has none; `None` when there was no reply.
        code: Option<String>,
        /// Code and text, or what stands between here and the service.
        reason: String,
        /// What the SDK said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// S3 left out of a reply what it always has.
    #[error("{doing}: the reply of S3 has no {missing}")]
    Incomplete {
        /// What could not be done, with the place.
        doing: String,
        /// What it lacks.
        missing: &'static str,
    },
}

/// Converts the SDK's errors: `client.call().send().await.map_err(failed("doing this to that"))`.
pub fn failed<E>(doing: impl Into<String>) -> impl FnOnce(SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let doing = doing.into();
    |error| {
        let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
        let code = metadata.and_then(|metadata| metadata.code()).map(str::to_owned);
        let code = code.or_else(|| status_without_code(&error).map(|status| status.to_string()));
        // A chain of credential providers says of each why not, in a line.
        let causes = explain(&error);
        let first = causes.lines().next().unwrap_or_default();
        let reason = first.trim_end_matches(". Attempted:").to_owned();
        CallError::Failed {
            doing,
            code,
            reason,
            source: error.into(),
        }
    }
}

/// Converts the errors of a reply's body: `object.body.collect().await.map_err(broken_off("reading this"))`.
pub fn broken_off(doing: impl Into<String>) -> impl FnOnce(ByteStreamError) -> CallError {
    let doing = doing.into();
    |source| CallError::Failed {
        doing,
        code: None,
        reason: source.to_string(),
        source: source.into(),
    }
}

impl CallError {
    /// Whether the same call may well succeed in a while.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Failed { code: None, .. } => true,
            Self::Failed { code: Some(code), .. } => match status_in(code) {
                Some(status) => status == 429 || status >= 500,
                None => [
                    "Throttl",
                    "ThroughputExceeded",
                    "SlowDown",
                    "Internal",
                    "Unavailable",
                    "RequestTimeout",
                ]
                .iter()
                .any(|transient| code.contains(transient)),
            },
            Self::Incomplete { .. } => false,
        }
    }

    /// What helps, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Failed { code, reason, .. } => remedy(code.as_deref(), reason),
            Self::Incomplete { .. } => "Is the endpoint S3's?",
        }
    }
}

/// The status that stands in a code's place.
fn status_in(code: &str) -> Option<u16> {
    code.parse().ok()
}

/// What helps when a call failed with this code, or, without one, for this reason.
fn remedy(code: Option<&str>, reason: &str) -> &'static str {
    match code {
        Some("AccessDenied" | "AccessDeniedException" | "Forbidden" | "403" | "AuthorizationError") => {
            "The caller lacks this right: docs/messages-command.md lists those that it needs"
        }
        Some(
            "NoSuchBucket"
            | "AWS.SimpleQueueService.NonExistentQueue"
            | "QueueDoesNotExist"
            | "ResourceNotFoundException",
        ) => "The stack was deleted or replaced: deploy it again",
        Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired") => {
            "Sign in again: aws sso login, or new credentials"
        }
        Some(
            "InvalidAccessKeyId" | "InvalidClientTokenId" | "SignatureDoesNotMatch" | "UnrecognizedClientException",
        ) => "Correct the credentials: aws sts get-caller-identity shows whose they are",
        Some("ValidationError") => "Correct the stack's name or region: aws cloudformation list-stacks shows them",
        Some("NotFound" | "NoSuchKey") => "Correct the key: aws s3 ls shows them",
        Some(code) if status_in(code).is_some_and(|status| status != 404) => {
            "Is there a proxy, and are the region and AWS_ENDPOINT_URL right?"
        }
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

    fn error(code: Option<&str>) -> CallError {
        CallError::Failed {
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
            Some("ProvisionedThroughputExceededException"),
            Some("502"),
            Some("429"),
        ] {
            assert!(error(code).is_transient(), "{code:?}");
        }
        for code in [
            Some("AccessDenied"),
            Some("NoSuchBucket"),
            Some("ExpiredToken"),
            Some("301"),
            Some("403"),
        ] {
            assert!(!error(code).is_transient(), "{code:?}");
        }
        let incomplete = CallError::Incomplete {
            doing: "reading".into(),
            missing: "ETag",
        };
        assert!(!incomplete.is_transient());
    }

    #[test]
    fn a_remedy_fits_the_code() {
        assert!(
            error(Some("AccessDenied"))
                .remedy()
                .contains("docs/messages-command.md")
        );
        assert!(error(Some("403")).remedy().contains("docs/messages-command.md"));
        assert!(error(Some("502")).remedy().contains("proxy"));
        assert!(error(Some("ExpiredToken")).remedy().contains("Sign in again"));
        assert!(remedy(None, "no credentials in the property bag").contains("aws configure"));
        assert!(remedy(None, "connection refused").contains("make up"));
    }
}
