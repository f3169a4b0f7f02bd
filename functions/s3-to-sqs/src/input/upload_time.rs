//! The time of an upload whose event does not have it.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::head_object::HeadObjectError;
use telemetry::trace::aws_span;
use tracing::Instrument;

use crate::object::Object;

/// S3 did not return the time of the upload.
#[derive(Debug, thiserror::Error)]
#[error("S3 does not say when the object was uploaded")]
pub struct UploadTimeError(#[source] Box<SdkError<HeadObjectError>>);

/// The time of an object's upload, in milliseconds since the Unix epoch: its `Last-Modified`, in whole seconds, which
/// is the same on each retry that finds the object. 0 when S3 refuses the request; it will then refuse to let the object
/// be read, too.
///
/// # Errors
/// [`UploadTimeError`] after the SDK's retries, when a later attempt may succeed.
pub async fn last_modified(client: &Client, object: &Object) -> Result<u64, UploadTimeError> {
    let head = client
        .head_object()
        .bucket(&object.bucket)
        .key(&object.key)
        .set_version_id(object.version_id.clone())
        .set_if_match(object.named_etag().map(|etag| format!("\"{etag}\"")))
        .send()
        .instrument(aws_span("S3", "HeadObject", &object.bucket))
        .await;
    match head {
        Ok(head) => {
            let millis = head.last_modified.and_then(|time| time.to_millis().ok());
            Ok(millis.and_then(|millis| u64::try_from(millis).ok()).unwrap_or_default())
        }
        Err(error) if is_refusal(&error) => Ok(0),
        Err(error) => Err(UploadTimeError(Box::new(error))),
    }
}

/// Whether S3 has given a final refusal. Only its reply to `GetObject` has a body that states the reason.
fn is_refusal(error: &SdkError<HeadObjectError>) -> bool {
    let is_transient = error.raw_response().is_some_and(|response| {
        let status = response.status();
        status.is_server_error() || status.as_u16() == 429
    });
    error.as_service_error().is_some() && !is_transient
}
