//! What can be wrong with a request, one thing at a time. All that is wrong is told at once: see [`both`](crate::error::both).
//!
//! `Display` is written for the client: it names the place and the remedy, and quotes no value.

use attributes::{AttributeError, AttributeProblem};
use message::KeyError;

use crate::parameters::{MAX_FIELD_BYTES, MAX_FIELDS, MAX_LIMIT};

/// One thing that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// In the path, the query string or a header.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// In the body as a whole.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Somewhere in the body.
    #[error(transparent)]
    Member(#[from] MemberError),
}

impl Fault {
    /// The part of the request: `path`, `query`, `header` or `body`.
    #[must_use]
    pub fn part(&self) -> &'static str {
        match self {
            Self::Parameter(ParameterError { location, .. }) => match location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
            },
            Self::Body(_) | Self::Member(_) => "body",
        }
    }

    /// The place in that part: a JSON Pointer (RFC 6901), of which a parameter's name is the only step.
    #[must_use]
    pub fn pointer(&self) -> String {
        match self {
            Self::Parameter(error) => pointer("", error.name),
            Self::Body(_) => String::new(),
            Self::Member(error) => error.pointer.clone(),
        }
    }

    /// What is wrong there, without the place.
    #[must_use]
    pub fn problem(&self) -> String {
        match self {
            Self::Parameter(error) => error.problem.to_string(),
            Self::Body(error) => error.to_string(),
            Self::Member(error) => error.problem.to_string(),
        }
    }
}

/// Where a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// A header.
    Header,
}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {} `{name}` {problem}",
    match location {
        Location::Path => "path parameter",
        Location::Query => "query parameter",
        Location::Header => "header",
    }
)]
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
    /// It is neither of the two orders.
    #[error("must be asc or desc")]
    Order,
    /// It narrows down a date, and there is none.
    #[error("goes with the query parameter `date`; add it, or leave this out")]
    NeedsDate,
    /// The range ends before it begins.
    #[error("is later than `to`; swap them")]
    Backwards,
    /// It is no list of attribute names.
    #[error(
        "must be 1 to {MAX_FIELDS} names of attributes with commas between them, each of 1 to {MAX_FIELD_BYTES} bytes"
    )]
    Fields,
    /// It is no token that this API gave out for this list.
    #[error(
        "is not one that this API gave out for this list; send the `NextToken` of the page before unchanged, with the \
         same `date`, `from`, `to`, `order` and `fields`, or leave it out"
    )]
    Token,
    /// It is no list of entity tags.
    #[error(
        "must be * or ETags with their quotation marks, such as \"bDdfiCuzbcXKJp4eE4q3Og\", with commas between them"
    )]
    Tags,
    /// It is a list of entity tags where only `*` has a meaning.
    #[error("must be *, which creates the message only if there is none")]
    OnlyAny,
    /// The call knows no such precondition, and must not ignore it.
    #[error("is not known to this call; use If-Match, or leave it out")]
    UnknownPrecondition,
    /// There is more to compare than DynamoDB takes in one condition.
    #[error("cannot be checked for a message and a change of so many attributes; leave it out")]
    TooManyAttributes,
}

/// What is wrong with a body as a whole.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It should be something else.
    #[error("the body is flagged as base64 and is not; send it as plain text, or encode it")]
    Base64,
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
    /// It changes nothing.
    #[error("the body changes nothing; name an attribute in `/Item` or in `/Remove`")]
    NoChange,
    /// It changes more attributes than DynamoDB takes at once.
    #[error("the body names too many attributes; {0} can be changed at once")]
    TooManyChanges(usize),
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
    /// It belongs to the other form of the body.
    #[error("cannot stand beside `{0}`; send either an update expression, or `Item` and `Remove`")]
    OtherForm(&'static str),
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
    /// A key attribute stays as it is as long as the message is there.
    #[error("names a part of the message's key, which cannot be removed")]
    KeyPart,
    /// It is not the client's.
    #[error("has a name that is kept for the API itself; choose another one")]
    Reserved,
    /// What is set cannot be removed in the same breath.
    #[error("names an attribute that `/Item` sets; leave one of them")]
    SetAndRemoved,
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
    format!("{parent}/{}", attributes::pointer_step(name))
}

impl ParameterError {
    pub(crate) fn query(name: &'static str, problem: ParameterProblem) -> Self {
        Self {
            location: Location::Query,
            name,
            problem,
        }
    }

    pub(crate) fn header(name: &'static str, problem: ParameterProblem) -> Self {
        Self {
            location: Location::Header,
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
