//! Calls to AWS services with a JSON protocol, without the SDK's layers around them.
//!
//! For a call that is made some hundred thousand times per object, the SDK's layers cost several times as much as the call:
//! building its input, interceptors, endpoint rules, configuration of each attempt. Only these are left out here. The endpoints
//! and signatures are the same as the SDK's, the caller writes the body, and failures are the SDK's errors, so that the one
//! retry policy (`backoff`) handles them. The SDK's correction of a wrong clock is also left out: Lambda's clock is right.

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

/// The content type of the JSON protocol that SQS and DynamoDB speak: AWS JSON 1.0.
///
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>
pub(crate) const JSON_1_0: &str = "application/x-amz-json-1.0";
/// The content type of the protocol that Lambda speaks: AWS REST JSON 1, in which each operation has its own path.
///
/// <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>
pub(crate) const REST_JSON: &str = "application/json";
/// The content type of the JSON protocol that `EventBridge` speaks: AWS JSON 1.1.
///
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
pub(crate) const JSON_1_1: &str = "application/x-amz-json-1.1";
/// The header with which SQS sends the error code of its older query protocol, followed by `;Sender` or `;Receiver`.
const QUERY_ERROR: &str = "x-amzn-query-error";

/// The header with which other services send the error code.
const ERROR_TYPE: &str = "x-amzn-errortype";
/// The header with the invocation's trace. X-Ray uses it to join the processing of a message to its sending, and Lambda to
/// detect functions that call themselves in a loop.
const TRACE_HEADER: &str = "x-amzn-trace-id";
const TRACE_VARIABLE: &str = "_X_AMZN_TRACE_ID";

/// The failure of a call: the error that the SDK would return.
pub type CallError = SdkError<ErrorMetadata, HttpResponse>;

/// A client of one service. Cheap to clone.
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

/// No whole answer came within the time of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs())]
struct NoAnswer(Duration);

/// An answer of another form than its operation has. It stands in for the error of `serde_json`, which would quote the answer.
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

/// The body of an error. Services use two names for the code, and two for the message.
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
    /// A client of the service at `url` whose name in signatures is `service`. An attempt fails when it has no whole answer
    /// after `attempt_timeout`.
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

    /// A client of a service whose protocol has this content type.
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

    /// Makes one attempt: sends `body` to the operation `target`, such as `AmazonSQS.SendMessageBatch`, and returns what `read`
    /// makes of the answer's body.
    ///
    /// # Errors
    /// [`CallError`], with the kind and code that the SDK would give it.
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

    /// Makes one attempt to invoke a Lambda function asynchronously. When it succeeds, Lambda has queued the event.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
    ///
    /// # Errors
    /// [`CallError`], with the kind and code that the SDK would give it.
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
        // The trace header is not signed, as in the SDK. The runtime sets the variable anew for each invocation.
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
        // The next try opens a new connection, which may reach another host.
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

/// The value of the trace header, if the variable holds one that is valid in a header.
fn trace(variable: Option<String>) -> Option<HeaderValue> {
    variable.filter(|trace| !trace.is_empty())?.parse().ok()
}

/// The code and message of an error, from the headers and the body. A body that is not JSON, such as a proxy's page, has
/// neither. The code is looked up in the same places, and in the same order, as in the SDK.
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

/// The bare code: `QueueDoesNotExist` of `com.amazonaws.sqs#QueueDoesNotExist:http://…`.
fn plain_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default()
}
