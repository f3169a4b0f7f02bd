//! Changes of an object since it was uploaded.

use std::fmt;

use aws_sdk_s3::operation::head_object::HeadObjectError;

use crate::stack::Stack;

/// A change of an object since it was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another upload, with this `ETag`, has replaced it.
    Replaced(String),
    /// It was deleted.
    Deleted,
}

impl Change {
    /// Looks for a change of the object that had this key and `ETag`; `None` when the object is unchanged, or the call fails.
    /// The upload may have a report even after a change.
    pub async fn since_upload(stack: &Stack, key: &str, etag: &str) -> Option<Self> {
        let head = stack.s3.head_object().bucket(&stack.data_bucket).key(key).send().await;
        match head {
            Ok(head) => {
                let present = head.e_tag?.trim_matches('"').to_owned();
                (present != etag).then_some(Self::Replaced(present))
            }
            Err(error) => {
                let is_gone = error.as_service_error().is_some_and(HeadObjectError::is_not_found);
                is_gone.then_some(Self::Deleted)
            }
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replaced(etag) => write!(f, "was replaced by another upload (ETag {etag})"),
            Self::Deleted => f.write_str("was deleted"),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::operation::head_object::HeadObjectOutput;
    use aws_sdk_s3::types::error::NotFound;
    use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

    use super::*;
    use crate::stack::testing;

    async fn since_upload(head: Rule) -> Option<Change> {
        let mut stack = testing::stack(None);
        stack.s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, [&head]);
        Change::since_upload(&stack, "a.csv", "mine").await
    }

    fn with_etag(etag: &'static str) -> Rule {
        mock!(aws_sdk_s3::Client::head_object).then_output(move || HeadObjectOutput::builder().e_tag(etag).build())
    }

    #[tokio::test]
    async fn another_etag_and_no_object_are_changes_and_a_failed_look_is_none() {
        assert_eq!(since_upload(with_etag("\"mine\"")).await, None);
        let replaced = since_upload(with_etag("\"theirs\"")).await;
        assert_eq!(replaced, Some(Change::Replaced("theirs".into())));
        let gone = mock!(aws_sdk_s3::Client::head_object)
            .then_error(|| HeadObjectError::NotFound(NotFound::builder().build()));
        assert_eq!(since_upload(gone).await, Some(Change::Deleted));
        let denied = mock!(aws_sdk_s3::Client::head_object)
            .then_error(|| HeadObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().build()));
        assert_eq!(since_upload(denied).await, None);
    }
}
