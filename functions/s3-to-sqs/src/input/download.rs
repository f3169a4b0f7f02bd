//! Downloads the bytes of an object, and resumes where a connection broke.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::{ByteStream, ByteStreamError};
use aws_sdk_s3::types::error::InvalidObjectState;
use aws_sdk_s3::types::{IntelligentTieringAccessTier, StorageClass};
use backoff::{Backoff, Deadline};
use bytes::Bytes;
use call_errors::explain;
use error_chain::ErrorChain;
use telemetry::trace::aws_span;
use tracing::Instrument;

use crate::object::Object;

/// The longest wait for more bytes. It replaces the SDK's stalled-stream protection, which would also count the time in
/// which the function is busy sending, so that a slow queue would fail the download.
const PATIENCE: Duration = Duration::from_secs(20);
/// Stands for the storage class of an archived object when S3 does not name it.
const UNKNOWN_CLASS: &str = "storage class unknown";

/// Why an object cannot be downloaded to its end.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// S3 does not let the object be read.
    #[error("the object cannot be read: {}", explain(.0))]
    Open(Box<SdkError<GetObjectError>>),
    /// Reading broke off, and resuming failed too.
    #[error("reading the object broke off at byte {byte}")]
    Broken {
        /// The number of bytes that had been read.
        byte: u64,
        /// The last failure.
        #[source]
        source: BodyError,
    },
    /// The object no longer exists.
    #[error("the object is gone")]
    Gone(#[source] Box<SdkError<GetObjectError>>),
    /// The version is a delete marker, or a delete marker hides the object.
    #[error("a delete marker stands in the object's place")]
    DeleteMarker,
    /// The object must be restored before it can be read.
    #[error("the object is archived ({0}) and cannot be read")]
    Archived(String),
    /// Another object has replaced it.
    #[error("the object was replaced")]
    Replaced,
    /// S3 answered with another range than the requested one.
    #[error("asked for the object from byte {0} on, S3 sent another range")]
    Range(u64),
}

/// Why no more bytes of an object arrived.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The connection broke.
    #[error(transparent)]
    Stream(#[from] ByteStreamError),
    /// The stream ended early.
    #[error("the stream ended before the object's {0} bytes were read")]
    Short(u64),
    /// No bytes arrived for a while.
    #[error("nothing came for {0} seconds")]
    Stalled(u64),
}

impl DownloadError {
    /// The stable error code of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open(error) if error.code() == Some("AccessDenied") => "AccessDenied",
            Self::Open(_) | Self::Broken { .. } | Self::Range(_) => "ObjectNotReadable",
            Self::Gone(_) | Self::DeleteMarker => "ObjectGone",
            Self::Archived(_) => "ObjectArchived",
            Self::Replaced => "ObjectReplaced",
        }
    }
}

/// The download of an object.
pub struct Download<'a> {
    client: &'a Client,
    object: &'a Object,
    body: ByteStream,
    read: u64,
    size: u64,
    etag: String,
    deadline: Deadline,
}

impl<'a> Download<'a> {
    /// Starts to read `object`. If the event identifies it by `ETag`, no other object is read.
    ///
    /// # Errors
    /// After the SDK's retries: [`DownloadError::Gone`], [`DownloadError::DeleteMarker`], [`DownloadError::Archived`]
    /// or [`DownloadError::Replaced`] when the object is not there to be read, else [`DownloadError::Open`].
    pub async fn open(client: &'a Client, object: &'a Object, deadline: Deadline) -> Result<Self, DownloadError> {
        let named = object.named_etag().map(|etag| format!("\"{etag}\""));
        let output = get(client, object, named.as_deref(), 0).await?;
        let etag = output.e_tag.clone().unwrap_or_default();
        // A truncated reply may look complete. The size in the event, if it is for the same object, reveals the
        // truncation.
        let same = object.named_etag() == Some(etag.trim_matches('"'));
        let size = length(&output).max(object.size.filter(|_| same).unwrap_or_default());
        Ok(Self {
            client,
            object,
            body: output.body,
            read: 0,
            size,
            etag,
            deadline,
        })
    }

    /// Continues to read `object` at `byte`, if it still has the `etag` that an earlier download saw. `size` is the
    /// size that the earlier download saw.
    ///
    /// # Errors
    /// As [`Download::open`], and [`DownloadError::Replaced`] when the object is another one.
    pub async fn open_at(
        client: &'a Client,
        object: &'a Object,
        etag: &str,
        size: u64,
        byte: u64,
        deadline: Deadline,
    ) -> Result<Self, DownloadError> {
        // S3 refuses a range that begins where the object ends.
        let body = if byte < size {
            get(client, object, Some(etag), byte).await?.body
        } else {
            ByteStream::default()
        };
        Ok(Self {
            client,
            object,
            body,
            read: byte,
            size,
            etag: etag.to_owned(),
            deadline,
        })
    }

