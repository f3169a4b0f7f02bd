//! Simulated S3: the data bucket and the report bucket.

use std::sync::{Arc, Mutex};

use aws_sdk_s3::error::ErrorMetadata;
use aws_sdk_s3::operation::abort_multipart_upload::AbortMultipartUploadOutput;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::operation::create_multipart_upload::CreateMultipartUploadOutput;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectInput, GetObjectOutput};
use aws_sdk_s3::operation::head_object::{HeadObjectError, HeadObjectOutput};
use aws_sdk_s3::operation::put_object::{PutObjectError, PutObjectOutput};
use aws_sdk_s3::operation::upload_part::UploadPartOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::StorageClass;
use aws_sdk_s3::types::error::{InvalidObjectState, NoSuchKey, NotFound};
use aws_smithy_mocks::{MockResponse, Rule, mock};

use super::{ETAG, LAST_MODIFIED, Now, State};

/// A data bucket with one file, and a report bucket.
pub fn rules(state: &Arc<Mutex<State>>, file: &[u8], piece: usize) -> Vec<Rule> {
    let file = file.to_vec();
    let for_get = Arc::clone(state);
    let get = mock!(aws_sdk_s3::Client::get_object).then_compute_response(move |request| {
        let mut state = for_get.lock().unwrap();
        state.reads.push(request.range.clone());
        let is_open = state.reads.len() > 1;
        let expected = request.if_match().map(|etag| etag.trim_matches('"') == ETAG);
        match state.now {
            Now::Deleted => return MockResponse::Error(GetObjectError::NoSuchKey(NoSuchKey::builder().build())),
            Now::Archived => {
                let state = InvalidObjectState::builder().storage_class(StorageClass::Glacier);
                return MockResponse::Error(GetObjectError::InvalidObjectState(state.build()));
            }
            Now::Hidden => return MockResponse::Error(generic("MethodNotAllowed")),
            Now::Replaced if is_open => return MockResponse::Error(generic("PreconditionFailed")),
            _ if request.key() == Some("data.csv") && expected == Some(false) => {
                return MockResponse::Error(generic("PreconditionFailed"));
            }
            _ => {}
        }
        let lying = std::mem::take(&mut state.lying);
        get_object(&file, piece, lying, request)
    });
    let for_head = Arc::clone(state);
    let head = mock!(aws_sdk_s3::Client::head_object).then_compute_response(move |request| {
        let mut state = for_head.lock().unwrap();
        state.heads += 1;
        match (&state.now, request.key()) {
            (Now::Replaced, _) if !state.reads.is_empty() => {
                let failed = ErrorMetadata::builder().code("PreconditionFailed").build();
                MockResponse::Error(HeadObjectError::generic(failed))
            }
            (Now::There | Now::Replaced | Now::Archived, Some("data.csv")) => MockResponse::Output(
                HeadObjectOutput::builder()
                    .last_modified(DateTime::from_secs(LAST_MODIFIED))
                    .build(),
            ),
            _ => MockResponse::Error(HeadObjectError::NotFound(NotFound::builder().build())),
        }
    });
    let for_put = Arc::clone(state);
    let put = mock!(aws_sdk_s3::Client::put_object).then_compute_response(move |request| {
        assert_eq!(request.bucket(), Some("reports"), "only the report bucket is written");
        let body = request.body().bytes().unwrap().to_vec();
        let written = &mut for_put.lock().unwrap().written;
        let key = request.key().unwrap();
        if request.if_none_match() == Some("*") && written.contains_key(key) {
            let failed = ErrorMetadata::builder().code("PreconditionFailed").build();
            return MockResponse::Error(PutObjectError::generic(failed));
        }
        written.insert(key.into(), body);
        MockResponse::Output(PutObjectOutput::builder().build())
    });
    let create = mock!(aws_sdk_s3::Client::create_multipart_upload)
        .then_compute_output(|_| CreateMultipartUploadOutput::builder().upload_id("upload").build());
    let for_part = Arc::clone(state);
    let part = mock!(aws_sdk_s3::Client::upload_part).then_compute_output(move |request| {
        let mut state = for_part.lock().unwrap();
        state.parts += 1;
        assert_eq!(request.part_number(), i32::try_from(state.parts).ok());
        let body = request.body().bytes().unwrap();
        state
            .written
            .entry(format!("unfinished {}", request.key().unwrap()))
            .or_default()
            .extend_from_slice(body);
        UploadPartOutput::builder()
            .e_tag(format!("part {}", state.parts))
            .build()
    });
    let for_complete = Arc::clone(state);
    let complete = mock!(aws_sdk_s3::Client::complete_multipart_upload).then_compute_output(move |request| {
        let mut state = for_complete.lock().unwrap();
        assert_eq!(request.multipart_upload().unwrap().parts().len(), state.parts);
        let key = request.key().unwrap();
        let file = state.written.remove(&format!("unfinished {key}")).unwrap();
        state.written.insert(key.to_owned(), file);
        CompleteMultipartUploadOutput::builder().build()
    });
    let for_abort = Arc::clone(state);
    let abort = mock!(aws_sdk_s3::Client::abort_multipart_upload).then_compute_output(move |request| {
        let mut state = for_abort.lock().unwrap();
        state.written.remove(&format!("unfinished {}", request.key().unwrap()));
        state.abandoned = true;
        if let Some(then) = &state.when_abandoned {
            then();
        }
        AbortMultipartUploadOutput::builder().build()
    });
    vec![get, head, put, create, part, complete, abort]
}

fn generic(code: &str) -> GetObjectError {
    GetObjectError::generic(ErrorMetadata::builder().code(code).build())
}

fn get_object(
    file: &[u8],
    piece: usize,
    lying: bool,
    request: &GetObjectInput,
) -> MockResponse<GetObjectOutput, GetObjectError> {
    match request.key().unwrap() {
        "data.csv" => {}
        "gone.csv" => return MockResponse::Error(GetObjectError::NoSuchKey(NoSuchKey::builder().build())),
        _ => return MockResponse::Error(generic("AccessDenied")),
    }
    let start = request.range().map_or(0, |range| {
        assert_eq!(
            request.if_match(),
            Some(format!("\"{ETAG}\"").as_str()),
            "the same object as before"
        );
        range
            .trim_start_matches("bytes=")
            .trim_end_matches('-')
            .parse()
            .unwrap()
    });
    let rest = &file[start..];
    let body = rest[..rest.len().min(piece)].to_vec();
    MockResponse::Output(
        GetObjectOutput::builder()
            .e_tag(format!("\"{ETAG}\""))
            .content_length(i64::try_from(if lying { body.len() } else { rest.len() }).unwrap())
            .set_content_range(
                request
                    .range()
                    .map(|_| format!("bytes {start}-{}/{}", file.len() - 1, file.len())),
            )
            .body(ByteStream::from(body))
            .build(),
    )
}
