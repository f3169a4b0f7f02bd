//! The largest request that the API takes.

/// The most bytes of a body, decoded: an item has at most 400 KB, and JSON may need more than twice that to escape it.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The most bytes of a path with its query string. Every source of events allows less.
pub const MAX_URL_BYTES: usize = 20_000;
/// The number of items of a page when the client does not give one.
pub const DEFAULT_LIMIT: i32 = 100;
/// The most items of a page.
pub const MAX_LIMIT: i32 = 1000;
/// The most attributes that can be asked for by name: DynamoDB's projection takes 4 KB, and each needs a placeholder.
pub const MAX_FIELDS: usize = 50;
/// The most bytes of such a name.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub const MAX_FIELD_BYTES: usize = 255;
/// The most bytes of an attribute's name (same source).
pub const MAX_NAME_BYTES: usize = 64 * 1024 - 1;
/// The most bytes of an update expression, the revision and the order that it is stamped with included (same source: "the maximum length of any expression
/// string is 4 KB").
pub const MAX_EXPRESSION_BYTES: usize = 4096;
/// The most attributes that an update in the plain form sets and removes: as many as fit into DynamoDB's 4 KB of
/// expression with room to spare (same source).
pub const MAX_CHANGES: usize = 200;
/// The most faults that are kept and reported. More are of one kind, and the answer must stay small.
pub const MAX_FAULTS: usize = 100;
