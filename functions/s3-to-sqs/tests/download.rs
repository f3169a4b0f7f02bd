//! A broken download resumes only while the object is the same one.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ErrorMetadata;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use backoff::Deadline;
use s3_to_sqs::input::download::{Download, DownloadError};
use s3_to_sqs::object::Object;

const ETAG: &str = "\"0123\"";
const FILE: &str = "a,b\n1,2\n";

fn object() -> Object {
    Object {
        bucket: "data".into(),
        key: "data.csv".into(),
        ..Object::default()
    }
}

fn rest(byte: usize) -> GetObjectOutput {
    GetObjectOutput::builder()
        .content_range(format!("bytes {byte}-7/8"))
        .body(ByteStream::from_static(&FILE.as_bytes()[byte..]))
        .build()
}

async fn read(rule: &Rule, byte: u64) -> Result<String, DownloadError> {
    let client = mock_client!(aws_sdk_s3, RuleMode::MatchAny, [rule]);
    let (object, deadline) = (object(), Deadline::after(Duration::from_mins(1)));
    let mut download = Download::open_at(&client, &object, ETAG, FILE.len() as u64, byte, deadline).await?;
    assert_eq!((download.size(), download.etag()), (8, ETAG));
    let mut text = Vec::new();
    while let Some(bytes) = download.next().await? {
        text.extend_from_slice(&bytes);
    }
    Ok(String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn it_goes_on_at_a_byte_of_the_same_object() {
    let rule = mock!(Client::get_object)
        .match_requests(|request| request.range() == Some("bytes=4-") && request.if_match() == Some(ETAG))
        .then_output(|| rest(4));
    assert_eq!(read(&rule, 4).await.unwrap(), "1,2\n");
}

#[tokio::test]
async fn from_the_beginning_no_range_is_needed() {
    let rule = mock!(Client::get_object)
        .match_requests(|request| request.range().is_none() && request.if_match() == Some(ETAG))
        .then_output(|| {
            GetObjectOutput::builder()
                .body(ByteStream::from_static(FILE.as_bytes()))
                .build()
        });
    assert_eq!(read(&rule, 0).await.unwrap(), FILE);
}

#[tokio::test]
async fn where_the_object_ends_nothing_is_asked_for() {
    let rule = mock!(Client::get_object).then_output(|| rest(0));
    assert_eq!(read(&rule, 8).await.unwrap(), "");
    assert_eq!(rule.num_calls(), 0);
}

#[tokio::test]
async fn a_range_that_was_not_asked_for_is_refused() {
    let rule = mock!(Client::get_object).then_output(|| rest(3));
    assert!(matches!(read(&rule, 4).await, Err(DownloadError::Range(4))));
}

#[tokio::test]
async fn an_object_that_is_gone_or_replaced_or_forbidden_is_told_apart() {
    for (code, expected) in [
        ("NoSuchKey", "ObjectGone"),
        ("NoSuchVersion", "ObjectGone"),
        ("PreconditionFailed", "ObjectReplaced"),
        ("InvalidObjectState", "ObjectArchived"),
        ("MethodNotAllowed", "ObjectGone"),
        ("NoSuchBucket", "ObjectNotReadable"),
        ("AccessDenied", "AccessDenied"),
    ] {
        let rule = mock!(Client::get_object).then_error(move || {
            let metadata = ErrorMetadata::builder().code(code).build();
            match code {
                "NoSuchKey" => GetObjectError::NoSuchKey(aws_sdk_s3::types::error::NoSuchKey::builder().build()),
                _ => GetObjectError::generic(metadata),
            }
        });
        assert_eq!(read(&rule, 4).await.unwrap_err().code(), expected);
    }
}
