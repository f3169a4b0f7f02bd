//! Why a request is not answered as it was meant.
//!
//! `Display` of a client's mistake is written for the client: it names the place and the remedy, and quotes no value.
//! `Display` of our failures is written for the log, and never sent.

use std::fmt;

use attributes::AttributeError;
use aws::CallError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use backoff::is_throttling_code;

use crate::body::MAX_BODY_BYTES;
use crate::fault::Fault;
use crate::{BodyError, MemberError, ParameterError};

/// Why a request is not answered as it was meant.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The payload is no proxy event: somebody invoked the function by hand.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Parameters, headers or the body are wrong: everything that was found up to a bound, at least one thing.
    #[error("{}", Summary(.0))]
    Invalid(Vec<Fault>),
    /// The body should be something else.
    #[error("the header Content-Type must be application/json, as the body must be")]
    MediaType,
    /// The body has this many bytes.
    #[error("the body has {0} bytes; send at most {MAX_BODY_BYTES}")]
    TooLarge(usize),
    /// There is no message under the key.
    #[error("there is no message with this date and time")]
    NotFound,
    /// No route has this path.
    #[error("there is nothing at this path; the API has /message and /message/{{date}}")]
    NoRoute,
    /// There are routes with this path, which have these methods.
    #[error("there is no such method at this path; it has {}", .0.join(", "))]
    Method(&'static [&'static str]),
    /// `If-Match` demands a state that the message is not in.
    #[error(
        "the message is not, or no longer, as the header If-Match demands; read it again, and send its present ETag"
    )]
    Changed,
    /// `If-None-Match: *` demands that there is no message.
    #[error("there is a message with this date and time already; leave the header If-None-Match out to replace it")]
    Exists,
    /// DynamoDB's `ValidationException` for a call that contains what the client wrote.
    #[error("{what}")]
    Refused {
        /// What was refused.
        what: Refused,
        /// What DynamoDB said: it names the table, so it is not for the client.
        source: Box<CallError>,
    },
    /// DynamoDB throttled the call and all its retries.
    #[error("DynamoDB throttled the call beyond the retries")]
    Throttled(#[source] Box<CallError>),
    /// DynamoDB did not do what it should have: no right, no table, no connection, no answer in time.
    #[error("the DynamoDB call failed")]
    DynamoDb(#[source] Box<CallError>),
    /// An answer of DynamoDB's has something else where an item should be.
    #[error("DynamoDB returned an item that cannot be read")]
    Reply(#[source] serde_json::Error),
    /// An item of the table has no JSON form.
    #[error("an item of the table cannot be represented in JSON")]
    Unreadable(#[source] AttributeError),
    /// An item of the table comes without its key.
    #[error("DynamoDB returned an item or a key without text in `date` and `time`: the table has another key")]
    NoKey,
    /// The answer has no JSON form.
    #[error("the answer cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
}

/// What DynamoDB refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A `PutItem`.
    #[error(
        "the table does not accept `/Item`: nest lists and objects at most 32 levels deep, keep attribute names under \
         64 KB and the item under 400 KB"
    )]
    Item,
    /// An `UpdateItem`.
    #[error(
        "the table does not accept the update: correct the syntax of `/UpdateExpression`, the types of \
         `/ExpressionAttributeValues`, and what the expression asks of the message's present attributes (`date` and \
         `time` cannot be updated, reserved words need a placeholder in `/ExpressionAttributeNames`, and the message \
         must stay under 400 KB)"
    )]
    Update,
}

/// Why a payload is no API Gateway proxy event.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// Not JSON.
    #[error("the event is not JSON: {0}")]
    Syntax(#[source] serde_json::Error),
    /// JSON, and no object.
    #[error("the event is no API Gateway proxy event: it must be an object")]
    NotAnObject,
    /// A part of it has another type than API Gateway sends.
    #[error("the event is no API Gateway proxy event: `{pointer}` must be {expected}")]
    Form {
        /// JSON Pointer (RFC 6901) into the event.
        pointer: String,
        /// The form that is needed.
        expected: &'static str,
    },
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

/// Both of two, or all that is wrong with either. What forbids to look further, such as a body that is too large, comes
/// before what was found elsewhere.
pub(crate) fn both<A, B>(first: Result<A, Error>, second: Result<B, Error>) -> Result<(A, B), Error> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(Error::Invalid(mut faults)), Err(Error::Invalid(more))) => {
            faults.extend(more);
            Err(faults.into())
        }
        (Ok(_) | Err(Error::Invalid(_)), Err(error)) | (Err(error), _) => Err(error),
    }
}

/// All of many, or all that is wrong with any.
pub(crate) fn all<T, C: FromIterator<T>>(results: impl Iterator<Item = Result<T, Error>>) -> Result<C, Error> {
    let mut faults = None;
    let values = results.filter_map(|result| {
        let before = faults.take().map_or(Ok(()), Err);
        match both(before, result) {
            Ok(((), value)) => Some(value),
            Err(error) => {
                faults = Some(error);
                None
            }
        }
    });
    let values = values.collect();
    faults.map_or(Ok(values), Err)
}

impl Error {
    /// The failure of a call that contains what the client wrote: DynamoDB may refuse just that.
    pub(crate) fn of_clients_call(what: Refused, error: Box<CallError>) -> Self {
        if error.code() == Some("ValidationException") {
            return Self::Refused { what, source: error };
        }
        error.into()
    }
}

/// The most faults that are kept and told. More are of one kind, and the answer must stay small.
const MAX_FAULTS: usize = 100;

impl From<Vec<Fault>> for Error {
    fn from(mut faults: Vec<Fault>) -> Self {
        faults.truncate(MAX_FAULTS);
        Self::Invalid(faults)
    }
}

impl From<ParameterError> for Error {
    fn from(error: ParameterError) -> Self {
        Self::Invalid(vec![error.into()])
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        Self::Invalid(vec![error.into()])
    }
}

impl From<MemberError> for Error {
    fn from(error: MemberError) -> Self {
        Self::Invalid(vec![error.into()])
    }
}

impl From<Box<CallError>> for Error {
    fn from(error: Box<CallError>) -> Self {
        let throttled = error.code().is_some_and(is_throttling_code);
        if throttled {
            Self::Throttled(error)
        } else {
            Self::DynamoDb(error)
        }
    }
}
