//! The response in the form that API Gateway's Lambda proxy integration reads.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Error;

/// What every response has. What the table holds may change at any time, and is not for everybody: nothing is cached on
/// the way. No browser shall take a value that somebody stored for HTML, run or frame it, or come back without TLS.
///
/// <https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers>
const HEADERS: [(&str, &str); 4] = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
];

/// What a script of another origin may read of a response beside its body.
const EXPOSED: &str = "ETag, Location, Retry-After";

/// A response to API Gateway.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format>
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    headers: BTreeMap<&'static str, String>,
    body: String,
    is_base64_encoded: bool,
}

impl Response {
    /// A response without a body.
    #[must_use]
    pub fn empty(status_code: u16) -> Self {
        Self {
            status_code,
            headers: HEADERS.map(|(name, value)| (name, value.to_owned())).into(),
            body: String::new(),
            is_base64_encoded: false,
        }
    }

    /// A response with a JSON body.
    ///
    /// # Errors
    /// [`Error::Unwritable`] when `body` has no JSON form.
    pub fn json(status_code: u16, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_string(body).map_err(Error::Unwritable)?;
        Ok(Self::text(status_code, "application/json", body))
    }

    /// A response with a body that is text already.
    #[must_use]
    pub fn text(status_code: u16, content_type: &str, body: String) -> Self {
        Self {
            body,
            ..Self::empty(status_code)
        }
        .with_header("Content-Type", content_type.to_owned())
    }

    /// The same response with another header, or another value of that header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same response for scripts of `origin`, or of any when that is `*`.
    ///
    /// <https://fetch.spec.whatwg.org/#http-cors-protocol>
    #[must_use]
    pub fn for_origin(self, origin: &str) -> Self {
        let response = self
            .with_header("Access-Control-Allow-Origin", origin.to_owned())
            .with_header("Access-Control-Expose-Headers", EXPOSED.to_owned());
        match origin {
            "*" => response,
            _ => response.with_header("Vary", "Origin".to_owned()),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status_code
    }

    /// The value of a header, by the name as it is written.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body; empty when there is none.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }
}
