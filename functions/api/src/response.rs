//! Responses, and their form for Lambda.

pub mod error;
pub mod problem;

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;

use lambda_http::http::StatusCode;
use lambda_http::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use lambda_http::request::RequestOrigin;
use lambda_http::{Body, IntoResponse, TransformResponse};
use serde::Serialize;

/// The response to one request.
pub type Response = lambda_http::Response<Body>;

/// The headers of every response. Responses must not be cached: the table may change at any time, and its content is not for
/// everybody. A browser must not run, frame, or read as HTML a value that somebody stored, and must not use the API without TLS.
///
/// <https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers>
const HEADERS: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// The headers that a script of another origin may read.
const EXPOSED: &str = "ETag, Location, Retry-After";

/// A response without a body.
#[must_use]
pub fn empty(status: StatusCode) -> Response {
    with_body(status, Body::Empty)
}

/// A response with a JSON body.
///
/// # Errors
/// [`serde_json::Error`], when `body` has no JSON form.
pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Response, serde_json::Error> {
    Ok(text(status, "application/json", serde_json::to_string(body)?))
}

/// A response with a text body.
#[must_use]
pub fn text(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = with_body(status, Body::Text(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn with_body(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(HEADERS.len() + 4);
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Adds a header to a response, or replaces it.
#[must_use]
pub fn with_header(mut response: Response, name: HeaderName, value: String) -> Response {
    // The API itself makes all these values: they are ASCII without control characters.
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Allows scripts of `origin` to read a response, or of any origin when it is `*`.
///
/// <https://fetch.spec.whatwg.org/#http-cors-protocol>
pub fn allow_origin(response: &mut Response, origin: &HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    if origin != "*" {
        headers.insert(VARY, HeaderValue::from_static("Origin"));
    }
}

/// A response with the source of its event.
#[derive(Debug)]
pub struct Answer {
    /// The source of the event, which determines the form of the response.
    pub origin: RequestOrigin,
    /// The response.
    pub response: Response,
}

/// A future that is ready with its response.
type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Answer {
    /// Converts the response to the form that the source of the event reads.
    pub async fn into_payload(self) -> impl Serialize + use<> {
        let response: ResponseFuture = Box::pin(ready(self.response));
        match TransformResponse::<Finished, Infallible>::Response(self.origin, response).await {
            Ok(payload) => payload,
            Err(never) => match never {},
        }
    }
}

/// A response whose body has its final form. For any other body `lambda_http` would copy it, and link the tables of all text
/// encodings.
struct Finished(Response);

impl IntoResponse for Finished {
    fn into_response(self) -> ResponseFuture {
        Box::pin(ready(self.0))
    }
}
