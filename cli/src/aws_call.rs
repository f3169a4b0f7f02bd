//! Errors of calls to AWS.

use std::error::Error as StdError;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStreamError;
use call_errors::{explain, status_without_code};

/// The error of a call to AWS.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The call failed.
    #[error("{doing}: {reason}")]
    Failed {
        /// What the call was doing, and where.
        doing: String,
        /// The service's code, or the status of a reply that has none; `None` when there was no reply.
        code: Option<String>,
        /// The service's code and text, or why the service was not reached.
        reason: String,
        /// The SDK's error.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A reply of S3 lacks something that S3 always sends.
    #[error("{doing}: the reply of S3 has no {missing}")]
    Incomplete {
        /// What the call was doing, and where.
        doing: String,
        /// What the reply lacks.
        missing: &'static str,
    },
}

/// Returns a function that converts the SDK's errors: `client.call().send().await.map_err(failed("doing this to that"))`.
pub fn failed<E>(doing: impl Into<String>) -> impl FnOnce(SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let doing = doing.into();
    |error| {
        let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
        let code = metadata.and_then(|metadata| metadata.code()).map(str::to_owned);
        let code = code.or_else(|| status_without_code(&error).map(|status| status.to_string()));
        // A chain of credential providers gives one line for each provider; the first line says enough.
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

/// Returns a function that converts the errors of a reply's body:
/// `object.body.collect().await.map_err(broken_off("reading this"))`.
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
    /// Whether the same call is likely to succeed later.
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

    /// What to do about the error, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Failed { code, reason, .. } => remedy(code.as_deref(), reason),
            Self::Incomplete { .. } => "Check that AWS_ENDPOINT_URL names S3 or the embedded stack",
        }
    }
}

/// The HTTP status, if [`CallError::Failed`] holds one in the place of a code.
fn status_in(code: &str) -> Option<u16> {
    code.parse().ok()
}

/// What to do about a call that failed with this code or, without a code, for this reason.
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
            "Check the region, AWS_ENDPOINT_URL, and any proxy on the way"
        }
        Some(_) => "Try again later; if it goes on, look at the AWS Health Dashboard",
        None if reason.contains("redential") || reason.contains("identity") => {
            "Sign in: aws configure, aws sso login, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        }
        None => "The service cannot be reached: check the network, or start the embedded stack (make up)",
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
