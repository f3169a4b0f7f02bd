//! Uploads a file of rejected rows: in one call, or in parts when it is long.

use std::error::Error;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use call_errors::{FailedCall, explain};

/// The least size of every part except the last, in bytes.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
pub(super) const PART_BYTES: usize = 5 * 1024 * 1024;
/// The number of parts after which another file begins. It leaves room for the data under way below S3's limit of
/// 10,000 parts (same source).
const MANY_PARTS: usize = 9_900;
const CONTENT_TYPE: &str = "text/csv";

/// The failure of any call to S3.
pub(super) type UploadError = Box<dyn Error + Send + Sync>;

/// A file that is being uploaded to the report bucket. Nothing is created before the first part.
pub(super) struct Upload<'a> {
    client: &'a Client,
    bucket: &'a str,
    key: String,
    parts: Option<Parts>,
}

/// The parts that S3 has received.
struct Parts {
    upload_id: String,
    completed: Vec<CompletedPart>,
}

impl<'a> Upload<'a> {
    pub fn new(client: &'a Client, bucket: &'a str, key: String) -> Self {
        Self {
            client,
            bucket,
            key,
            parts: None,
        }
    }

    /// Whether another file should begin.
    pub fn is_full(&self) -> bool {
        self.parts
            .as_ref()
            .is_some_and(|parts| parts.completed.len() >= MANY_PARTS)
    }

    /// Uploads a part.
    pub async fn put_part(&mut self, bytes: Vec<u8>) -> Result<(), UploadError> {
        if self.parts.is_none() {
            let create = self.client.create_multipart_upload().bucket(self.bucket).key(&self.key);
            // The SDK adds this checksum to each part, and S3 must know that beforehand.
            let upload_id = create
                .content_type(CONTENT_TYPE)
                .checksum_algorithm(ChecksumAlgorithm::Crc32)
                .send()
                .await
                .map_err(|error| FailedCall::of(&error))?
                .upload_id
                .ok_or("S3 gave no upload id")?;
            self.parts = Some(Parts {
                upload_id,
                completed: Vec::new(),
            });
        }
        let Some(parts) = &mut self.parts else { return Ok(()) };
        let number = i32::try_from(parts.completed.len() + 1)?;
        let part = self.client.upload_part().bucket(self.bucket).key(&self.key);
        let part = part.upload_id(&parts.upload_id).part_number(number);
        let part = part.body(ByteStream::from(bytes)).send().await;
        let part = part.map_err(|error| FailedCall::of(&error))?;
        let part = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(part.e_tag)
            .set_checksum_crc32(part.checksum_crc32)
            .build();
        parts.completed.push(part);
        Ok(())
    }

    /// Uploads the last bytes, or all of them when there was no part.
    pub async fn finish(&mut self, bytes: Vec<u8>) -> Result<(), UploadError> {
        if self.parts.is_none() {
            return self.put_object(bytes).await;
        }
        self.put_part(bytes).await?;
        self.complete().await
    }

    /// Aborts the upload, so that S3 does not keep invisible parts. If this fails, the bucket's lifecycle rule removes
    /// them.
    pub async fn abandon(&mut self) {
        let Some(Parts { upload_id, .. }) = self.parts.take() else {
            return;
        };
        let abort = self.client.abort_multipart_upload().bucket(self.bucket).key(&self.key);
        if let Err(error) = abort.upload_id(upload_id).send().await {
            tracing::warn!(
                key = self.key,
                reason = explain(&error),
                "parts of rejected rows are left behind"
            );
        }
    }

    async fn put_object(&self, bytes: Vec<u8>) -> Result<(), UploadError> {
        let put = self.client.put_object().bucket(self.bucket).key(&self.key);
        let put = put.content_type(CONTENT_TYPE).body(ByteStream::from(bytes));
        put.send().await.map_err(|error| FailedCall::of(&error))?;
        Ok(())
    }

    async fn complete(&mut self) -> Result<(), UploadError> {
        let Some(Parts { upload_id, completed }) = &self.parts else {
            return Ok(());
        };
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(completed.clone()))
            .build();
        let complete = self.client.complete_multipart_upload().bucket(self.bucket);
        let complete = complete.key(&self.key).upload_id(upload_id).multipart_upload(parts);
        complete.send().await.map_err(|error| FailedCall::of(&error))?;
        self.parts = None;
        Ok(())
    }
}
