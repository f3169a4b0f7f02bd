//! The bytes of an object, resumed where a connection broke.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use backoff::{Backoff, Deadline};
use bytes::Bytes;
use error_chain::ErrorChain;
use telemetry::trace::aws_span;
use tracing::Instrument;

use crate::error::{BodyError, ExtractError};
use crate::object::Object;

/// How long to wait for more bytes. Only waiting counts, not the time in which the function is busy sending, so that a
/// slow queue does not fail the download. That is why this stands in for the SDK's stalled-stream protection.
const PATIENCE: Duration = Duration::from_secs(20);

/// An object being read.
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
    /// Begins to read `object`.
    ///
    /// # Errors
    /// After the SDK's retries: [`ExtractError::Gone`] when there is no such object any more, and [`ExtractError::Open`].
    pub async fn open(client: &'a Client, object: &'a Object, deadline: Deadline) -> Result<Self, ExtractError> {
        let output = get(client, object, None).await?;
        let etag = output.e_tag.clone().unwrap_or_default();
        // A reply may break off and not say so. What the event says of the same object is another witness.
        let same = object.etag.as_deref() == Some(etag.trim_matches('"'));
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

    /// Goes on to read `object` at `byte`, as long as it is the one that has the `ETag` and the size that another
    /// download had.
    ///
    /// # Errors
    /// As [`Download::open`], and [`ExtractError::Replaced`] when it is another one.
    pub async fn open_at(
        client: &'a Client,
        object: &'a Object,
        etag: &str,
        size: u64,
        byte: u64,
        deadline: Deadline,
    ) -> Result<Self, ExtractError> {
        // S3 refuses a range that begins where the object ends.
        let body = if byte < size {
            get(client, object, Some((etag, byte))).await?.body
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

    /// The next bytes; `None` when all are read.
    ///
    /// # Errors
    /// [`ExtractError::Broken`] when reading failed again and again at the same place. When the object cannot be opened
    /// again: [`ExtractError::Replaced`] or [`ExtractError::Gone`] because it is not there any more, and
    /// [`ExtractError::Open`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, ExtractError> {
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
            // A checksum that fails at the very end cannot be mended by reading on.
            if self.read >= self.size || !backoff.pause().await {
                return Err(ExtractError::Broken {
                    byte: self.read,
                    source,
                });
            }
            tracing::warn!(object = %self.object, byte = self.read, reason = %ErrorChain(&source), "reading again from where it broke");
            self.resume().await?;
        }
    }

    async fn next_of_body(&mut self) -> Result<Option<Bytes>, BodyError> {
        match tokio::time::timeout(PATIENCE, self.body.try_next()).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(BodyError::Stalled(PATIENCE.as_secs())),
        }
    }

    /// Opens the object again at the first byte not read, as long as it is still the same object.
    async fn resume(&mut self) -> Result<(), ExtractError> {
        self.body = get(self.client, self.object, Some((&self.etag, self.read))).await?.body;
        Ok(())
    }
}

/// Asks for an object; with an `ETag`, for that one only, and from a byte on.
async fn get(client: &Client, object: &Object, from: Option<(&str, u64)>) -> Result<GetObjectOutput, ExtractError> {
    let byte = from.map_or(0, |(_, byte)| byte);
    let output = client
        .get_object()
        .bucket(&object.bucket)
        .key(&object.key)
        .set_version_id(object.version_id.clone())
        .set_if_match(from.map(|(etag, _)| etag.to_owned()))
        .set_range((byte > 0).then(|| format!("bytes={byte}-")))
        .send()
        .instrument(aws_span("S3", "GetObject", &object.bucket))
        .await
        .map_err(|error| failure(error, byte))?;
    let start = format!("bytes {byte}-");
    let is_range = output
        .content_range
        .as_ref()
        .is_some_and(|range| range.starts_with(&start));
    if byte > 0 && !is_range {
        return Err(ExtractError::Range(byte));
    }
    Ok(output)
}

/// What it means that the object could not be read from `byte` on.
fn failure(error: SdkError<GetObjectError>, byte: u64) -> ExtractError {
    let no_such_key = error.as_service_error().is_some_and(GetObjectError::is_no_such_key);
    let status = error.raw_response().map(|response| response.status().as_u16());
    match (error.code(), status) {
        (Some("NoSuchVersion"), _) | (None, Some(404)) => ExtractError::Gone(Box::new(error)),
        (Some("PreconditionFailed"), _) | (None, Some(412)) => ExtractError::Replaced(byte),
        _ if no_such_key => ExtractError::Gone(Box::new(error)),
        _ => ExtractError::Open(Box::new(error)),
    }
}

fn length(output: &GetObjectOutput) -> u64 {
    output
        .content_length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or_default()
}
