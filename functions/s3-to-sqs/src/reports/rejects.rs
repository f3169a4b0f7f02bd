//! Rejected rows, kept in the report bucket: one file for each invocation that has any.
//!
//! Columns: `line` and `byte` (where the row starts in the object), `length` (in bytes), `column` (the bad ones,
//! separated by `; `), `reason`, and `row`, the original text byte for byte. However many rows there are, memory is
//! bounded: the file goes out in parts.

use std::error::Error;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};

use super::ReportError;
use super::keys::{file_key, rejected_name};
use crate::rows::{Position, RejectedRow};

/// The least size of a part but the last.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const PART_BYTES: usize = 5 * 1024 * 1024;
/// The most parts but the last few, so that what is under way still fits (same source: 10,000).
const MANY_PARTS: usize = 9_900;
const COLUMNS: [&str; 6] = ["line", "byte", "length", "column", "reason", "row"];
const CONTENT_TYPE: &str = "text/csv";

/// The file being written. Nothing is created before the first row.
pub struct Rejects<'a> {
    client: &'a Client,
    bucket: &'a str,
    key: String,
    name: String,
    csv: csv::Writer<Vec<u8>>,
    upload: Option<Upload>,
    count: u64,
    lines: Option<(u64, u64)>,
}

struct Upload {
    id: String,
    parts: Vec<CompletedPart>,
}

impl<'a> Rejects<'a> {
    /// The rejected rows of an object in one invocation, to be kept in the report bucket.
    #[must_use]
    pub fn new(client: &'a Client, bucket: &'a str, object_key: &str, etag: &str, invocation: u32) -> Self {
        let name = rejected_name(invocation);
        Self {
            client,
            bucket,
            key: file_key(object_key, etag, &name),
            name,
            csv: csv::Writer::from_writer(Vec::new()),
            upload: None,
            count: 0,
            lines: None,
        }
    }

    /// The name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of rows so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether it is time to begin another file.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.upload
            .as_ref()
            .is_some_and(|upload| upload.parts.len() >= MANY_PARTS)
    }

    /// The first and the last line of the object that has a rejected row.
    #[must_use]
    pub fn lines(&self) -> Option<(u64, u64)> {
        self.lines
    }

    /// Keeps a row. `columns` are those to blame, none when it is the row as a whole.
    ///
    /// # Errors
    /// [`ReportError`] when a part cannot be written.
    pub async fn push(&mut self, row: &RejectedRow, columns: &str, reason: &str) -> Result<(), ReportError> {
        if self.count == 0 {
            self.csv.write_record(COLUMNS).map_err(ReportError::new)?;
        }
        let Position { line, byte } = row.position;
        let numbers = [line, byte, row.length].map(|number| number.to_string());
        let fields = numbers
            .iter()
            .map(String::as_bytes)
            .chain([columns.as_bytes(), reason.as_bytes(), &row.text]);
        self.csv.write_record(fields).map_err(ReportError::new)?;
        self.count += 1;
        let (first, last) = self.lines.unwrap_or((line, line));
        self.lines = Some((first.min(line), last.max(line)));
        if self.csv.get_ref().len() >= PART_BYTES {
            self.put_part().await.map_err(ReportError)?;
        }
        Ok(())
    }

    /// Writes what is left, if there is anything.
    ///
    /// # Errors
    /// [`ReportError`] when it cannot be written.
    pub async fn finish(&mut self) -> Result<(), ReportError> {
        if self.count == 0 {
            return Ok(());
        }
        let result = if self.upload.is_some() {
            self.complete().await
        } else {
            self.put_object().await
        };
        result.map_err(ReportError)
    }

    /// Gives up what was begun, so that S3 does not keep parts that nobody sees. The bucket's lifecycle rule does the
    /// same for what is left when this fails.
    pub async fn abandon(&mut self) {
        let Some(Upload { id, .. }) = self.upload.take() else {
            return;
        };
        let abort = self
            .client
            .abort_multipart_upload()
            .bucket(self.bucket)
            .key(&self.key)
            .upload_id(id);
        if let Err(error) = abort.send().await {
            tracing::warn!(key = self.key, reason = %error.into_service_error(), "parts of rejected rows are left behind");
        }
    }

    fn take_buffer(&mut self) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let writer = std::mem::replace(&mut self.csv, csv::Writer::from_writer(Vec::new()));
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    async fn put_object(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let body = ByteStream::from(self.take_buffer()?);
        let put = self
            .client
            .put_object()
            .bucket(self.bucket)
            .key(&self.key)
            .content_type(CONTENT_TYPE);
        put.body(body).send().await?;
        Ok(())
    }

    async fn put_part(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let body = ByteStream::from(self.take_buffer()?);
        if self.upload.is_none() {
            let create = self.client.create_multipart_upload().bucket(self.bucket).key(&self.key);
            // The parts carry this checksum, which the SDK adds to them; S3 wants to be told beforehand.
            let id = create
                .content_type(CONTENT_TYPE)
                .checksum_algorithm(ChecksumAlgorithm::Crc32)
                .send()
                .await?
                .upload_id
                .ok_or("S3 gave no upload id")?;
            self.upload = Some(Upload { id, parts: Vec::new() });
        }
        let Some(upload) = &mut self.upload else { return Ok(()) };
        let number = i32::try_from(upload.parts.len() + 1)?;
        let part = self.client.upload_part().bucket(self.bucket).key(&self.key);
        let part = part.upload_id(&upload.id).part_number(number).body(body).send().await?;
        let part = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(part.e_tag)
            .set_checksum_crc32(part.checksum_crc32)
            .build();
        upload.parts.push(part);
        Ok(())
    }

    async fn complete(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.put_part().await?;
        let Some(Upload { id, parts }) = &self.upload else {
            return Ok(());
        };
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts.clone()))
            .build();
        let complete = self
            .client
            .complete_multipart_upload()
            .bucket(self.bucket)
            .key(&self.key);
        complete.upload_id(id).multipart_upload(parts).send().await?;
        self.upload = None;
        Ok(())
    }
}
