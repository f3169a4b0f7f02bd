//! Problem details (RFC 9457): the response to a request that fails.

use lambda_http::http::StatusCode;
use lambda_http::http::header::{ALLOW, HeaderName, RETRY_AFTER};
use serde::Serialize;

use super::error::Error;
use super::{Response, text, with_header};
use crate::request::fault::Fault;
use crate::request::rejection::Rejection;
use crate::table::error::TableError;

/// A kind of problem. `docs/problems.md` explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The stable name: `type`.
    pub uri: &'static str,
    /// The kind in words: `title`.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
}

macro_rules! kinds {
    ($($constant:ident = $name:literal, $title:literal, $status:literal;)*) => {
        impl Kind {
            $(const $constant: Self = Self {
                uri: concat!("urn:problem-type:messages:", $name),
                title: $title,
                status: $status,
            };)*
            /// Every kind in the functions' answers. API Gateway's own kinds are in `template.yaml`.
            #[cfg(test)]
            pub const ALL: &[Self] = &[$(Self::$constant),*];
        }
    };
}

kinds! {
    INVALID_REQUEST = "invalid-request", "Invalid request", 400;
    REFUSED_BY_TABLE = "refused-by-table", "Refused by the table", 400;
    MESSAGE_NOT_FOUND = "message-not-found", "No such message", 404;
    ROUTE_NOT_FOUND = "route-not-found", "No such route", 404;
    METHOD_NOT_ALLOWED = "method-not-allowed", "Method not allowed", 405;
    PRECONDITION_FAILED = "precondition-failed", "Precondition failed", 412;
    CONTENT_TOO_LARGE = "content-too-large", "Content too large", 413;
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", "Unsupported media type", 415;
    INTERNAL_ERROR = "internal-error", "Internal error", 500;
    TABLE_BUSY = "table-busy", "Table busy", 503;
}

/// Problem details.
///
/// <https://www.rfc-editor.org/rfc/rfc9457>
#[derive(Debug, Serialize)]
pub struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    /// The fault and the remedy, or that the request can only be sent again.
    detail: String,
    /// The request id, by which the operator finds the request in the log.
    instance: &'a str,
    /// The faults of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<PlacedFault>,
}

/// A fault with its place.
#[derive(Debug, Serialize)]
struct PlacedFault {
    r#in: &'static str,
    pointer: String,
    detail: String,
}

impl From<&Fault> for PlacedFault {
    fn from(fault: &Fault) -> Self {
        Self {
            r#in: fault.part(),
            pointer: fault.pointer(),
            detail: fault.violation(),
        }
    }
}

impl Error {
    /// The kind of problem that the client sees. Its status tells a client's mistake from a failure of the API.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Rejected(Rejection::Event(_) | Rejection::Invalid(_)) => Kind::INVALID_REQUEST,
            Self::Rejected(Rejection::TooLarge(_)) => Kind::CONTENT_TOO_LARGE,
            Self::Rejected(Rejection::MediaType) => Kind::UNSUPPORTED_MEDIA_TYPE,
            Self::Refused { .. } => Kind::REFUSED_BY_TABLE,
            Self::NotFound(_) => Kind::MESSAGE_NOT_FOUND,
            Self::NoRoute(_) => Kind::ROUTE_NOT_FOUND,
            Self::Method(_) => Kind::METHOD_NOT_ALLOWED,
            Self::Changed | Self::WeakTags | Self::Exists(_) => Kind::PRECONDITION_FAILED,
            Self::Table(TableError::Busy(_)) => Kind::TABLE_BUSY,
            Self::Table(_) | Self::NoKey(_) | Self::Unreadable(_) | Self::Unwritable(_) => Kind::INTERNAL_ERROR,
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.kind().status
    }

    /// The header that the status requires, if any.
    fn header(&self) -> Option<(HeaderName, String)> {
        match self {
            Self::Method(allowed) => Some((ALLOW, allowed.join(", "))),
            // On-demand capacity and burst credit recover within a few seconds.
            Self::Table(TableError::Busy(_)) => Some((RETRY_AFTER, "2".to_owned())),
            _ => None,
        }
    }

    /// The text for the client. It describes a client's mistake in full, and reveals nothing about a failure of the API.
    fn detail(&self) -> String {
        match self.status() {
            503 => "The table is busy. Nothing is wrong with the request: send it again later.".to_owned(),
            500.. => "The request failed for a reason that is not yours. Send it again later; if it fails again, tell \
                      the operator the request id in `instance`."
                .to_owned(),
            _ => sentence(&self.to_string()),
        }
    }

    /// Makes the problem response.
    #[must_use]
    pub fn into_response(self, request_id: &str) -> Response {
        let kind = self.kind();
        let faults: &[Fault] = match &self {
            Self::Rejected(Rejection::Invalid(faults)) => faults,
            _ => &[],
        };
        let problem = Problem {
            r#type: kind.uri,
            title: kind.title,
            status: kind.status,
            detail: self.detail(),
            instance: request_id,
            errors: faults.iter().map(PlacedFault::from).collect(),
        };
        // Strings and a number always serialise.
        let body = serde_json::to_string(&problem).unwrap_or_default();
        // Every kind has a status that HTTP knows.
        let status = StatusCode::from_u16(kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let response = text(status, "application/problem+json", body);
        match self.header() {
            Some((name, value)) => with_header(response, name, value),
            None => response,
        }
    }
}

/// Turns an error message into a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}
