//! Reads the method of a request from its event.

use lambda_http::http::Method;

use super::part::{Part, form};
use crate::request::rejection::EventError;

/// The methods of HTTP.
///
/// <https://www.rfc-editor.org/rfc/rfc9110#section-9>, <https://www.rfc-editor.org/rfc/rfc5789>
const METHODS: [Method; 9] = [
    Method::CONNECT,
    Method::DELETE,
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::PATCH,
    Method::POST,
    Method::PUT,
    Method::TRACE,
];

/// The method of an event of a REST API, which sends only methods of HTTP. In an event written by hand any other word, such as
/// `SCAN`, counts as `GET`: only the list looks at the method of such an event, and its own method is `GET`.
pub fn known_method(name: &str) -> Method {
    let known = METHODS
        .into_iter()
        .find(|method| method.as_str().eq_ignore_ascii_case(name));
    known.unwrap_or_default()
}

/// The method of an event of a load balancer; `GET` when it is missing.
pub fn method_of(method: &Part<'_>) -> Result<Method, EventError> {
    match method.as_text() {
        "" => Ok(Method::GET),
        name => name
            .parse()
            .map_err(|_| form("/httpMethod", "the name of an HTTP method")),
    }
}
