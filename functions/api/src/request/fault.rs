//! The single faults of a request. [`Faults`](super::rejection::Faults) collects them.
//!
//! `Display` is for the client: it names the place and the remedy, and quotes no value.

use std::borrow::Cow;

use attributes::{AttributeError, AttributeViolation};

use super::key::{KeyForm, KeyPart};
use super::limits::{MAX_FIELD_BYTES, MAX_FIELDS, MAX_LIMIT};

/// One fault of a request.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A fault in the path, the query string or a header.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A fault of the body as a whole.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// A fault in a member of the body.
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

    /// The place in that part: a JSON Pointer (RFC 6901). For a parameter its only step is the name.
    #[must_use]
    pub fn pointer(&self) -> String {
        match self {
            Self::Parameter(error) => pointer("", &error.name),
            Self::Body(_) => String::new(),
            Self::Member(error) => error.pointer.clone(),
        }
    }

    /// The violation, without its place.
    #[must_use]
    pub fn violation(&self) -> String {
        match self {
            Self::Parameter(error) => error.violation.to_string(),
            Self::Body(error) => error.to_string(),
            Self::Member(error) => error.violation.to_string(),
        }
    }
}

/// The part of a request that holds a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// The path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
}

/// A parameter with its violation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {} `{name}` {violation}",
    match location {
        Location::Path => "path parameter",
        Location::Query => "query parameter",
        Location::Header => "header",
    }
)]
pub struct ParameterError {
    /// The part of the request that holds it.
    pub location: Location,
    /// Its name.
    pub name: Cow<'static, str>,
    /// The violation.
    pub violation: ParameterViolation,
}

/// A rule that a parameter violates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterViolation {
    /// The parameter is missing.
    #[error("is missing; it {0}")]
    Missing(KeyForm),
    /// The parameter is empty.
    #[error("is empty; it {0}")]
    Empty(KeyForm),
    /// The value does not have the form of the part of the key.
    #[error("{0}")]
    Key(KeyForm),
    /// The parameter has several values, and it is unknown which one counts.
    #[error("has different values; give it once")]
    Contradictory,
    /// The value is not a number in range.
    #[error("must be a whole number from 1 to {MAX_LIMIT}")]
    Limit,
    /// The value is neither of the two orders.
    #[error("must be asc or desc")]
    Order,
    /// The parameter restricts or orders the items of one partition key, and the request names none.
    #[error("goes with the query parameter `{0}`; add it, or leave this out")]
    NeedsPartition(String),
    /// The parameter concerns a sort key, and the table has none.
    #[error("has no meaning here, since the table has no sort key; leave it out")]
    NoSortKey,
    /// The range ends before it begins.
    #[error("is {0} than `to`; swap them")]
    Backwards(&'static str),
    /// The value is not a list of attribute names.
    #[error(
        "must be 1 to {MAX_FIELDS} names of attributes with commas between them, each of 1 to {MAX_FIELD_BYTES} bytes"
    )]
    Fields,
    /// The value is not a token that this API issued for this list.
    #[error(
        "is not one that this API gave out for this list; send the `NextToken` of the page before unchanged, with the \
         same {0}, or leave it out"
    )]
    Token(String),
    /// The value is not a list of entity tags.
    #[error(
        "must be * or ETags with their quotation marks, such as \"bDdfiCuzbcXKJp4eE4q3Og\", with commas between them"
    )]
    Tags,
    /// The value is a list of entity tags, where only `*` is allowed.
    #[error("must be *, which creates the message only if there is none")]
    OnlyAny,
    /// The call does not support this precondition, and must not ignore it.
    #[error("is not known to this call; use If-Match, or leave it out")]
    UnknownPrecondition,
    /// There are more attributes to compare than DynamoDB takes in one condition.
    #[error("cannot be checked for a message and a change of so many attributes; leave it out")]
    TooManyAttributes,
}

