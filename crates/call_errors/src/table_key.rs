//! The errors of DynamoDB when a table has another key than the caller expects.

use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// The beginning of most of DynamoDB's messages about an item.
const OF_PARAMETERS: &str = "One or more parameter values were invalid: ";

/// The beginnings of the messages about the table's key. Messages about an index's key begin otherwise (`Type mismatch for Index
/// Key`): they are about one item, whose attribute the index cannot hold.
///
/// `PutItem` and `INSERT` name an attribute that is missing or of another type. All other calls say that the key does not
/// match. AWS documents none of these messages; others recorded them from the service:
/// <https://github.com/paritysuite/dynamodb-conformance>, <https://github.com/architect/dynalite>
const ABOUT_THE_KEY: [&str; 6] = [
    "The provided key element does not match the schema",
    "The number of conditions on the keys is invalid",
    "Query condition missed key schema element",
    "One of the required keys was not given a value",
    "Missing the key ",
    "Type mismatch for key ",
];

/// Whether DynamoDB refuses a call because its key does not fit the table. A caller that has checked the key before then knows
/// that the table has another key, and that nothing is wrong with the item, the key or the expression.
#[must_use]
pub fn says_another_table_key(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some("ValidationException") && error.message().is_some_and(is_about_table_key)
}

/// The same for the text of an error, such as that of a statement of a batch.
#[must_use]
pub fn is_about_table_key(text: &str) -> bool {
    let text = text.strip_prefix(OF_PARAMETERS).unwrap_or(text);
    ABOUT_THE_KEY.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_table_is_told_from_that_of_an_index_and_from_everything_else() {
        for text in [
            "The provided key element does not match the schema",
            "The number of conditions on the keys is invalid",
            "One or more parameter values were invalid: Missing the key id in the item",
            "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
            "Query condition missed key schema element: id",
        ] {
            assert!(is_about_table_key(text), "{text}");
        }
        for text in [
            "",
            "One or more parameter values were invalid: Type mismatch for Index Key id Expected: S Actual: N IndexName: by-id",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string \
             value. Key: id",
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
            "Provided list of item keys contains duplicates",
            "Item size has exceeded the maximum allowed size",
            // A sender may write such a text into an expression.
            "Invalid UpdateExpression: Syntax error; token: \"x\", near: \"Type mismatch for key x\"",
        ] {
            assert!(!is_about_table_key(text), "{text}");
        }
    }
}
