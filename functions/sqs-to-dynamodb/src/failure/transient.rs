//! Transient failures: a message was not carried out, and the cause lies outside the message.

use std::sync::Arc;

use aws::CallError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use backoff::is_throttling;
use call_errors::{explain, is_about_table_key, may_quote, says_another_table_key};
use telemetry::contents_may_be_logged;

/// The code of a failure that no other code fits.
const OTHER: &str = "CallFailed";

/// The reason why a message could not be carried out this time. Its [`code`](TransientFailure::code) is stable across versions.
/// Cheap to clone: many messages share one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct TransientFailure {
    code: &'static str,
    text: Arc<str>,
    /// The length of the start of the text that quotes nothing from a message, in bytes.
    plain: usize,
}

impl TransientFailure {
    /// A failure whose text quotes nothing from a message.
    fn new(code: &'static str, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let plain = text.len();
        Self { code, text, plain }
    }

    /// Makes the failure of a call from the error of its last try.
    #[must_use]
    pub fn of_call(operation: &str, error: &CallError) -> Self {
        if says_another_table_key(error) {
            return Self::another_key(operation, error.message().unwrap_or_default());
        }
        let mut failure = Self::new(code_of(error), format!("{operation}: {}", explain(error)));
        if let Some(code) = error.code().filter(|code| may_quote(code)) {
            failure.plain = operation.len() + ": ".len() + code.len();
        }
        failure
    }

    /// Makes the failure of one statement of a batch; `code` is the reason that DynamoDB gives.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html>
    #[must_use]
    pub fn of_statement(operation: &str, code: &str, message: Option<&str>) -> Self {
        if let Some(text) = message.filter(|text| is_about_table_key(text)) {
            return Self::another_key(operation, text);
        }
        let kind = match code {
            "ProvisionedThroughputExceeded" | "RequestLimitExceeded" | "ThrottlingError" => "Throttled",
            // For `TransactionConflict`: another transaction holds the item for a moment.
            "InternalServerError" | "TransactionConflict" => "Unavailable",
            "ResourceNotFound" => "TableNotFound",
            "AccessDenied" => "AccessDenied",
            _ => OTHER,
        };
        let message = message.unwrap_or("it does not say why");
        let mut failure = Self::new(kind, format!("{operation}: {code}: {message}"));
        if may_quote(code) {
            failure.plain = operation.len() + ": ".len() + code.len();
        }
        failure
    }

    /// The table has another key than the stack was deployed for: the keys of messages were checked before, and do not fit the
    /// table. `text` is DynamoDB's message; it names attributes of the table's key and quotes nothing from a message.
    fn another_key(operation: &str, text: &str) -> Self {
        let text =
            format!("{operation}: {text}: the table has another key than PartitionKey and SortKey of the stack say");
        Self::new("TableKeyDiffers", text)
    }

    /// DynamoDB handed back a write on every try.
    #[must_use]
    pub fn unprocessed() -> Self {
        let text = "BatchWriteItem: DynamoDB left the write unprocessed, as it does when the table or the key is written \
                    to too often";
        Self::new("Throttled", text)
    }

    /// The dead-letter queue did not take a message that failed permanently.
    #[must_use]
    pub fn no_dead_letter_queue() -> Self {
        Self::new(
            "DeadLetterQueueUnreachable",
            "the dead-letter queue did not take the message",
        )
    }

    /// Any other failure of DynamoDB; `text` names the call.
    #[must_use]
    pub fn call_failed(text: String) -> Self {
        Self::new(OTHER, text)
    }

    /// The reason for the log. Unless contents may be logged, it leaves out everything that may quote a message.
    #[must_use]
    pub fn for_log(&self) -> &str {
        if contents_may_be_logged() {
            &self.text
        } else {
            self.text.get(..self.plain).unwrap_or_default()
        }
    }

