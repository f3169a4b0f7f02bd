//! Errors of calls to AWS.

use std::error::Error as StdError;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStreamError;
use backoff::is_transient;
use call_errors::{explain, status_without_code};

/// The error of a call to AWS.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The call failed.
    #[error("{doing}: {reason}")]
    Failed {
        /// What the call was doing, and where.
        doing: String,
        /// The service's code, if there was a reply with one.
        code: Option<String>,
        /// The status of a reply without a service's code.
        status: Option<u16>,
        /// Whether the same call is likely to succeed later.
        is_transient: bool,
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
        // A chain of credential providers gives one line for each provider; the first line says enough.
        let causes = explain(&error);
        let first = causes.lines().next().unwrap_or_default();
        let reason = first.trim_end_matches(". Attempted:").to_owned();
        CallError::Failed {
            doing,
            // A person whose credentials expired must sign in again; a function gets new ones by itself.
            is_transient: is_transient(&error) && !code.as_deref().is_some_and(is_expired),
            code,
            status: status_without_code(&error),
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
        status: None,
        is_transient: true,
        reason: source.to_string(),
        source: source.into(),
    }
}

impl CallError {
    /// Whether the same call is likely to succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Failed { is_transient: true, .. })
    }

    /// What to do about the error, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Failed {
                status: Some(status), ..
            } => remedy_of_status(*status),
            Self::Failed { code, reason, .. } => remedy(code.as_deref(), reason),
            Self::Incomplete { .. } => "Check that AWS_ENDPOINT_URL names S3 or the embedded stack",
        }
    }
}

const NO_RIGHT: &str = "The caller lacks this right: docs/messages-command.md lists those that it needs";

/// Whether an error code says that the credentials are no longer valid.
fn is_expired(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired"
    )
}

/// What to do about a reply with this status and without a service's code.
fn remedy_of_status(status: u16) -> &'static str {
    match status {
        403 => NO_RIGHT,
        _ => "Check the region, AWS_ENDPOINT_URL, and any proxy on the way",
    }
}

/// What to do about a call that failed with this code or, without a code, for this reason.
fn remedy(code: Option<&str>, reason: &str) -> &'static str {
    match code {
        Some("AccessDenied" | "AccessDeniedException" | "Forbidden" | "AuthorizationError") => NO_RIGHT,
        Some(
            "NoSuchBucket"
            | "AWS.SimpleQueueService.NonExistentQueue"
            | "QueueDoesNotExist"
            | "ResourceNotFoundException",
        ) => "The stack was deleted or replaced: deploy it again",
        Some(code) if is_expired(code) => "Sign in again: aws sso login, or new credentials",
        Some(
            "InvalidAccessKeyId" | "InvalidClientTokenId" | "SignatureDoesNotMatch" | "UnrecognizedClientException",
        ) => "Correct the credentials: aws sts get-caller-identity shows whose they are",
        Some("ValidationError") => "Correct the stack's name or region: aws cloudformation list-stacks shows them",
        Some("NotFound" | "NoSuchKey") => "Correct the key: aws s3 ls shows them",
        Some(_) => "Try again later; if it goes on, look at the AWS Health Dashboard",
        None if reason.contains("redential") || reason.contains("identity") => {
            "Sign in: aws configure, aws sso login, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        }
        None => "The service cannot be reached: check the network, or start the embedded stack (make up)",
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::error::{ConnectorError, ErrorMetadata};
    use aws_sdk_s3::primitives::SdkBody;

    use super::*;

    type Failure = SdkError<ErrorMetadata, HttpResponse>;

    /// The error of a reply with this status, and this code unless it is empty.
    fn error(status: u16, code: &str) -> CallError {
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        let metadata = Some(code).filter(|code| !code.is_empty());
        let metadata = metadata.map_or_else(ErrorMetadata::builder, |code| ErrorMetadata::builder().code(code));
        failed("reading")(Failure::service_error(metadata.build(), response))
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_somebody_must_mend() {
        for error in [
            error(400, "ThrottlingException"),
            error(503, "SlowDown"),
            error(500, "InternalError"),
            error(400, "ProvisionedThroughputExceededException"),
            error(502, ""),
            error(429, ""),
            failed("reading")(Failure::timeout_error("no reply")),
            failed("reading")(Failure::dispatch_failure(ConnectorError::io("refused".into()))),
        ] {
            assert!(error.is_transient(), "{error:?}");
        }
        for error in [
            error(403, "AccessDenied"),
            error(404, "NoSuchBucket"),
            error(400, "ExpiredToken"),
            error(400, "TokenRefreshRequired"),
            error(301, ""),
            error(403, ""),
            failed("reading")(Failure::construction_failure("no region")),
            failed("reading")(Failure::dispatch_failure(ConnectorError::other(
                "no credentials".into(),
                None,
            ))),
        ] {
            assert!(!error.is_transient(), "{error:?}");
        }
        let incomplete = CallError::Incomplete {
            doing: "reading".into(),
            missing: "ETag",
        };
        assert!(!incomplete.is_transient());
    }

    #[test]
    fn a_remedy_fits_the_code() {
        for (error, part) in [
            (error(403, "AccessDenied"), "docs/messages-command.md"),
            (error(403, ""), "docs/messages-command.md"),
            (error(404, ""), "AWS_ENDPOINT_URL"),
            (error(404, "NotFound"), "Correct the key"),
            (error(502, ""), "proxy"),
            (error(400, "ExpiredToken"), "Sign in again"),
        ] {
            assert!(error.remedy().contains(part), "{error:?}");
        }
        assert!(remedy(None, "no credentials in the property bag").contains("aws configure"));
        assert!(remedy(None, "connection refused").contains("make up"));
    }
}
