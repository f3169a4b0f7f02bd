//! The limits of a request.

/// The most bytes of a decoded body: an item has at most 400 KB, and escapes may more than double its JSON text.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The most bytes of a path with its query string. Every source of events allows less.
pub const MAX_URL_BYTES: usize = 20_000;
/// The number of items in a page when the client names none.
pub const DEFAULT_LIMIT: i32 = 100;
/// The most items in a page.
pub const MAX_LIMIT: i32 = 1000;
/// The most attributes in `fields`: DynamoDB's projection takes 4 KB, and each attribute needs a placeholder.
pub const MAX_FIELDS: usize = 50;
/// The most bytes of an attribute name in `fields`.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub const MAX_FIELD_BYTES: usize = 255;
/// The most bytes of an attribute's name (same source).
pub const MAX_NAME_BYTES: usize = 64 * 1024 - 1;
/// The most bytes of an update expression, including the revision and the order that the API adds (same source: "the maximum
/// length of any expression string is 4 KB").
pub const MAX_EXPRESSION_BYTES: usize = 4096;
/// The most attributes that an update in the plain form sets and removes: their expression fits into DynamoDB's 4 KB with room to
/// spare (same source).
pub const MAX_CHANGES: usize = 200;
/// The most faults that are collected and reported. More would be of one kind, and the answer must stay small.
pub const MAX_FAULTS: usize = 100;
