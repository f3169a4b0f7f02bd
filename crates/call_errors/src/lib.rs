//! Why a call of AWS failed, in words: for log lines, dead letters and people.
//!
//! | where | what |
//! |---|---|
//! | [`explain`] | the service's code and text, what else answered in its place, or what broke |
//! | [`explain_for_log`], [`may_quote`] | the same without the service's words where they may quote the request |
//! | [`FailedCall`] | the first, as an error |
//! | [`status_without_code`] | the status of an answer in which no service says what is wrong |
//! | [`says_another_table_key`], [`is_about_table_key`] | whether DynamoDB says that a table has another key |
//!
//! No text has more than a few words of an answer, and none has anything of a request.

mod answer;
mod table_key;

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use error_chain::ErrorChain;

pub use table_key::{is_about_table_key, says_another_table_key};

/// How the SDK goes on in the message about an endpoint that it cannot use: with the request, body and all.
const REQUEST: &str = " to request `";

/// How the message about a signature that is wrong goes on: with the request that it should have been made of, the session's
/// token in it.
const CANONICAL: &str = "The Canonical String";

/// Why a call failed.
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

/// Why a call failed, for the log: as [`explain`] has it, without the service's words about a request that is wrong, which may
/// quote it.
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

/// Whether the words that a service adds to an error of this code may quote the request: it is about what the request
/// contains, and not about rights, names, limits or the service itself.
#[must_use]
pub fn may_quote(code: &str) -> bool {
    !OF_OTHER_THINGS.iter().any(|part| code.contains(part))
}

/// Parts of the codes of errors that are not about what a request contains.
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

/// An error of a call as [`explain`] has it, for where errors of many operations are one.
#[derive(Debug)]
pub struct FailedCall(String);

impl FailedCall {
    /// The error of any operation.
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

/// The status of the answer to a failed call, when there is one in which no service says what is wrong: something else
/// answered, or the answer has no body.
#[must_use]
pub fn status_without_code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    match error {
        SdkError::ServiceError(context) if context.err().code().is_none() => Some(context.raw().status().as_u16()),
        SdkError::ResponseError(context) if is_foreign(context.raw()) => Some(context.raw().status().as_u16()),
        _ => None,
    }
}

/// Whether a whole answer is there, and is none of a service.
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
