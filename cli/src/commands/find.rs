//! The search for the uploads that the user named.

use std::time::SystemTime;

use uuid::Uuid;

use super::error::Error;
use crate::cancel::Cancel;
use crate::follow::outcome::Tracked;
use crate::ingests::error::IngestsError;
use crate::ingests::{latest, table};
use crate::object::{self, UploadedObject};
use crate::object_name::ObjectName;
use crate::stack::Stack;
use crate::upload_reference::UploadReference;

/// Finds the uploads that were named. An upload that is named twice is found once.
///
/// # Errors
/// When an upload cannot be found.
pub async fn uploads_of(stack: &Stack, names: &[UploadReference], cancel: &Cancel) -> Result<Vec<Tracked>, Error> {
    let mut found = Vec::<Tracked>::with_capacity(names.len());
    for name in names {
        let upload = upload_of(stack, name, cancel).await?;
        if !found.iter().any(|known| known.is_same_upload(&upload)) {
            found.push(upload);
        }
    }
    Ok(found)
}

/// Finds the upload of a name.
///
/// # Errors
/// When it cannot be found.
pub async fn upload_of(stack: &Stack, name: &UploadReference, cancel: &Cancel) -> Result<Tracked, Error> {
    let id = match name {
        UploadReference::Object(name) => return cancel.or(find_object(stack, name)).await,
        UploadReference::Ingest(id) => *id,
        UploadReference::ShortIngest(id) => {
            let find = latest::with_short_id(stack, id, SystemTime::now());
            cancel.or(async { Ok::<_, Error>(find.await?) }).await?
        }
    };
    cancel.or(find_ingest(stack, id)).await
}

async fn find_object(stack: &Stack, ObjectName { bucket, key, upload }: &ObjectName) -> Result<Tracked, Error> {
    if let Some(bucket) = bucket
        && *bucket != stack.data_bucket
    {
        return Err(Error::OtherBucket {
            bucket: bucket.clone(),
            data_bucket: stack.data_bucket.clone(),
        });
    }
    Ok(Tracked::new(object::find_upload(stack, key, upload.as_ref()).await?))
}

