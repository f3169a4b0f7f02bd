//! The reasons why a request fails.
//!
//! `Display` of a client's mistake is for the client: it names the place and the remedy, and quotes no value. `Display` of a
//! failure of the API is for the log, and is never sent.

use attributes::{AttributeError, KeySchema};
use aws::CallError;

use crate::request::fault::ParameterError;
use crate::request::rejection::Rejection;
use crate::table::error::TableError;

/// The reason why a request fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The client's mistake was found before any call to the table.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// There is no message with this key.
    #[error("there is no message with this {}", key_words(.0))]
    NotFound(KeySchema),
    /// No route has this path.
    #[error("there is nothing at this path; the API has /message and /message/{{{}}}", .0.partition().0)]
    NoRoute(KeySchema),
    /// The path has these methods, and not the request's.
    #[error("there is no such method at this path; it has {}", .0.join(", "))]
    Method(&'static [&'static str]),
    /// `If-Match` requires a state that the message is not in.
    #[error(
        "the message is not, or no longer, as the header If-Match demands; read it again, and send its present ETag"
    )]
    Changed,
    /// `If-Match` has only weak tags, which never match.
    #[error(
        "the header If-Match has weak entity tags (W/) only, which never match it; send the ETag as the API gave it, without \
         the `W/` that something on the way put in front"
    )]
    WeakTags,
    /// `If-None-Match: *` requires that the message does not exist, but it does.
    #[error(
        "there is a message with this {} already; leave the header If-None-Match out to replace it",
        key_words(.0)
    )]
    Exists(KeySchema),
    /// DynamoDB does not accept a call with an item or expressions of the client.
    #[error("{what}")]
    Refused {
        /// The part that was refused.
        what: Refused,
        /// DynamoDB's answer. It names the table, so it is not sent to the client.
        source: Box<CallError>,
    },
    /// A call to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// An item of the table has no JSON form.
    #[error("an item of the table cannot be represented in JSON")]
    Unreadable(#[source] AttributeError),
    /// An item of the table lacks key attributes.
    #[error("DynamoDB returned an item or a key without {}: the table has another key", key_names(.0))]
    NoKey(KeySchema),
    /// The response has no JSON form.
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
    /// A write that would grow a partition key without room.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections.SizeLimit>
    #[error(
        "the partition key has no room left, because the table has a local secondary index: all messages of one partition \
         key have at most 10 GB, with their copies in the index; delete some of them, or write under another partition key"
    )]
    PartitionFull,
}

/// The key in words, to follow "this" in a sentence.
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
    /// Makes the error of a call that contains input of the client, which DynamoDB may refuse.
    pub fn of_clients_call(what: Refused, error: TableError) -> Self {
        match error {
            TableError::Invalid(source) => Self::Refused { what, source },
            TableError::PartitionFull(source) => Self::Refused {
                what: Refused::PartitionFull,
                source,
            },
            error => error.into(),
        }
    }
}

impl From<ParameterError> for Error {
    fn from(error: ParameterError) -> Self {
        Self::Rejected(error.into())
    }
}
