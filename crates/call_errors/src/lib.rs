//! Explains why a call to AWS failed: for log lines, dead letters and people.
//!
//! | where | what |
//! |---|---|
//! | [`explain`] | the service's code and message, what answered in its place, or what broke |
//! | [`explain_for_log`], [`may_quote`] | the same without the service's message where it may quote the request |
//! | [`FailedCall`] | the text of [`explain`] as an error |
//! | [`status_without_code`] | the status of an answer without a service's error code |
//! | [`says_another_table_key`], [`is_about_table_key`] | whether DynamoDB says that a table has another key |
//!
//! An explanation quotes at most a few words of an answer that is not a service's, and nothing of a request.

mod answer;
mod table_key;

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use error_chain::ErrorChain;

pub use table_key::{is_about_table_key, says_another_table_key};

/// The part of the SDK's message about an unusable endpoint where the request begins, with its body.
const REQUEST: &str = " to request `";

/// The part of the service's message about a wrong signature where the canonical request begins. It contains the session token.
const CANONICAL: &str = "The Canonical String";

/// Explains why a call failed.
#[must_use]
pub fn explain<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
    let code = metadata.and_then(|metadata| metadata.code());
    match (code, metadata.and_then(|metadata| metadata.message())) {
        (Some(code), Some(text)) => {
            let text = text.split(CANONICAL).next().unwrap_or_default().trim_end();
            return format!("{code}: {text}");
        }
        (Some(code), None) => return code.to_owned(),
        (None, _) => {}
    }
    let answer = match error {
        SdkError::ServiceError(context) => Some(context.raw()),
        SdkError::ResponseError(context) => Some(context.raw()).filter(|raw| is_foreign(raw)),
        _ => None,
    };
    if let Some(answer) = answer {
        let body = answer.body().bytes().unwrap_or_default();
        return answer::in_words(answer.status().as_u16(), body);
    }
    let mut chain = ErrorChain(error).to_string();
    if let Some(at) = chain.find(REQUEST) {
        chain.truncate(at);
    }
    chain
}

/// Explains why a call failed, for the log: like [`explain`], without the service's message where it
/// [may quote](may_quote) the request.
#[must_use]
pub fn explain_for_log<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    match code {
        Some(code) if may_quote(code) => code.to_owned(),
        _ => explain(error),
    }
}

/// Whether a service's message with this error code may quote the request. Messages about rights, names, limits and the service
/// itself do not.
#[must_use]
pub fn may_quote(code: &str) -> bool {
    !OF_OTHER_THINGS.iter().any(|part| code.contains(part))
}

/// Parts of the codes of errors that are not about the contents of a request.
const OF_OTHER_THINGS: [&str; 15] = [
    "AccessDenied",
    "Credential",
    "DoesNotExist",
    "Exceeded",
    "Expired",
    "Internal",
    "KMS",
    "NoSuch",
    "NonExistent",
    "NotAuthorized",
    "NotFound",
    "SlowDown",
    "Throttl",
    "Token",
    "Unavailable",
];

/// The failure of a call, with the text of [`explain`]: one type for the errors of all operations.
#[derive(Debug)]
pub struct FailedCall(String);

impl FailedCall {
    /// The failure of a call to any operation.
    #[must_use]
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        Self(explain(error))
    }
}

impl fmt::Display for FailedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for FailedCall {}

/// The status of the answer to a failed call, if the answer has no service's error code: something other than the service
/// answered, or the answer has no body.
#[must_use]
pub fn status_without_code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    match error {
        SdkError::ServiceError(context) if context.err().code().is_none() => Some(context.raw().status().as_u16()),
        SdkError::ResponseError(context) if is_foreign(context.raw()) => Some(context.raw().status().as_u16()),
        _ => None,
    }
}

/// Whether an answer is complete and does not come from a service.
fn is_foreign(answer: &HttpResponse) -> bool {
    answer.body().bytes().is_some_and(answer::is_foreign)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;

    type Failure = SdkError<ErrorMetadata, HttpResponse>;

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))
    }

    fn refused(status: u16, body: &str) -> Failure {
        SdkError::service_error(ErrorMetadata::builder().build(), response(status, body))
    }

    #[test]
    fn a_service_s_own_words_come_first() {
        let error = ErrorMetadata::builder()
            .code("AccessDenied")
            .message("no right")
            .build();
        let error: Failure = SdkError::service_error(error, response(403, "{}"));
        assert_eq!(explain(&error), "AccessDenied: no right");
        assert_eq!(status_without_code(&error), None);
        let error = ErrorMetadata::builder().code("NotFound").build();
        assert_eq!(explain(&Failure::service_error(error, response(404, ""))), "NotFound");
    }

    #[test]
    fn something_else_that_answered_is_described() {
        let error = refused(502, "<html><head><title>502 Bad Gateway</title></head>secret</html>");
        let text = explain(&error);
        assert!(text.starts_with("status 502 with HTML, `502 Bad Gateway`, "), "{text}");
        assert!(text.contains("proxy") && !text.contains("secret"), "{text}");
        assert_eq!(status_without_code(&error), Some(502));

        let page = Failure::response_error("expected value", response(200, "<!DOCTYPE html><h1>Sign in</h1>"));
        let text = explain(&page);
        assert!(text.starts_with("status 200 with HTML, `Sign in`, "), "{text}");
        assert_eq!(status_without_code(&page), Some(200));
    }

    #[test]
    fn an_answer_that_breaks_off_is_one_of_the_service() {
        let error = Failure::response_error("EOF while parsing", response(200, r#"{"Items":[{"secret"#));
        assert_eq!(explain(&error), "response error: EOF while parsing");
        assert_eq!(status_without_code(&error), None);
    }

    #[test]
    fn the_log_has_no_words_about_a_request_that_is_wrong() {
        for (code, expected) in [
            ("ValidationException", "ValidationException"),
            ("InvalidParameterValue", "InvalidParameterValue"),
            ("AccessDeniedException", "AccessDeniedException: words"),
            (
                "ProvisionedThroughputExceededException",
                "ProvisionedThroughputExceededException: words",
            ),
            (
                "AWS.SimpleQueueService.NonExistentQueue",
                "AWS.SimpleQueueService.NonExistentQueue: words",
            ),
        ] {
            let error = ErrorMetadata::builder().code(code).message("words").build();
            assert_eq!(
                explain_for_log(&Failure::service_error(error, response(400, "{}"))),
                expected
            );
        }
    }

    #[test]
    fn no_request_is_shown() {
        let words = "The request signature we calculated does not match the signature you provided. Consult the service \
                     documentation for details.";
        let text = format!("{words}\n\nThe Canonical String for this request should have been\n'POST\n/\n\nsecret'");
        let error = ErrorMetadata::builder().code("InvalidSignatureException").message(text);
        let error = Failure::service_error(error.build(), response(403, "{}"));
        assert_eq!(explain(&error), format!("InvalidSignatureException: {words}"));
        assert_eq!(explain_for_log(&error), "InvalidSignatureException");
        let error = Failure::construction_failure("failed to apply endpoint `a b` to request `Request { secret }`");
        assert_eq!(
            explain(&error),
            "failed to construct request: failed to apply endpoint `a b`"
        );
    }
}
