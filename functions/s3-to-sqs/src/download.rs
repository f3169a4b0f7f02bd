//! The bytes of an object, resumed where a connection broke.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use backoff::{Backoff, Deadline};
use bytes::Bytes;
use causes::Causes;

use crate::error::{BodyError, ExtractError};
use crate::event::Object;

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
    /// [`ExtractError::Open`] after the SDK's retries.
    pub async fn open(client: &'a Client, object: &'a Object, deadline: Deadline) -> Result<Self, ExtractError> {
        let output = client
            .get_object()
            .bucket(&object.bucket)
            .key(&object.key)
            .set_version_id(object.version_id.clone())
            .send()
            .await
            .map_err(|error| ExtractError::Open(Box::new(error)))?;
        let size = length(&output);
        let etag = output.e_tag.unwrap_or_default();
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

    /// The object's size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The object's ETag without its quotation marks.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.etag.trim_matches('"')
    }

    /// The next bytes; `None` when all are read.
    ///
    /// # Errors
    /// [`ExtractError::Broken`] when reading failed again and again at the same place, and [`ExtractError::Open`] when
    /// the object cannot be opened again, for example because it was replaced meanwhile.
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
            tracing::warn!(object = %self.object, byte = self.read, reason = %Causes(&source), "reading again from where it broke");
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
        let output = self
            .client
            .get_object()
            .bucket(&self.object.bucket)
            .key(&self.object.key)
            .set_version_id(self.object.version_id.clone())
            .range(format!("bytes={}-", self.read))
            .if_match(&self.etag)
            .send()
            .await
            .map_err(|error| ExtractError::Open(Box::new(error)))?;
        let start = format!("bytes {}-", self.read);
        if !output.content_range.is_some_and(|range| range.starts_with(&start)) {
            return Err(ExtractError::Range(self.read));
        }
        self.body = output.body;
        Ok(())
    }
}

fn length(output: &GetObjectOutput) -> u64 {
    output
        .content_length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or_default()
}
