//! Calls the REST API.

use std::time::SystemTime;

use aws_sdk_sqs::config::Credentials;
use http::Request;

use crate::Stack;
use crate::http_client::{self, Response};

/// One call. Its URL is made of the stage's URL, `path` and `query`.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The path below the stage, as in the URL.
    pub path: &'a str,
    /// Names and values of the query string, before encoding.
    pub query: &'a [(&'a str, &'a str)],
    /// Further headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; empty for no body.
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
    /// Makes a call, signed with the stack's own credentials.
    pub async fn call(&self, call: Call<'_>) -> Response {
        self.call_as(&self.credentials, call).await
    }

    /// Makes a call, signed with these credentials.
    pub async fn call_as(&self, credentials: &Credentials, call: Call<'_>) -> Response {
        self.call_signed_at(credentials, SystemTime::now(), call).await
    }

    /// Makes a call, signed with these credentials as if it were `time`.
    pub async fn call_signed_at(&self, credentials: &Credentials, time: SystemTime, call: Call<'_>) -> Response {
        let mut request = call.request(self);
        http_client::sign_request_at(&mut request, credentials, &self.outputs.region, "execute-api", time);
        http_client::send(request).await
    }

    /// Makes a call without a signature.
    pub async fn call_unsigned(&self, call: Call<'_>) -> Response {
        http_client::send(call.request(self)).await
    }
}

/// Checks that a response is a problem (RFC 9457) of the kind `kind`, with every member and header that clients are promised.
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
