//! Why no row of a file can become a message.

/// Why no row of a file can become a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Required columns are missing.
    #[error("the header lacks {}", quoted(.0))]
    Missing(Vec<String>),
    /// Columns occur more than once, so that it is not known which one counts.
    #[error("the header has {} more than once", quoted(.0))]
    Duplicate(Vec<String>),
    /// No field describes these columns, and `fieldsMatch` allows no such columns.
    #[error(
        "the header has {}, which no field describes; `fieldsMatch` is {match_name}, which allows no other columns: `subset` or \
         `partial` do",
        quoted(columns)
    )]
    Unknown {
        /// The columns.
        columns: Vec<String>,
        /// The value of `fieldsMatch`.
        match_name: &'static str,
    },
    /// The columns are the fields, but in another order.
    #[error(
        "the header has the columns in another order than the fields, and `fieldsMatch` is exact; `equal` allows any order"
    )]
    Order,
    /// No column belongs to a field.
    #[error("the header names none of the fields")]
    NothingKnown,
    /// A column without a field would be kept under the name of another attribute.
    #[error("{} would be kept under the name of another attribute; give it a field with `dynamodb:attribute`", quoted(.0))]
    KeptName(Vec<String>),
    /// Columns without a field would be kept under names that are not text, because bytes of them are not UTF-8.
    #[error(
        "{} would be kept under a name with bytes that are not UTF-8 or not of the declared encoding; save the file as UTF-8, \
         or name its encoding in `encoding`",
        quoted(.0)
    )]
    NameEncoding(Vec<String>),
    /// There is no header, but the dialect says that there is one.
    #[error("there is no header")]
    NoHeader,
}

fn quoted(columns: &[String]) -> String {
    let quoted: Vec<_> = columns.iter().map(|column| format!("`{column}`")).collect();
    quoted.join(", ")
}
