//! Calls of an AWS service with a JSON protocol, without the SDK around them.
//!
//! For a call that is made some hundred thousand times an object, the SDK's layers cost several times what the call does:
//! building its input, interceptors, endpoint rules, configuration of each attempt. What is left out here is only that:
//! the endpoints are the SDK's, signatures are those that it would make, the body is whatever the caller has written, and
//! failures are the SDK's errors, so that the one retry policy (`backoff`) decides over them. The SDK's correction of a
//! clock that is wrong is left out: Lambda's is right.

#![expect(
    clippy::result_large_err,
    reason = "it is the SDK's error, as large as its own calls return it"
)]

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::BodyExt;
use serde::Deserialize;
use serde_json::error::Category;
use tokio::time::timeout;

use crate::{Environment, Signer};

/// The version of AWS's JSON protocol that SQS and DynamoDB speak.
///
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>
pub(crate) const JSON_1_0: &str = "application/x-amz-json-1.0";
/// What Lambda speaks, whose operations have paths of their own.
///
/// <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>
pub(crate) const REST_JSON: &str = "application/json";
/// The version that `EventBridge` speaks.
///
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
pub(crate) const JSON_1_1: &str = "application/x-amz-json-1.1";
/// By which SQS tells the code that its older protocol had, and `;Sender` or `;Receiver` behind it.
const QUERY_ERROR: &str = "x-amzn-query-error";

/// By which other services tell the code.
const ERROR_TYPE: &str = "x-amzn-errortype";
/// The trace that an invocation is part of. By it, X-Ray joins what a message sets off to what sent it, and Lambda finds
/// functions that call themselves in circles.
const TRACE_HEADER: &str = "x-amzn-trace-id";
const TRACE_VARIABLE: &str = "_X_AMZN_TRACE_ID";

/// Why a call has no answer: what the SDK would say of it.
pub type CallError = SdkError<ErrorMetadata, HttpResponse>;

/// Calls one service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct JsonClient(Arc<Service>);

#[derive(Debug)]
struct Service {
    connector: SharedHttpConnector,
    signer: Signer,
    url: String,
    content_type: &'static str,
    attempt_timeout: Duration,
}

/// No answer within the time of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs())]
struct NoAnswer(Duration);

/// An answer of another form than its operation has. `serde_json` would quote values of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer {} at line {line} column {column}", match category {
    Category::Data => "has another form than expected",
    Category::Eof => "breaks off",
    Category::Syntax | Category::Io => "is not JSON",
})]
struct UnreadableAnswer {
    category: Category,
    line: usize,
    column: usize,
}

impl UnreadableAnswer {
    fn of(error: &serde_json::Error) -> Self {
        Self {
            category: error.classify(),
            line: error.line(),
            column: error.column(),
        }
    }
}

/// The body of an error: services have two names for each of the two things that it says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: Option<String>,
    #[serde(rename = "__type")]
    kind: Option<String>,
    message: Option<String>,
    #[serde(rename = "Message")]
    capital_message: Option<String>,
}

impl JsonClient {
    /// A client of the service that signatures call `service`, at `url`. An attempt fails that has no whole answer after
    /// `attempt_timeout`.
    #[must_use]
    pub fn new(
        environment: &Environment,
        connector: SharedHttpConnector,
        service: &'static str,
        url: String,
        attempt_timeout: Duration,
    ) -> Self {
        Self::speaking(JSON_1_0, environment, connector, service, url, attempt_timeout)
    }

    /// A client of a service that speaks this version of the protocol.
    pub(crate) fn speaking(
        content_type: &'static str,
        environment: &Environment,
        connector: SharedHttpConnector,
        service: &'static str,
        url: String,
        attempt_timeout: Duration,
    ) -> Self {
        Self(Arc::new(Service {
            connector,
            signer: Signer::new(environment, service),
            url,
            content_type,
            attempt_timeout,
        }))
    }

    /// One attempt: sends `body` to the operation `target`, such as `AmazonSQS.SendMessageBatch`, and returns what `read`
    /// makes of the body of the answer.
    ///
    /// # Errors
    /// [`CallError`], of the kind and with the code that the SDK has for it.
    pub async fn call<T>(
        &self,
        target: &'static str,
        body: impl Into<Bytes>,
        read: impl FnOnce(&[u8]) -> serde_json::Result<T>,
    ) -> Result<T, CallError> {
        let service = &*self.0;
        self.send(
            service.request(&service.url, ("x-amz-target", target), body.into())?,
            read,
        )
        .await
    }

