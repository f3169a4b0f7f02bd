//! What a client did wrong, and the collector that finds all of it.
//!
//! `Display` is written for the client: it names the place and the remedy, and quotes no value.

use std::fmt;

use foreign_events::Foreign;

use super::fault::{BodyError, Fault, MemberError, ParameterError};
use super::limits::{MAX_BODY_BYTES, MAX_FAULTS, MAX_URL_BYTES};

/// Why a request is refused before the table is asked.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// The payload is no event that carries an HTTP request: somebody invoked the function by hand.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Parameters, headers or the body are wrong: at least one fault, and every one that was found up to a bound.
    #[error("{}", Summary(.0))]
    Invalid(Vec<Fault>),
    /// The body has another media type than JSON.
    #[error("the header Content-Type must be application/json, as the body must be")]
    MediaType,
    /// The body has this many bytes.
    #[error("the body has {0} bytes; send at most {MAX_BODY_BYTES}")]
    TooLarge(usize),
}

/// Why a payload is no event that carries an HTTP request.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The payload is not JSON.
    #[error("the event is not JSON: {0}")]
    Syntax(#[source] serde_json::Error),
    /// The payload is JSON, and no event that carries a request.
    #[error(
        "the event is {}; it must be a request of API Gateway, of a function URL or of an Application Load Balancer, or \
         have the form of one, such as {{\"httpMethod\":\"GET\",\"path\":\"/message\"}}",
        .0.name()
    )]
    Foreign(Foreign),
    /// A part of the event has another form than any source of events sends.
    #[error("the event is no API Gateway proxy event: `{pointer}` must be {expected}")]
    Form {
        /// JSON Pointer (RFC 6901) into the event.
        pointer: String,
        /// The form that is needed.
        expected: &'static str,
    },
    /// The path and the query string are longer than any source of events allows.
    #[error(
        "the event is no API Gateway proxy event: path and query parameters have more than {MAX_URL_BYTES} bytes together"
    )]
    TooLong,
}

/// The first fault in words, and how many more there are.
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

/// Collects everything that is wrong with a request, so that a client learns all of it at once.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<Fault>,
    /// The first rejection that forbids to look further, such as a body that is too large. It outranks all faults.
    fatal: Option<Rejection>,
}

impl Faults {
    /// Keeps the value, or what is wrong with it.
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

    /// Makes a value of what was taken, which is all there unless something is wrong.
    ///
    /// # Errors
    /// [`Rejection`] with everything that was found.
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
