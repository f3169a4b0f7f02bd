//! Why a request is not answered as it was meant.
//!
//! `Display` of a client's mistake is written for the client: it names the place and the remedy, and quotes no value.
//! `Display` of our failures is written for the log, and never sent.

use attributes::{AttributeError, KeySchema};
use aws::CallError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use call_errors::says_another_table_key;

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
    #[error("there is no message with this {}", key_words(.0))]
    NotFound(KeySchema),
    /// No route has this path.
    #[error("there is nothing at this path; the API has /message and /message/{{{}}}", .0.partition().0)]
    NoRoute(KeySchema),
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
    #[error(
        "there is a message with this {} already; leave the header If-None-Match out to replace it",
        key_words(.0)
    )]
    Exists(KeySchema),
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
    #[error("DynamoDB returned an item or a key without {}: the table has another key", key_names(.0))]
    NoKey(KeySchema),
    /// The answer has no JSON form.
    #[error("the answer cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
}

/// The part of a request that DynamoDB refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
         `/ExpressionAttributeValues`, and what the expression asks of the message's present attributes ({} cannot be \
         updated, reserved words need a placeholder in `/ExpressionAttributeNames`, and the message must stay under \
         400 KB)",
        key_names(.0)
    )]
    Update(KeySchema),
}

/// The key in words, for a sentence such as "with this …".
fn key_words(schema: &KeySchema) -> String {
    match schema {
        KeySchema::Messages => "date and time".to_owned(),
        KeySchema::Declared(_) => key_names(schema),
    }
}

/// The names of the key attributes.
fn key_names(schema: &KeySchema) -> String {
    let (partition, _) = schema.partition();
    match schema.sort() {
        Some((sort, _)) => format!("`{partition}` and `{sort}`"),
        None => format!("`{partition}`"),
    }
}

impl Error {
    /// The failure of a call that contains what the client wrote: DynamoDB may refuse just that. A key that does not fit the
    /// table is no mistake of the client: it has the form that the API asks for.
    pub fn of_clients_call(what: Refused, error: Box<CallError>) -> Self {
        if error.code() == Some("ValidationException") && !says_another_table_key(&*error) {
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
