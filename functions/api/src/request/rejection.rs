//! A client's mistakes, and the collector that finds all of them.
//!
//! `Display` is for the client: it names the place and the remedy, and quotes no value.

use std::fmt;

use foreign_events::Foreign;

use super::fault::{BodyError, Fault, MemberError, ParameterError};
use super::limits::{MAX_BODY_BYTES, MAX_FAULTS, MAX_URL_BYTES};

/// The reason why a request is refused before any call to the table.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// The payload is not an event that carries an HTTP request: somebody invoked the function by hand.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Parameters, headers or the body are wrong. Contains at least one fault, and all that were found up to [`MAX_FAULTS`].
    #[error("{}", Summary(.0))]
    Invalid(Vec<Fault>),
    /// The media type of the body is not JSON.
    #[error("the header Content-Type must be application/json, as the body must be")]
    MediaType,
    /// The body has this many bytes.
    #[error("the body has {0} bytes; send at most {MAX_BODY_BYTES}")]
    TooLarge(usize),
}

/// The reason why a payload is not an event that carries an HTTP request.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The payload is not JSON.
    #[error("the event is not JSON: {0}")]
    Syntax(#[source] serde_json::Error),
    /// The payload is JSON, but not an event that carries a request.
    #[error(
        "the event is {}; it must be a request of API Gateway, of a function URL or of an Application Load Balancer, or \
         have the form of one, such as {{\"httpMethod\":\"GET\",\"path\":\"/message\"}}",
        .0.name()
    )]
    Foreign(Foreign),
    /// A part of the event has a form that no source of events sends.
    #[error("the event is no API Gateway proxy event: `{pointer}` must be {expected}")]
    Form {
        /// JSON Pointer (RFC 6901) into the event.
        pointer: String,
        /// The required form.
        expected: &'static str,
    },
    /// Path and query string are longer than any source of events allows.
    #[error(
        "the event is no API Gateway proxy event: path and query parameters have more than {MAX_URL_BYTES} bytes together"
    )]
    TooLong,
}

/// Displays the first fault, and the number of further ones.
struct Summary<'a>(&'a [Fault]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("the request is not valid"),
            [only] => only.fmt(f),
            [first, more @ ..] => write!(f, "{first}; and {} more in `errors`", more.len()),
        }
    }
}

/// Collects all faults of a request, so that a client learns of them at once.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<Fault>,
    /// The first rejection that ends the check, such as a body that is too large. It outranks all faults.
    fatal: Option<Rejection>,
}

impl Faults {
    /// Returns the value, or collects the faults.
    pub fn take<T, E: Into<Rejection>>(&mut self, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => return Some(value),
            Err(error) => match error.into() {
                Rejection::Invalid(faults) => faults.into_iter().for_each(|fault| self.add(fault)),
                fatal => self.fatal = self.fatal.take().or(Some(fatal)),
            },
        }
        None
    }

    /// Adds a fault.
    pub fn add(&mut self, fault: impl Into<Fault>) {
        if self.found.len() < MAX_FAULTS {
            self.found.push(fault.into());
        }
    }

    /// Makes a value of the values that were taken. They are all present unless there are faults.
    ///
    /// # Errors
    /// [`Rejection`] with all faults.
    pub fn finish<T>(self, value: impl FnOnce() -> Option<T>) -> Result<T, Rejection> {
        if let Some(fatal) = self.fatal {
            return Err(fatal);
        }
        if self.found.is_empty()
            && let Some(value) = value()
        {
            return Ok(value);
        }
        Err(Rejection::Invalid(self.found))
    }
}

impl From<ParameterError> for Rejection {
    fn from(error: ParameterError) -> Self {
        Self::Invalid(vec![error.into()])
    }
}

impl From<BodyError> for Rejection {
    fn from(error: BodyError) -> Self {
        Self::Invalid(vec![error.into()])
    }
}

impl From<MemberError> for Rejection {
    fn from(error: MemberError) -> Self {
        Self::Invalid(vec![error.into()])
    }
}
