//! `messages follow`: follows objects that are uploaded already.

use super::conclusion::follow_to_the_end;
use super::error::Error;
use crate::arguments::Follow;
use crate::cancel::Cancel;
use crate::object::{self, UploadedObject};
use crate::object_name::{ObjectName, UploadName};
use crate::screen::Screen;
use crate::stack::Stack;

/// Follows the objects until every row is written. The exit code.
///
/// # Errors
/// When one of them cannot be found.
pub async fn run(arguments: &Follow) -> Result<u8, Error> {
    let stack = Stack::find(&arguments.watch.stack).await?;
    let cancel = Cancel::on_signals().map_err(Error::Signals)?;
    let found = find_all(&stack, &arguments.objects, &cancel).await?;
    let screen = Screen::new(0);
    Ok(follow_to_the_end(&stack, found, None, &arguments.watch, &cancel, &screen).await)
}

/// The objects of these names, each once.
async fn find_all(stack: &Stack, names: &[ObjectName], cancel: &Cancel) -> Result<Vec<UploadedObject>, Error> {
    let mut found = Vec::<UploadedObject>::with_capacity(names.len());
    for ObjectName { bucket, key, upload } in names {
        if let Some(bucket) = bucket
            && *bucket != stack.data_bucket
        {
            return Err(Error::OtherBucket {
                bucket: bucket.clone(),
                data_bucket: stack.data_bucket.clone(),
            });
        }
        let is_upload = |object: &UploadedObject, name: &UploadName| {
            name.etag == object.etag && (name.at.is_none() || name.at == object.at)
        };
        let is_same =
            |object: &UploadedObject| object.key == *key && upload.as_ref().is_none_or(|name| is_upload(object, name));
        if !found.iter().any(is_same) {
            let find = async { Ok::<_, Error>(object::find_upload(stack, key, upload.as_ref()).await?) };
            found.push(cancel.or(find).await?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::operation::head_object::HeadObjectOutput;
    use aws_sdk_s3::primitives::DateTime;
    use aws_smithy_mocks::{RuleMode, mock, mock_client};

    use super::*;
    use crate::exit_code::INTERRUPTED;
    use crate::stack::testing;

    fn names(names: &[&str]) -> Vec<ObjectName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[tokio::test]
    async fn an_object_that_is_named_twice_is_followed_once() {
        let head = mock!(aws_sdk_s3::Client::head_object).then_output(|| {
            let head = HeadObjectOutput::builder().e_tag("\"e\"");
            head.last_modified(DateTime::from_secs(7)).build()
        });
        let mut stack = testing::stack(None);
        stack.s3 = mock_client!(aws_sdk_s3, RuleMode::MatchAny, [&head]);
        let named = names(&["s3://data/a.csv", "a.csv", "b.csv"]);
        let found = find_all(&stack, &named, &Cancel::default()).await.unwrap();
        let keys: Vec<_> = found.iter().map(|object| object.key.as_str()).collect();
        assert_eq!((keys, head.num_calls()), (vec!["a.csv", "b.csv"], 2));

        let named = names(&[
            "a.csv#etag=e",
            "a.csv#etag=e@7",
            "a.csv#etag=e@1",
            "a.csv#etag=earlier",
            "a.csv#etag=earlier@1",
        ]);
        let found = find_all(&stack, &named, &Cancel::default()).await.unwrap();
        let found: Vec<_> = found.iter().map(|object| (object.etag.as_str(), object.at)).collect();
        assert_eq!(
            found,
            [("e", Some(7)), ("e", Some(1)), ("earlier", None), ("earlier", Some(1))],
            "what was replaced is followed by its ETag and time"
        );
    }

    #[tokio::test]
    async fn an_object_of_another_bucket_is_refused() {
        let found = find_all(&testing::stack(None), &names(&["s3://x/a.csv"]), &Cancel::default()).await;
        assert_eq!(
            found.unwrap_err().to_string(),
            "x is not the data bucket of this stack, which is data"
        );
    }

    #[tokio::test]
    async fn who_interrupts_the_search_ends_it() {
        let cancel = Cancel::default();
        cancel.signal();
        let found = find_all(&testing::stack(None), &names(&["a.csv"]), &cancel).await;
        assert_eq!(found.unwrap_err().exit_code(), INTERRUPTED);
    }
}
