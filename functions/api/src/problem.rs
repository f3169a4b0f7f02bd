//! What a client is told when something is wrong: RFC 9457 problem details.

use serde::Serialize;

use crate::{BodyError, Error, Response};

/// Problem details.
///
/// <https://www.rfc-editor.org/rfc/rfc9457>
#[derive(Debug, Serialize)]
pub struct Problem<'a> {
    /// `about:blank`: the problem is what the status says, and `title` is the status in words.
    r#type: &'static str,
    title: &'static str,
    status: u16,
    /// What to change, or that there is nothing to change.
    detail: String,
    /// The request id, by which the operator finds the request in the log.
    instance: &'a str,
}

impl Error {
    /// The HTTP status that says whose fault it is.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Body(BodyError::TooLarge(_)) => 413,
            Self::Body(BodyError::MediaType) => 415,
            Self::Event(_) | Self::Parameter(_) | Self::Body(_) | Self::Member(_) | Self::Refused { .. } => 400,
            Self::NotFound => 404,
            Self::Throttled(_) => 503,
            Self::DynamoDb(_) | Self::NoKey | Self::Unreadable(_) | Self::Unwritable(_) | Self::NoTableName => 500,
        }
    }

    /// Seconds after which it is worth trying again, when it is.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        // On-demand capacity and burst credit recover within a second or a few.
        matches!(self, Self::Throttled(_)).then_some(2)
    }

    /// What the client is told. A client's mistake is described in full; of our failures it learns nothing.
    fn detail(&self) -> String {
        match self.status() {
            503 => "The table is busy. Nothing is wrong with the request: send it again later.".to_owned(),
            500.. => "The request failed for a reason that is not yours. Send it again later; if it fails again, tell \
                      the operator the request id in `instance`."
                .to_owned(),
            _ => sentence(&self.to_string()),
        }
    }
}

impl<'a> Problem<'a> {
    /// The client's view of `error`.
    #[must_use]
    pub fn new(error: &Error, request_id: &'a str) -> Self {
        let status = error.status();
        Self {
            r#type: "about:blank",
            title: match status {
                400 => "Bad Request",
                404 => "Not Found",
                413 => "Content Too Large",
                415 => "Unsupported Media Type",
                503 => "Service Unavailable",
                _ => "Internal Server Error",
            },
            status,
            detail: error.detail(),
            instance: request_id,
        }
    }

    /// The response that carries it.
    #[must_use]
    pub fn into_response(self, retry_after: Option<u32>) -> Response {
        // A struct of strings and a number always serialises.
        let body = serde_json::to_string(&self).unwrap_or_default();
        let response = Response::text(self.status, "application/problem+json", body);
        match retry_after {
            Some(seconds) => response.with_header("Retry-After", seconds.to_string()),
            None => response,
        }
    }
}

/// An error message as a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}
