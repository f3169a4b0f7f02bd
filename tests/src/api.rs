//! Calls of the REST API.

use std::time::SystemTime;

use aws_sdk_sqs::config::Credentials;
use http::Request;

use crate::Stack;
use crate::http_client::{self, Response};

/// One call. A stage's URL, `path` and `query` make its URL.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The path below the stage, as it is in the URL.
    pub path: &'a str,
    /// Names and values of the query string, as they are before encoding.
    pub query: &'a [(&'a str, &'a str)],
    /// Further headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; empty for none.
    pub body: &'a str,
    /// The body's type.
    pub content_type: &'a str,
}

impl<'a> Call<'a> {
    /// A call without query and body.
    #[must_use]
    pub fn new(method: &'a str, path: &'a str) -> Self {
        Self {
            method,
            path,
            query: &[],
            headers: &[],
            body: "",
            content_type: "application/json",
        }
    }

    fn request(&self, stack: &Stack) -> Request<String> {
        let query = self
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", http_client::encode(name), http_client::encode(value)))
            .collect::<Vec<_>>()
            .join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        let uri = format!("{}{}{mark}{query}", stack.outputs.api_url, self.path);
        let mut request = Request::builder().method(self.method).uri(uri);
        if !self.body.is_empty() {
            request = request.header("content-type", self.content_type);
        }
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        request.body(self.body.to_owned()).expect("a valid request")
    }
}

impl Stack {
    /// A call, signed by the stack's own credentials.
    pub async fn call(&self, call: Call<'_>) -> Response {
        self.call_as(&self.credentials, call).await
    }

    /// A call, signed by somebody.
    pub async fn call_as(&self, credentials: &Credentials, call: Call<'_>) -> Response {
        self.call_signed_at(credentials, SystemTime::now(), call).await
    }

    /// A call, signed by somebody as if it were `time`.
    pub async fn call_signed_at(&self, credentials: &Credentials, time: SystemTime, call: Call<'_>) -> Response {
        let mut request = call.request(self);
        http_client::sign_request_at(&mut request, credentials, &self.outputs.region, "execute-api", time);
        http_client::send(request).await
    }

    /// A call without a signature.
    pub async fn call_unsigned(&self, call: Call<'_>) -> Response {
        http_client::send(call.request(self)).await
    }
}

/// Checks that an answer is a problem (RFC 9457) of the kind `kind`, with all that a client is promised of one.
pub fn assert_problem(response: &Response, status: u16, kind: &str, detail: &str) {
    assert_eq!(response.status, status, "{detail}: {response:?}");
    assert_eq!(
        response.header("content-type"),
        "application/problem+json",
        "{response:?}"
    );
    assert_eq!(response.header("cache-control"), "no-store", "{response:?}");
    let problem = response.json();
    assert_eq!(
        problem["type"],
        format!("urn:problem-type:messages:{kind}"),
        "{problem}"
    );
    assert_eq!(problem["status"], status, "{problem}");
    for (name, text) in [("title", ""), ("detail", detail), ("instance", "")] {
        let found = problem[name].as_str().unwrap_or_default();
        assert!(!found.is_empty() && found.contains(text), "{name}: {text}: {problem}");
    }
}
