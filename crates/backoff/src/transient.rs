//! Which failures are worth another try.

use aws_runtime::retries::classifiers::{AwsErrorCodeClassifier, THROTTLING_ERRORS, TRANSIENT_ERRORS};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// The error codes of temporary credentials that expired under way: DynamoDB, SQS and S3 each have their own. Lambda replaces
/// an execution environment before its credentials expire, so the error is brief or limited to this environment.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];
/// DynamoDB's error code for an item that a transaction of another client holds, which takes milliseconds.
const CONFLICT: &str = "TransactionConflictException";
/// The HTTP status "Too Many Requests". It counts as throttling also without an error code that the SDK knows.
const TOO_MANY_REQUESTS: u16 = 429;

/// Whether the same call may succeed in a moment: it was throttled; the service failed (5xx); the connection broke or
/// could not be made; no readable answer came in time; the credentials had expired; a transaction held the item.
///
/// Every other failure stays until somebody acts, above all `AccessDenied`, a missing resource, and a request that the
/// service finds invalid. The decision is the SDK's, plus expired credentials and held items, which the SDK leaves to the caller.
pub fn is_transient<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_io() || failure.is_timeout() || failure.as_other().is_some(),
        SdkError::ServiceError(error) => {
            let status = error.raw().status();
            status.is_server_error()
                || status.as_u16() == TOO_MANY_REQUESTS
                || error.err().code().is_some_and(is_transient_code)
        }
        _ => false,
    }
}

/// Whether a service's error code means that the same call may succeed in a moment. The service's own failures are recognised
/// by their status 5xx instead, where there is one.
#[must_use]
pub fn is_transient_code(code: &str) -> bool {
    is_throttling_code(code) || TRANSIENT_ERRORS.contains(&name(code)) || is_brief_refusal(code)
}

/// Whether a service refuses a call now, for a reason that passes and is not the number of calls.
fn is_brief_refusal(code: &str) -> bool {
    let name = name(code);
    EXPIRED.contains(&name) || name == CONFLICT
}

/// Whether a service's error code means that it was called too often, by the SDK's list of codes.
#[must_use]
pub fn is_throttling_code(code: &str) -> bool {
    THROTTLING_ERRORS.contains(&name(code))
}

/// Whether a call failed because the service was called too often, by its error code or status.
pub fn is_throttling<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    let SdkError::ServiceError(error) = error else {
        return false;
    };
    error.raw().status().as_u16() == TOO_MANY_REQUESTS || error.err().code().is_some_and(is_throttling_code)
}

/// Whether a transient failure leaves open if the service has carried the call out. Only a refusal does not: throttling, expired
/// credentials, a held item. A connection that could not be made cannot be told from one that broke after the request was sent.
pub(crate) fn leaves_outcome_open<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    !is_throttling(error) && !error.code().is_some_and(is_brief_refusal)
}

/// A classifier for clients that the SDK retries: with it, the SDK also retries after expired credentials. `E` is the
/// operation's error.
#[must_use]
pub fn retry_expired_credentials<E>() -> AwsErrorCodeClassifier<E> {
    AwsErrorCodeClassifier::builder().transient_errors(&EXPIRED[..]).build()
}

/// A code without the namespace that some services put before it, as in `AWS.SimpleQueueService.RequestThrottled`.
fn name(code: &str) -> &str {
    code.rsplit(['.', '#']).next().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;
    use aws_smithy_types::retry::ErrorKind;

    use super::*;

    type Failure = SdkError<ErrorMetadata, HttpResponse>;

    fn response(status: u16) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::empty())
    }

    fn said(status: u16, code: &str) -> Failure {
        SdkError::service_error(ErrorMetadata::builder().code(code).build(), response(status))
    }

    #[test]
    fn what_passes_by_itself_is_transient() {
        for (status, code) in [
            (400, "ProvisionedThroughputExceededException"),
            (400, "ThrottlingException"),
            (400, "RequestLimitExceeded"),
            (403, "RequestThrottled"),
            (403, "AWS.SimpleQueueService.RequestThrottled"),
            (400, "RequestTimeout"),
            (400, "ExpiredTokenException"),
            (403, "ExpiredToken"),
            (403, "RequestExpired"),
            (400, "TransactionConflictException"),
            (429, "Unheard"),
            (500, "InternalServerError"),
            (503, "SlowDown"),
            (503, "ServiceUnavailable"),
        ] {
            assert!(is_transient(&said(status, code)), "{status} {code}");
        }
        for failure in [
            Failure::timeout_error("no answer"),
            Failure::response_error("half an answer", response(200)),
            Failure::dispatch_failure(ConnectorError::io("reset".into())),
            Failure::dispatch_failure(ConnectorError::timeout("no connection".into())),
            Failure::dispatch_failure(ConnectorError::other("half".into(), Some(ErrorKind::TransientError))),
        ] {
            assert!(is_transient(&failure), "{failure:?}");
        }
    }

    #[test]
    fn throttling_is_told_by_the_code_or_the_status() {
        let silent = Failure::service_error(ErrorMetadata::builder().build(), response(429));
        for throttled in [silent, said(400, "ThrottlingException"), said(429, "Unheard")] {
            assert!(is_throttling(&throttled), "{throttled:?}");
        }
        for other in [said(503, "ServiceUnavailable"), Failure::timeout_error("no answer")] {
            assert!(!is_throttling(&other), "{other:?}");
        }
    }

    #[test]
    fn only_a_refusal_says_that_nothing_was_done() {
        for refused in [
            said(400, "ThrottlingException"),
            said(503, "SlowDown"),
            said(429, "Unheard"),
            said(400, "ExpiredTokenException"),
            said(403, "RequestExpired"),
            said(400, "TransactionConflictException"),
        ] {
            assert!(!leaves_outcome_open(&refused), "{refused:?}");
        }
        for open in [
            said(500, "InternalServerError"),
            said(503, "ServiceUnavailable"),
            said(400, "RequestTimeout"),
            Failure::timeout_error("no answer"),
            Failure::response_error("half an answer", response(200)),
            Failure::dispatch_failure(ConnectorError::io("reset".into())),
            Failure::dispatch_failure(ConnectorError::timeout("no connection".into())),
        ] {
            assert!(leaves_outcome_open(&open), "{open:?}");
        }
    }

    #[test]
    fn what_somebody_must_mend_is_not() {
        for (status, code) in [
            (400, "ResourceNotFoundException"),
            (400, "AccessDeniedException"),
            (403, "AccessDenied"),
            (400, "AWS.SimpleQueueService.NonExistentQueue"),
            (400, "ValidationException"),
            (400, "ConditionalCheckFailedException"),
            (403, "InvalidSignatureException"),
            (400, "UnrecognizedClientException"),
        ] {
            assert!(!is_transient(&said(status, code)), "{status} {code}");
        }
        for failure in [
            Failure::construction_failure("no region"),
            Failure::dispatch_failure(ConnectorError::user("no such scheme".into())),
            Failure::dispatch_failure(ConnectorError::other("no credentials".into(), None)),
        ] {
            assert!(!is_transient(&failure), "{failure:?}");
        }
    }
}