/// A fault of a body as a whole.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The event flags the body as base64, and it is not.
    #[error("the body is flagged as base64 and is not; send it as plain text, or encode it")]
    Base64,
    /// The body is not UTF-8 from this byte on, counted from 0.
    #[error("the body is not UTF-8 at byte {0}; JSON must be UTF-8")]
    Utf8(usize),
    /// The body is missing.
    #[error("the body is missing; it must be {0}")]
    Missing(Cow<'static, str>),
    /// The body is not JSON. The source says where.
    #[error("the body is not JSON: {0}")]
    Syntax(#[source] serde_json::Error),
    /// An object in the body has two members of this name, and it is unclear which one counts.
    #[error("the body has the member `{0}` twice in one object; remove one of them")]
    Duplicate(String),
    /// The body is JSON, but not an object.
    #[error("the body must be {0}")]
    NotAnObject(Cow<'static, str>),
    /// The body changes nothing.
    #[error("the body changes nothing; name an attribute in `/Item` or in `/Remove`")]
    NoChange,
    /// The body changes more attributes than DynamoDB takes in one update.
    #[error("the body names too many attributes; {0} can be changed at once")]
    TooManyChanges(usize),
}

/// A member of a body with its violation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pointer}` {violation}")]
pub struct MemberError {
    /// The place: a JSON Pointer (RFC 6901) into the body.
    pub pointer: String,
    /// The violation.
    pub violation: MemberViolation,
}

/// A rule that a member of a body violates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberViolation {
    /// The member is missing.
    #[error("is missing; it must be {0}")]
    Missing(&'static str),
    /// The member is unknown.
    #[error("is not known here; known are {}", .0.join(", "))]
    Unknown(&'static [&'static str]),
    /// The member belongs to the other form of the body.
    #[error("cannot stand beside `{0}`; send either an update expression, or `Item` and `Remove`")]
    OtherForm(&'static str),
    /// The member has the wrong type or form.
    #[error("must be {0}")]
    Form(&'static str),
    /// The name is empty.
    #[error("must not be empty; give it a value or leave it out")]
    Empty,
    /// A key attribute has the wrong form.
    #[error("{0}")]
    Key(KeyForm),
    /// DynamoDB cannot store the value.
    #[error(transparent)]
    Attribute(#[from] AttributeViolation),
    /// The member names another table.
    #[error("names another table than the one behind this API; leave it out")]
    OtherTable,
    /// A key attribute differs from the parameter in the path or query.
    #[error("differs from the parameter `{0}`; make them equal")]
    UnlikeParameter(String),
    /// The member names a key attribute, which cannot be removed from a message.
    #[error("names a part of the message's key, which cannot be removed")]
    KeyPart,
    /// The name is reserved for the API itself.
    #[error("has a name that is kept for the API itself; choose another one")]
    Reserved,
    /// An attribute is set and removed by the same update.
    #[error("names an attribute that `/Item` sets; remove one of them")]
    SetAndRemoved,
    /// The value is larger than DynamoDB takes.
    #[error("has {bytes} bytes as DynamoDB counts them; the most are {limit}")]
    TooLarge {
        /// The fewest bytes that DynamoDB would count.
        bytes: usize,
        /// The most bytes that DynamoDB takes.
        limit: usize,
    },
    /// An expression uses a placeholder that is not defined.
    #[error("uses {placeholder}, which `{place}` does not define")]
    Undefined {
        /// The placeholder, with its `#` or `:`.
        placeholder: String,
        /// Where it should be defined: a JSON Pointer.
        place: &'static str,
    },
    /// A placeholder is defined but not used, which DynamoDB refuses.
    #[error("is not used in `/UpdateExpression`; use it or leave it out")]
    Unused,
}

/// The JSON Pointer (RFC 6901) of the member `name` of the object at `parent`, itself a JSON Pointer.
pub fn pointer(parent: &str, name: &str) -> String {
    format!("{parent}/{}", attributes::pointer_step(name))
}

impl ParameterError {
    /// The error of a query parameter.
    pub fn query(name: impl Into<Cow<'static, str>>, violation: ParameterViolation) -> Self {
        Self {
            location: Location::Query,
            name: name.into(),
            violation,
        }
    }

    pub fn header(name: &'static str, violation: ParameterViolation) -> Self {
        Self {
            location: Location::Header,
            name: name.into(),
            violation,
        }
    }

    /// The error of a parameter that is a part of the key.
    pub fn of_key(location: Location, part: KeyPart<'_>, violation: ParameterViolation) -> Self {
        Self {
            location,
            name: part.name.to_owned().into(),
            violation,
        }
    }
}

impl MemberError {
    pub fn new(pointer: impl Into<String>, violation: impl Into<MemberViolation>) -> Self {
        Self {
            pointer: pointer.into(),
            violation: violation.into(),
        }
    }

    /// The error at member `name` of the object at `parent`.
    pub fn at(parent: &str, name: &str, violation: impl Into<MemberViolation>) -> Self {
        Self::new(pointer(parent, name), violation)
    }

    /// The error of the conversion of the value at `parent`.
    pub fn below(parent: &str, error: AttributeError) -> Self {
        Self::new(format!("{parent}{}", error.path), error.problem)
    }
}