    /// One attempt: invokes a function of Lambda with an event, asynchronously. Lambda has queued it when this is done.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
    ///
    /// # Errors
    /// [`CallError`], of the kind and with the code that the SDK has for it.
    pub async fn invoke_later(&self, function: &str, event: impl Into<Bytes>) -> Result<(), CallError> {
        let service = &*self.0;
        let url = format!(
            "{}/2015-03-31/functions/{function}/invocations",
            service.url.trim_end_matches('/')
        );
        let request = service.request(&url, ("x-amz-invocation-type", "Event"), event.into())?;
        self.send(request, |_| Ok(())).await
    }

    async fn send<T>(
        &self,
        request: HttpRequest,
        read: impl FnOnce(&[u8]) -> serde_json::Result<T>,
    ) -> Result<T, CallError> {
        let service = &*self.0;
        let answer = timeout(service.attempt_timeout, service.exchange(request, read)).await;
        answer.unwrap_or_else(|_| Err(SdkError::timeout_error(NoAnswer(service.attempt_timeout))))
    }
}

impl Service {
    fn request(
        &self,
        url: &str,
        (name, value): (&'static str, &'static str),
        body: Bytes,
    ) -> Result<HttpRequest, CallError> {
        let request = Request::post(url)
            .header("content-type", self.content_type)
            .header(name, value)
            .body(body);
        let mut request = request.map_err(SdkError::construction_failure)?;
        let signed = self.signer.sign(&mut request);
        signed.map_err(SdkError::construction_failure)?;
        // Not signed, as the SDK does not sign it. The runtime changes the variable with each invocation.
        if let Some(trace) = trace(std::env::var(TRACE_VARIABLE).ok()) {
            request.headers_mut().insert(TRACE_HEADER, trace);
        }
        HttpRequest::try_from(request.map(SdkBody::from)).map_err(SdkError::construction_failure)
    }

    async fn exchange<T>(
        &self,
        mut request: HttpRequest,
        read: impl FnOnce(&[u8]) -> serde_json::Result<T>,
    ) -> Result<T, CallError> {
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        let mut response = self.connector.call(request).await.map_err(SdkError::dispatch_failure)?;
        let status = response.status();
        // The next try shall meet another host.
        if status.is_server_error()
            && let Some(connection) = connection.get()
        {
            connection.poison();
        }
        let headers = std::mem::take(response.headers_mut());
        let body = response.into_body().collect().await;
        let raw = |body| {
            let mut raw = HttpResponse::new(status, body);
            *raw.headers_mut() = headers.clone();
            raw
        };
        let body = match body {
            Ok(body) => body.to_bytes(),
            Err(error) => return Err(SdkError::response_error(error, raw(SdkBody::taken()))),
        };
        if status.is_success() {
            return read(&body)
                .map_err(|error| SdkError::response_error(UnreadableAnswer::of(&error), raw(SdkBody::from(body))));
        }
        let error = metadata(&headers, &body);
        Err(SdkError::service_error(error, raw(SdkBody::from(body))))
    }
}

/// The header for a trace, if there is one that can stand in a header.
fn trace(variable: Option<String>) -> Option<HeaderValue> {
    variable.filter(|trace| !trace.is_empty())?.parse().ok()
}

/// What an error says of itself; whatever is in front of a service may answer with something else than JSON. Codes are
/// looked for where, and in the order in which, the SDK does.
fn metadata(headers: &Headers, body: &[u8]) -> ErrorMetadata {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let query_error = headers.get(QUERY_ERROR).and_then(|error| error.split(';').next());
    let code = query_error
        .or_else(|| headers.get(ERROR_TYPE))
        .or(refusal.code.as_deref())
        .or(refusal.kind.as_deref());
    let mut builder = ErrorMetadata::builder();
    if let Some(code) = code.map(plain_code).filter(|code| !code.is_empty()) {
        builder = builder.code(code);
    }
    if let Some(message) = refusal.message.or(refusal.capital_message) {
        builder = builder.message(message);
    }
    builder.build()
}

/// `QueueDoesNotExist` of `com.amazonaws.sqs#QueueDoesNotExist:http://…`
fn plain_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default()
}