    /// The stable code: `Throttled`, `Unavailable`, `TimedOut`, `TableNotFound`, `TableKeyDiffers`, `AccessDenied`, `CallFailed`
    /// or `DeadLetterQueueUnreachable`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

fn code_of(error: &CallError) -> &'static str {
    match error {
        CallError::TimeoutError(_) => "TimedOut",
        CallError::DispatchFailure(failure) if failure.is_timeout() => "TimedOut",
        CallError::DispatchFailure(_) | CallError::ResponseError(_) => "Unavailable",
        throttled if is_throttling(throttled) => "Throttled",
        CallError::ServiceError(error) => match error.err().code().unwrap_or_default() {
            "ResourceNotFoundException" => "TableNotFound",
            "AccessDeniedException"
            | "ExpiredTokenException"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "UnrecognizedClientException" => "AccessDenied",
            // As for a statement's `TransactionConflict`.
            "TransactionConflictException" => "Unavailable",
            _ if error.raw().status().is_server_error() => "Unavailable",
            _ => OTHER,
        },
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;

    fn said(status: u16, code: &str) -> CallError {
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        let error = ErrorMetadata::builder().code(code).message("something is wrong");
        CallError::service_error(error.build(), response)
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
            (said(400, "TransactionConflictException"), "Unavailable"),
            (said(400, "Unheard"), "CallFailed"),
            (CallError::timeout_error("no answer"), "TimedOut"),
            (
                CallError::dispatch_failure(ConnectorError::timeout("slow".into())),
                "TimedOut",
            ),
            (
                CallError::dispatch_failure(ConnectorError::io("reset".into())),
                "Unavailable",
            ),
            (CallError::construction_failure("no region"), "CallFailed"),
        ] {
            assert_eq!(
                TransientFailure::of_call("PutItem", &failure).code(),
                code,
                "{failure:?}"
            );
        }
    }

    #[test]
    fn an_answer_that_is_no_json_is_described() {
        for (status, body, code) in [
            (502, "<html><title>502 Bad Gateway</title>", "Unavailable"),
            (429, "", "Throttled"),
            (301, "", "CallFailed"),
        ] {
            let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            let failure = CallError::service_error(ErrorMetadata::builder().build(), response);
            let failure = TransientFailure::of_call("PutItem", &failure);
            assert_eq!(failure.code(), code);
            let text = failure.to_string();
            assert!(text.starts_with(&format!("PutItem: status {status} with ")), "{text}");
        }
    }

    #[test]
    fn the_text_names_the_call_and_what_the_service_says() {
        let text = TransientFailure::of_call("Scan", &said(400, "AccessDeniedException")).to_string();
        assert_eq!(text, "Scan: AccessDeniedException: something is wrong");
        let text = TransientFailure::of_call("Scan", &CallError::timeout_error("no answer")).to_string();
        assert!(text.starts_with("Scan: ") && text.ends_with("no answer"), "{text}");
    }

    #[test]
    fn a_key_that_the_table_does_not_have_is_a_fault_of_the_stack() {
        let error = ErrorMetadata::builder()
            .code("ValidationException")
            .message("The provided key element does not match the schema")
            .build();
        let response = HttpResponse::new(400.try_into().unwrap(), SdkBody::empty());
        let failure = TransientFailure::of_call("BatchWriteItem", &CallError::service_error(error, response));
        assert_eq!(failure.code(), "TableKeyDiffers");
        assert_eq!(failure.for_log(), failure.to_string());
        let text = "One or more parameter values were invalid: Missing the key id in the item";
        let failure = TransientFailure::of_statement("BatchExecuteStatement", "ValidationError", Some(text));
        assert_eq!(failure.code(), "TableKeyDiffers");
        assert!(failure.for_log().contains("the key id") && failure.for_log().contains("PartitionKey"));
    }

    #[test]
    fn the_log_has_no_words_that_may_quote_a_message() {
        let failure = TransientFailure::of_call("Scan", &said(400, "SerializationException"));
        assert_eq!(failure.for_log(), "Scan: SerializationException");
        let failure = TransientFailure::of_call("Scan", &said(400, "ThrottlingException"));
        assert_eq!(failure.for_log(), "Scan: ThrottlingException: something is wrong");
    }
}