/// Finds the upload of an ingest in the ingest's record.
async fn find_ingest(stack: &Stack, id: Uuid) -> Result<Tracked, Error> {
    let record = table::records(stack, &[id]).await?.remove(&id);
    let record = record.ok_or(IngestsError::Unknown(id))?;
    let uploaded = record.uploaded.map(|uploaded| uploaded.millis() / 1000);
    let upload = UploadedObject {
        bucket: record.bucket.clone().unwrap_or_default(),
        key: record.object.clone().unwrap_or_default(),
        etag: record.etag.clone().unwrap_or_default(),
        version_id: record.version_id.clone(),
        at: uploaded.and_then(|seconds| i64::try_from(seconds).ok()),
        earlier_reports: None,
    };
    Ok(Tracked::of_ingest(upload, record))
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
    use aws_sdk_dynamodb::operation::query::QueryOutput;
    use aws_sdk_dynamodb::types::AttributeValue;
    use aws_sdk_s3::operation::head_object::HeadObjectOutput;
    use aws_sdk_s3::primitives::DateTime;
    use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

    use super::*;
    use crate::exit_code::INTERRUPTED;
    use crate::stack::testing;

    const ID: &str = "019b76da-a800-7000-8000-0123456789ab";

    /// Answers with a record of the ingest [`ID`]: of this object, with the `ETag` `e`.
    fn record(bucket: &'static str, object: &'static str, uploaded: &'static str) -> Rule {
        mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(move || {
            let item = [
                ("ingest_id", ID),
                ("bucket", bucket),
                ("object", object),
                ("etag", "e"),
                ("uploaded", uploaded),
            ];
            let item = item.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.into())));
            BatchGetItemOutput::builder()
                .responses("ingests", vec![item.into()])
                .build()
        })
    }

    /// Answers that an object has the `ETag` `e` and was uploaded at second 7.
    fn head() -> Rule {
        mock!(aws_sdk_s3::Client::head_object).then_output(|| {
            let head = HeadObjectOutput::builder().e_tag("\"e\"");
            head.last_modified(DateTime::from_secs(7)).build()
        })
    }

    fn names(names: &[&str]) -> Vec<UploadReference> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[tokio::test]
    async fn an_object_that_is_named_twice_is_followed_once() {
        let head = head();
        let mut stack = testing::stack(None);
        stack.s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, [&head]);
        let named = names(&["s3://data/a.csv", "a.csv", "b.csv"]);
        let found = uploads_of(&stack, &named, &Cancel::default()).await.unwrap();
        let keys: Vec<_> = found.iter().map(|tracked| tracked.upload.key.as_str()).collect();
        assert_eq!((keys, head.num_calls()), (vec!["a.csv", "b.csv"], 3));

        let named = names(&[
            "a.csv#etag=e",
            "a.csv#etag=e@7",
            "a.csv#etag=e@1",
            "a.csv#etag=earlier",
            "a.csv#etag=earlier@1",
        ]);
        let found = uploads_of(&stack, &named, &Cancel::default()).await.unwrap();
        let found = found.iter().map(|tracked| &tracked.upload);
        let found: Vec<_> = found.map(|object| (object.etag.as_str(), object.at)).collect();
        assert_eq!(
            found,
            [("e", Some(7)), ("e", Some(1)), ("earlier", None), ("earlier", Some(1))],
            "what was replaced is followed by its ETag and time"
        );

        // A key without an `ETag` names the present upload, whatever else is named.
        let found = uploads_of(&stack, &names(&["a.csv#etag=earlier@1", "a.csv"]), &Cancel::default()).await;
        let found = found.unwrap();
        let found: Vec<_> = found.iter().map(|tracked| tracked.upload.etag.as_str()).collect();
        assert_eq!(found, ["earlier", "e"]);
    }

    #[tokio::test]
    async fn an_ingest_is_the_upload_that_its_record_describes() {
        let found = record("former", "a b.csv", "2026-01-01T00:00:00.385Z");
        let listed = mock!(aws_sdk_dynamodb::Client::query).then_output(|| {
            let id = AttributeValue::S(ID.into());
            QueryOutput::builder()
                .items([("ingest_id".to_owned(), id)].into())
                .build()
        });
        let mut stack = testing::stack_with_books();
        stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&found, &listed]);
        let uploads = uploads_of(&stack, &names(&[ID, ID]), &Cancel::default()).await.unwrap();
        let names_of = |uploads: &[Tracked]| uploads.iter().map(Tracked::reference).collect::<Vec<_>>();
        assert_eq!(names_of(&uploads), ["s3://former/a b.csv#etag=e@1767225600"]);

        // The mock lists the same id on every day that is searched: these count as several ingests.
        let several = uploads_of(&stack, &names(&["456789ab"]), &Cancel::default())
            .await
            .unwrap_err();
        assert!(
            several
                .to_string()
                .starts_with("456789ab is the short id of several ingests: "),
            "{several}"
        );
        let none = uploads_of(&stack, &names(&["00000000"]), &Cancel::default())
            .await
            .unwrap_err();
        assert!(none.to_string().contains("has the short id 00000000"), "{none}");
        let none = uploads_of(
            &stack,
            &names(&["019b76da-a800-7000-8000-000000000000"]),
            &Cancel::default(),
        )
        .await;
        assert!(
            none.unwrap_err()
                .to_string()
                .starts_with("the table of ingests has no ingest 019b76da-")
        );
    }

    #[tokio::test]
    async fn an_object_and_its_ingest_are_followed_once() {
        for (uploaded, count) in [("1970-01-01T00:00:09.385Z", 1), ("1970-01-01T00:00:13.000Z", 2)] {
            let mut stack = testing::stack_with_books();
            stack.s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, [&head()]);
            let record = record("data", "a.csv", uploaded);
            stack.dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&record]);
            for named in [["a.csv", ID], [ID, "a.csv"]] {
                let found = uploads_of(&stack, &names(&named), &Cancel::default()).await.unwrap();
                assert_eq!(found.len(), count, "{named:?} {uploaded}");
            }
        }
    }

    #[tokio::test]
    async fn an_object_of_another_bucket_is_refused() {
        let found = uploads_of(&testing::stack(None), &names(&["s3://x/a.csv"]), &Cancel::default()).await;
        assert_eq!(
            found.unwrap_err().to_string(),
            "x is not the data bucket of this stack, which is data"
        );
    }

    #[tokio::test]
    async fn who_interrupts_the_search_ends_it() {
        let cancel = Cancel::default();
        cancel.signal();
        let found = uploads_of(&testing::stack(None), &names(&["a.csv"]), &cancel).await;
        assert_eq!(found.unwrap_err().exit_code(), INTERRUPTED);
    }
}
