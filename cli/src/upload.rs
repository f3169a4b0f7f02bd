//! The upload of files to the data bucket.

pub mod error;
mod file;
mod parts;
mod stored;
mod transfer;

use futures::stream::{self, StreamExt};

use crate::cancel::Cancel;
use crate::files::Source;
use crate::object::UploadedObject;
use crate::screen::Screen;
use crate::stack::Stack;
use error::UploadError;

/// The number of files that are uploaded at once.
const FILES_AT_ONCE: usize = 4;

/// The result of uploading files.
#[derive(Debug, Default)]
pub struct Uploads {
    /// The objects that can be followed.
    pub found: Vec<UploadedObject>,
    /// The URLs of all objects that were uploaded, with the `ETag` where it is known.
    pub urls: Vec<String>,
    /// Why other files were not uploaded or cannot be followed.
    pub failure: Option<UploadError>,
}

/// Uploads all files, some at once. After a failure no further file is uploaded; objects that were uploaded before stay.
pub async fn all(stack: &Stack, sources: &[Source], cancel: &Cancel, screen: &Screen) -> Uploads {
    let uploads = stream::iter(sources).map(|source| async move {
        let uploaded = file::upload(stack, source, cancel, screen).await;
        if let Err(error) = &uploaded
            && !matches!(error, UploadError::Unfollowed { .. })
        {
            cancel.fail();
        }
        uploaded
    });
    Uploads::of(uploads.buffered(FILES_AT_ONCE).collect().await)
}

impl Uploads {
    fn of(results: Vec<Result<UploadedObject, UploadError>>) -> Self {
        // A failure outweighs the interruptions that it causes. Objects that cannot be followed weigh least: they are uploaded.
        let weight = |error: &UploadError| match error {
            UploadError::Unfollowed { .. } => 0,
            UploadError::Interrupted(_) => 1,
            _ => 2,
        };
        let mut all = Self::default();
        for result in results {
            match result {
                Ok(upload) => {
                    all.urls.push(upload.reference());
                    all.found.push(upload);
                }
                Err(error) => {
                    if let UploadError::Unfollowed { url, .. } = &error {
                        all.urls.push(url.clone());
                    }
                    let is_graver = |failure| weight(&error) > weight(failure);
                    if all.failure.as_ref().is_none_or(is_graver) {
                        all.failure = Some(error);
                    }
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use aws_sdk_s3::error::ErrorMetadata;
    use aws_sdk_s3::operation::head_object::{HeadObjectError, HeadObjectOutput};
    use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
    use aws_sdk_s3::operation::put_object::PutObjectOutput;
    use aws_sdk_s3::primitives::DateTime;
    use aws_smithy_mocks::{RuleMode, mock, mock_client};

    use super::*;
    use crate::aws_call::CallError;
    use crate::cancel::Interrupted;
    use crate::files::error::FileError;
    use crate::stack::testing;

    fn unfollowed(key: &str) -> UploadError {
        UploadError::Unfollowed {
            url: format!("s3://data/{key}"),
            source: CallError::Incomplete {
                doing: "looking".into(),
                missing: "ETag",
            },
        }
    }

    #[test]
    fn the_gravest_failure_is_told_and_what_is_there_is_named() {
        let uploads = Uploads::of(vec![
            Err(unfollowed("a.csv")),
            Err(Interrupted.into()),
            Err(FileError::Changed("b.csv".into()).into()),
            Err(Interrupted.into()),
        ]);
        assert_eq!(uploads.urls, ["s3://data/a.csv"]);
        assert!(
            matches!(uploads.failure, Some(UploadError::File(FileError::Changed(_)))),
            "{uploads:?}"
        );
    }

    #[tokio::test]
    async fn an_object_that_cannot_be_looked_at_is_uploaded_and_stops_no_other() {
        let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let size = std::fs::metadata(&file).unwrap().len();
        let sources = ["a.csv", "b.csv"].map(|key| Source {
            path: file.clone(),
            size,
            key: key.into(),
        });
        let reports = mock!(aws_sdk_s3::Client::list_objects_v2).then_output(|| ListObjectsV2Output::builder().build());
        let put =
            mock!(aws_sdk_s3::Client::put_object).then_output(|| PutObjectOutput::builder().e_tag("\"e\"").build());
        let lost = mock!(aws_sdk_s3::Client::head_object)
            .match_requests(|request| request.key() == Some("a.csv"))
            .then_error(|| HeadObjectError::generic(ErrorMetadata::builder().code("Forbidden").build()));
        let found = mock!(aws_sdk_s3::Client::head_object)
            .match_requests(|request| request.key() == Some("b.csv"))
            .then_output(|| {
                let head = HeadObjectOutput::builder().e_tag("\"e\"");
                head.last_modified(DateTime::from_secs(7)).build()
            });
        let mut stack = testing::stack(None);
        stack.s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, [&reports, &put, &lost, &found]);

        let uploads = all(&stack, &sources, &Cancel::default(), &Screen::new(2 * size)).await;

        assert_eq!(put.num_calls(), 2);
        assert_eq!(uploads.urls, ["s3://data/a.csv", "s3://data/b.csv#etag=e@7"]);
        assert_eq!(uploads.found.len(), 1);
        let said = uploads.failure.unwrap().to_string();
        let cause = "s3://data/a.csv is uploaded and being ingested, but cannot be followed: looking at";
        assert!(said.starts_with(cause), "{said}");
    }
}
