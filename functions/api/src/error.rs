//! Everything that can be wrong with a request, or with us.
//!
//! `Display` of a client's mistake is written for the client: it names the place and the remedy, and quotes no value.
//! `Display` of our failures is written for the log, and never sent.

use attributes::{AttributeError, AttributeProblem};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use message::KeyError;

use crate::body::MAX_BODY_BYTES;
use crate::parameters::MAX_LIMIT;

/// Why a request is not answered as it was meant.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The payload is no proxy event: somebody invoked the function by hand.
    #[error(transparent)]
    Event(#[from] EventError),
    /// A path or query parameter is wrong.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The body as a whole is wrong.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Something in the body is wrong.
    #[error(transparent)]
    Member(#[from] MemberError),
    /// There is no message under the key.
    #[error("there is no message with this date and time")]
    NotFound,
    /// DynamoDB's `ValidationException` for a call that contains what the client wrote.
    #[error("{what}")]
    Refused {
        /// What was refused.
        what: Refused,
        /// What DynamoDB said: it names the table, so it is not for the client.
        source: Box<aws_sdk_dynamodb::Error>,
    },
    /// DynamoDB throttled the call and all its retries.
    #[error("DynamoDB throttled the call beyond the retries")]
    Throttled(#[source] Box<aws_sdk_dynamodb::Error>),
    /// DynamoDB did not do what it should have: no right, no table, no connection, no answer in time.
    #[error("the DynamoDB call failed")]
    DynamoDb(#[source] Box<aws_sdk_dynamodb::Error>),
    /// An item of the table has no JSON form.
    #[error("an item of the table cannot be represented in JSON")]
    Unreadable(#[source] AttributeError),
    /// An item of the table comes without its key.
    #[error("DynamoDB returned an item or a key without text in `date` and `time`: the table has another key")]
    NoKey,
    /// The answer has no JSON form.
    #[error("the answer cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
    /// The function is not configured.
    #[error("the environment variable TABLE_NAME is not set; it must be the name of the message table")]
    NoTableName,
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

/// Where a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query string.
    Query,
}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {} parameter `{name}` {problem}", match location { Location::Path => "path", Location::Query => "query" })]
pub struct ParameterError {
    /// Where the parameter is.
    pub location: Location,
    /// Its name.
    pub name: &'static str,
    /// What is wrong with it.
    pub problem: ParameterProblem,
}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterProblem {
    /// It is not there.
    #[error("is missing; it {0}")]
    Missing(KeyError),
    /// It is there, with nothing in it.
    #[error("is empty; it {0}")]
    Empty(KeyError),
    /// It is no date, or no time.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It is there more than once, and it is not known which value counts.
    #[error("has different values; give it once")]
    Contradictory,
    /// It is no number in range.
    #[error("must be a whole number from 1 to {MAX_LIMIT}")]
    Limit,
    /// It is no token that this API gave out.
    #[error("is not one that this API gave out; send the `NextToken` of the page before unchanged, or leave it out")]
    Token,
    /// It belongs to another list.
    #[error("belongs to a list with another `date`; send it with the `date` that the page before was asked with")]
    TokenOfAnotherList,
}

/// What is wrong with a body as a whole.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It should be something else.
    #[error("the header Content-Type must be application/json, as the body must be")]
    MediaType,
    /// It is flagged as base64 and is not.
    #[error("the body is flagged as base64 and is not; send it as plain text, or encode it")]
    Base64,
    /// It has this many bytes.
    #[error("the body has {0} bytes; send at most {MAX_BODY_BYTES}")]
    TooLarge(usize),
    /// It stops being UTF-8 at this byte, counted from 0.
    #[error("the body is not UTF-8 at byte {0}; JSON must be UTF-8")]
    Utf8(usize),
    /// It is not there.
    #[error("the body is missing; it must be {0}")]
    Missing(&'static str),
    /// It is not JSON. The source says where.
    #[error("the body is not JSON: {0}")]
    Syntax(#[source] serde_json::Error),
    /// An object in it has two members of this name, so it is not known which one counts.
    #[error("the body has the member `{0}` twice in one object; leave one of them")]
    Duplicate(String),
    /// It is another JSON value than an object.
    #[error("the body must be {0}")]
    NotAnObject(&'static str),
}

/// What is wrong somewhere in a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pointer}` {problem}")]
pub struct MemberError {
    /// Where it is: a JSON Pointer (RFC 6901) into the body.
    pub pointer: String,
    /// What is wrong there.
    pub problem: MemberProblem,
}

/// What is wrong with a member of a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberProblem {
    /// It must be there.
    #[error("is missing; it must be {0}")]
    Missing(&'static str),
    /// It must not be there.
    #[error("is not known here; known are {}", .0.join(", "))]
    Unknown(&'static [&'static str]),
    /// It has another type or form.
    #[error("must be {0}")]
    Form(&'static str),
    /// There is nothing in it.
    #[error("must not be empty; give it a value or leave it out")]
    Empty,
    /// A key attribute has not its form.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// DynamoDB cannot hold it.
    #[error(transparent)]
    Attribute(#[from] AttributeProblem),
    /// It names another table.
    #[error("names another table than the one behind this API; leave it out")]
    OtherTable,
    /// A key attribute differs from the same in the path or query.
    #[error("differs from the parameter `{0}`; make them equal")]
    UnlikeParameter(&'static str),
    /// It is larger than DynamoDB takes.
    #[error("has {bytes} bytes as DynamoDB counts them; the most are {limit}")]
    TooLarge {
        /// What DynamoDB would count, at least.
        bytes: usize,
        /// The most that it takes.
        limit: usize,
    },
    /// An expression uses what is not defined.
    #[error("uses {placeholder}, which `{place}` does not define")]
    Undefined {
        /// The placeholder, with its `#` or `:`.
        placeholder: String,
        /// Where it should be defined: a JSON Pointer.
        place: &'static str,
    },
    /// A placeholder is defined and not used, which DynamoDB refuses.
    #[error("is not used in `/UpdateExpression`; use it or leave it out")]
    Unused,
}

/// The JSON Pointer (RFC 6901) of the member `name` of the object at `parent`, itself a JSON Pointer.
pub(crate) fn pointer(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl ParameterError {
    pub(crate) fn query(name: &'static str, problem: ParameterProblem) -> Self {
        Self {
            location: Location::Query,
            name,
            problem,
        }
    }
}

impl MemberError {
    pub(crate) fn new(pointer: impl Into<String>, problem: impl Into<MemberProblem>) -> Self {
        Self {
            pointer: pointer.into(),
            problem: problem.into(),
        }
    }

    /// The error at member `name` of the object at `parent`.
    pub(crate) fn at(parent: &str, name: &str, problem: impl Into<MemberProblem>) -> Self {
        Self::new(pointer(parent, name), problem)
    }

    /// The error of the conversion of the value at `parent`.
    pub(crate) fn below(parent: &str, error: AttributeError) -> Self {
        Self::new(format!("{parent}{}", error.path), error.problem)
    }
}

impl Error {
    /// The failure of a call that contains what the client wrote: DynamoDB may refuse just that.
    pub(crate) fn of_clients_call(what: Refused, error: aws_sdk_dynamodb::Error) -> Self {
        if error.code() == Some("ValidationException") {
            let source = Box::new(error);
            return Self::Refused { what, source };
        }
        error.into()
    }
}

impl From<aws_sdk_dynamodb::Error> for Error {
    fn from(error: aws_sdk_dynamodb::Error) -> Self {
        use aws_sdk_dynamodb::Error as Sdk;
        let throttled = matches!(
            error,
            Sdk::ProvisionedThroughputExceededException(_) | Sdk::RequestLimitExceeded(_) | Sdk::ThrottlingException(_)
        );
        let error = Box::new(error);
        if throttled {
            Self::Throttled(error)
        } else {
            Self::DynamoDb(error)
        }
    }
}
