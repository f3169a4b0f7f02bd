//! What stood in the way of a message in which nothing is wrong.

use std::error::Error;
use std::sync::Arc;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use backoff::is_throttling_code;
use error_chain::ErrorChain;

/// Why a message could not be carried out this time. Its [`code`](Obstacle::code) stays the same from version to
/// version. Cheap to clone: many messages meet the same one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Obstacle {
    code: &'static str,
    text: Arc<str>,
}

impl Obstacle {
    /// What the last try of a call failed with.
    pub fn of_call<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let text = match (error.code(), error.message()) {
            (Some(code), Some(message)) => format!("{operation}: {code}: {message}"),
            _ => format!("{operation}: {}", ErrorChain(error)),
        };
        Self {
            code: code_of(error),
            text: text.into(),
        }
    }

    /// Writes that DynamoDB hands back again and again.
    #[must_use]
    pub fn unprocessed() -> Self {
        Self {
            code: "Throttled",
            text:
                "BatchWriteItem: DynamoDB left the write unprocessed, as it does when the table or the key is written \
                   to too often"
                    .into(),
        }
    }

    /// A message that is to die, and cannot be put where the dead are.
    #[must_use]
    pub fn no_dead_letter_queue() -> Self {
        Self {
            code: "DeadLetterQueueUnreachable",
            text: "the dead-letter queue did not take the message".into(),
        }
    }

    /// Anything else that DynamoDB says; `text` names the call.
    #[must_use]
    pub fn call_failed(text: String) -> Self {
        Self {
            code: "CallFailed",
            text: text.into(),
        }
    }

    /// The stable name: `Throttled`, `Unavailable`, `TimedOut`, `TableNotFound`, `AccessDenied`, `CallFailed` or
    /// `DeadLetterQueueUnreachable`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

fn code_of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "TimedOut",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "TimedOut",
        SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => "Unavailable",
        SdkError::ServiceError(error) => match error.err().code().unwrap_or_default() {
            code if is_throttling_code(code) => "Throttled",
            "ResourceNotFoundException" => "TableNotFound",
            "AccessDeniedException"
            | "ExpiredTokenException"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "UnrecognizedClientException" => "AccessDenied",
            _ if error.raw().status().is_server_error() => "Unavailable",
            _ => "CallFailed",
        },
        _ => "CallFailed",
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::error::{ConnectorError, ErrorMetadata};
    use aws_smithy_types::body::SdkBody;

    use super::*;

    type Failure = SdkError<ErrorMetadata, HttpResponse>;

    fn said(status: u16, code: &str) -> Failure {
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        let error = ErrorMetadata::builder().code(code).message("something is wrong");
        SdkError::service_error(error.build(), response)
    }

    #[test]
    fn the_code_says_who_must_act() {
        for (failure, code) in [
            (said(400, "ProvisionedThroughputExceededException"), "Throttled"),
            (said(400, "ThrottlingException"), "Throttled"),
            (said(400, "ResourceNotFoundException"), "TableNotFound"),
            (said(400, "AccessDeniedException"), "AccessDenied"),
            (said(400, "ExpiredTokenException"), "AccessDenied"),
            (said(500, "InternalServerError"), "Unavailable"),
            (said(503, "Unheard"), "Unavailable"),
            (said(400, "Unheard"), "CallFailed"),
            (Failure::timeout_error("no answer"), "TimedOut"),
            (
                Failure::dispatch_failure(ConnectorError::timeout("slow".into())),
                "TimedOut",
            ),
            (
                Failure::dispatch_failure(ConnectorError::io("reset".into())),
                "Unavailable",
            ),
            (Failure::construction_failure("no region"), "CallFailed"),
        ] {
            assert_eq!(Obstacle::of_call("PutItem", &failure).code(), code, "{failure:?}");
        }
    }

    #[test]
    fn the_text_names_the_call_and_what_the_service_says() {
        let text = Obstacle::of_call("Scan", &said(400, "AccessDeniedException")).to_string();
        assert_eq!(text, "Scan: AccessDeniedException: something is wrong");
        let text = Obstacle::of_call("Scan", &Failure::timeout_error("no answer")).to_string();
        assert!(text.starts_with("Scan: ") && text.ends_with("no answer"), "{text}");
    }
}
