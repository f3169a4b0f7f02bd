//! Why a request is not answered as it was meant.
//!
//! `Display` of a client's mistake is written for the client: it names the place and the remedy, and quotes no value.
//! `Display` of our failures is written for the log, and never sent.

use attributes::AttributeError;
use aws::CallError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;

use crate::request::fault::ParameterError;
use crate::request::rejection::Rejection;
use crate::table::error::TableError;

/// Why a request is not answered as it was meant.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The client made a mistake that shows before the table is asked.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// There is no message under the key.
    #[error("there is no message with this date and time")]
    NotFound,
    /// No route has this path.
    #[error("there is nothing at this path; the API has /message and /message/{{date}}")]
    NoRoute,
    /// The routes with this path have these methods, and not the one of the request.
    #[error("there is no such method at this path; it has {}", .0.join(", "))]
    Method(&'static [&'static str]),
    /// `If-Match` demands a state that the message is not in.
    #[error(
        "the message is not, or no longer, as the header If-Match demands; read it again, and send its present ETag"
    )]
    Changed,
    /// `If-Match` has weak tags only, by which no write ever goes.
    #[error(
        "the header If-Match has weak entity tags (W/) only, which never match it; send the ETag as the API gave it, without \
         the `W/` that something on the way put in front"
    )]
    WeakTags,
    /// `If-None-Match: *` demands that there is no message.
    #[error("there is a message with this date and time already; leave the header If-None-Match out to replace it")]
    Exists,
    /// DynamoDB's `ValidationException` for a call that contains what the client wrote.
    #[error("{what}")]
    Refused {
        /// The part that was refused.
        what: Refused,
        /// DynamoDB's answer: it names the table, so it is not for the client.
        source: Box<CallError>,
    },
    /// The table did not answer.
    #[error(transparent)]
    Table(#[from] TableError),
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

/// The part of a request that DynamoDB refused.
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

impl Error {
    /// The failure of a call that contains what the client wrote: DynamoDB may refuse just that.
    pub fn of_clients_call(what: Refused, error: Box<CallError>) -> Self {
        if error.code() == Some("ValidationException") {
            return Self::Refused { what, source: error };
        }
        error.into()
    }
}

impl From<Box<CallError>> for Error {
    fn from(error: Box<CallError>) -> Self {
        Self::Table(error.into())
    }
}

impl From<ParameterError> for Error {
    fn from(error: ParameterError) -> Self {
        Self::Rejected(error.into())
    }
}