    /// The object's size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The object's `ETag` as S3 gives it, with quotation marks.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// Returns the next bytes; `None` at the end.
    ///
    /// # Errors
    /// [`DownloadError::Broken`] when reading failed repeatedly at the same place; the errors of [`Download::open`]
    /// when the object cannot be opened again.
    pub async fn next(&mut self) -> Result<Option<Bytes>, DownloadError> {
        let mut backoff = Backoff::new(self.deadline);
        loop {
            let source = match self.next_of_body().await {
                Ok(Some(bytes)) => {
                    self.read += bytes.len() as u64;
                    return Ok(Some(bytes));
                }
                Ok(None) if self.read >= self.size => return Ok(None),
                Ok(None) => BodyError::Short(self.size),
                Err(error) => error,
            };
            // Resuming cannot help against a checksum that fails at the very end.
            if self.read >= self.size || !backoff.pause().await {
                return Err(DownloadError::Broken {
                    byte: self.read,
                    source,
                });
            }
            tracing::warn!(
                object = %self.object,
                byte = self.read,
                reason = %ErrorChain(&source),
                "the download broke off: reading goes on from this byte"
            );
            self.resume().await?;
        }
    }

    async fn next_of_body(&mut self) -> Result<Option<Bytes>, BodyError> {
        match tokio::time::timeout(PATIENCE, self.body.try_next()).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(BodyError::Stalled(PATIENCE.as_secs())),
        }
    }

    /// Opens the object again at the first unread byte, if it is still the same object.
    async fn resume(&mut self) -> Result<(), DownloadError> {
        self.body = get(self.client, self.object, Some(&self.etag), self.read).await?.body;
        Ok(())
    }
}

/// Requests an object from `byte` on. With an `etag`, only the object that has it.
async fn get(
    client: &Client,
    object: &Object,
    etag: Option<&str>,
    byte: u64,
) -> Result<GetObjectOutput, DownloadError> {
    let output = client
        .get_object()
        .bucket(&object.bucket)
        .key(&object.key)
        .set_version_id(object.version_id.clone())
        .set_if_match(etag.map(str::to_owned))
        .set_range((byte > 0).then(|| format!("bytes={byte}-")))
        .send()
        .instrument(aws_span("S3", "GetObject", &object.bucket))
        .await
        .map_err(failure)?;
    let start = format!("bytes {byte}-");
    let is_range = output
        .content_range
        .as_ref()
        .is_some_and(|range| range.starts_with(&start));
    if byte > 0 && !is_range {
        return Err(DownloadError::Range(byte));
    }
    Ok(output)
}

/// Classifies a failure to read the object.
fn failure(error: SdkError<GetObjectError>) -> DownloadError {
    let response = error.raw_response();
    let status = response.map(|response| response.status().as_u16());
    let hidden = response.is_some_and(|response| response.headers().get("x-amz-delete-marker") == Some("true"));
    match (error.as_service_error(), error.code(), status) {
        (Some(GetObjectError::InvalidObjectState(state)), ..) => DownloadError::Archived(archive(state)),
        (_, Some("InvalidObjectState"), _) => DownloadError::Archived(UNKNOWN_CLASS.to_owned()),
        (_, Some("MethodNotAllowed"), _) | (_, None, Some(405)) => DownloadError::DeleteMarker,
        (_, Some("NoSuchKey" | "NoSuchVersion"), _)
        | (Some(GetObjectError::NoSuchKey(_)), ..)
        | (_, None, Some(404)) => {
            if hidden {
                DownloadError::DeleteMarker
            } else {
                DownloadError::Gone(Box::new(error))
            }
        }
        (_, Some("PreconditionFailed"), _) | (_, None, Some(412)) => DownloadError::Replaced,
        _ => DownloadError::Open(Box::new(error)),
    }
}

/// The storage class of an archived object, or its archive tier in S3 Intelligent-Tiering.
fn archive(state: &InvalidObjectState) -> String {
    let tier = state.access_tier().map(IntelligentTieringAccessTier::as_str);
    let class = tier.or_else(|| state.storage_class().map(StorageClass::as_str));
    class.unwrap_or(UNKNOWN_CLASS).to_owned()
}

fn length(output: &GetObjectOutput) -> u64 {
    output
        .content_length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or_default()
}
