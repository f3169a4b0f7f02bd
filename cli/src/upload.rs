//! Uploading: small files in one call, large ones in parts.
//!
//! The SDK's own transfer manager is a developer preview that is "not recommended for production environments".

use std::time::Instant;

use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::cancel::Cancel;
use crate::error::{Error, failed};
use crate::files::Source;
use crate::local_file::{File, unreadable};
use crate::report::{self, Known};
use crate::screen::Screen;
use crate::stack::Stack;

/// The size of a part; a file that is no larger goes in one call. S3's least is 5 MiB.
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// S3's most parts of an upload.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const MAX_PARTS: u64 = 10_000;
/// Parts of a file under way at once.
const PARTS_AT_ONCE: usize = 4;
/// What S3 is told that the file is.
const CONTENT_TYPE: &str = "text/csv";
/// By how many seconds the times of one upload may differ: `Last-Modified` of its object, `eventTime` of its event.
const CLOCKS: i64 = 5;

/// An object that is in the data bucket.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Its `ETag`, without quotation marks.
    pub etag: String,
    /// Its version, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// When it came to be, by S3's clock, in seconds since the Unix epoch.
    pub at: i64,
    /// Reports of earlier uploads of the key.
    pub known: Known,
}

impl Upload {
    /// `s3://BUCKET/KEY`
    #[must_use]
    pub fn url(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// Whether what happened at this time, in seconds since the Unix epoch, may have come of it. Reports of shortly
    /// before are told from its own by [`known`](Self::known).
    #[must_use]
    pub fn may_have_led_to(&self, time: i64) -> bool {
        time >= self.at.saturating_sub(CLOCKS)
    }
}

/// What S3 says of an object that it took.
struct Stored {
    etag: Option<String>,
    version_id: Option<String>,
    known: Known,
}

/// Uploads a file. When it fails or is cancelled there is no object, and no part of one.
///
/// # Errors
/// When the file cannot be read or S3 does not take it; [`Error::Interrupted`]. Only after [`Error::Unfollowed`] the
/// object is there.
pub async fn upload(stack: &Stack, source: &Source, cancel: &Cancel, screen: &Screen) -> Result<Upload, Error> {
    let started = Instant::now();
    let file = File::of(source)?;
    let stored = if source.size <= PART_BYTES {
        if cancel.is_cancelled() {
            return Err(Error::Interrupted);
        }
        // Never cut short: nobody could say then whether S3 has it.
        let stored = put(stack, source, &file).await?;
        screen.advance(source.size);
        stored
    } else {
        in_parts(stack, source, &file, cancel, screen).await?
    };
    let url = format!("s3://{}/{}", stack.data_bucket, source.key);
    screen.uploaded(source, started.elapsed(), &url);
    // It is being ingested from now on, whatever else fails: whoever repeated it would ingest it twice.
    look_at(stack, source, stored)
        .await
        .map_err(|source| Error::Unfollowed {
            url,
            source: Box::new(source),
        })
}

/// What is to be followed of an object that S3 took.
async fn look_at(stack: &Stack, source: &Source, stored: Stored) -> Result<Upload, Error> {
    let doing = uploading(stack, source);
    let etag = stored.etag.ok_or(Error::Reply { doing, missing: "ETag" })?;
    let found = find(stack, &source.key, stored.version_id.as_deref()).await?;
    Ok(Upload {
        etag: etag.trim_matches('"').to_owned(),
        known: stored.known,
        ..found
    })
}

/// An object that was uploaded before.
///
/// # Errors
/// When it is not there or may not be read.
pub async fn find(stack: &Stack, key: &str, version_id: Option<&str>) -> Result<Upload, Error> {
    let head = stack.s3.head_object().bucket(&stack.data_bucket).key(key);
    let head = head.set_version_id(version_id.map(str::to_owned)).send().await;
    let doing = format!("looking at s3://{}/{key}", stack.data_bucket);
    // A reply to HEAD has no body, and so no code.
    let head = head.map_err(|error| match error.as_service_error() {
        Some(service) if service.is_not_found() => failed(format!("{doing}, which is not there"))(error),
        _ => failed(format!("{doing} (s3:GetObject)"))(error),
    })?;
    let missing = |missing| Error::Reply {
        doing: doing.clone(),
        missing,
    };
    Ok(Upload {
        bucket: stack.data_bucket.clone(),
        key: key.to_owned(),
        etag: head.e_tag.ok_or_else(|| missing("ETag"))?.trim_matches('"').to_owned(),
        version_id: head.version_id.filter(|version| version != "null"),
        at: head
            .last_modified
            .as_ref()
            .map(DateTime::secs)
            .ok_or_else(|| missing("Last-Modified"))?,
        known: Known::default(),
    })
}

async fn put(stack: &Stack, source: &Source, file: &File<'_>) -> Result<Stored, Error> {
    let content = std::fs::read(file.path).map_err(|error| unreadable(file.path, error))?;
    file.unchanged()?;
    let known = report::known(stack, &source.key).await?;
    let put = stack.s3.put_object().bucket(&stack.data_bucket).key(&source.key);
    let put = put.content_type(CONTENT_TYPE).body(content.into()).send().await;
    let put = put.map_err(failed(uploading(stack, source)))?;
    Ok(Stored {
        etag: put.e_tag,
        version_id: put.version_id,
        known,
    })
}

async fn in_parts(
    stack: &Stack,
    source: &Source,
    file: &File<'_>,
    cancel: &Cancel,
    screen: &Screen,
) -> Result<Stored, Error> {
    let create = stack
        .s3
        .create_multipart_upload()
        .bucket(&stack.data_bucket)
        .key(&source.key);
    // The parts carry this checksum, which the SDK adds to them; S3 wants to be told beforehand.
    let create = create
        .content_type(CONTENT_TYPE)
        .checksum_algorithm(ChecksumAlgorithm::Crc32);
    let created = create.send().await.map_err(failed(uploading(stack, source)))?;
    let doing = uploading(stack, source);
    let id = created.upload_id.ok_or(Error::Reply {
        doing,
        missing: "UploadId",
    })?;

    let completed = match cancel.or(parts(stack, source, file, &id, screen)).await {
        Ok((parts, known)) => complete(stack, source, &id, parts)
            .await
            .map(|stored| Stored { known, ..stored }),
        Err(error) => Err(error),
    };
    if completed.is_err() {
        let abort = stack
            .s3
            .abort_multipart_upload()
            .bucket(&stack.data_bucket)
            .key(&source.key);
        // When this fails, too, the bucket's lifecycle rule removes the parts after a day.
        let _ = abort.upload_id(&id).send().await;
    }
    completed
}

/// Sends all parts. Beside them, the reports that are there right before the object is.
async fn parts(
    stack: &Stack,
    source: &Source,
    file: &File<'_>,
    id: &str,
    screen: &Screen,
) -> Result<(Vec<CompletedPart>, Known), Error> {
    let sending = pieces(source.size)
        .enumerate()
        .map(|(index, (start, length))| async move {
            // At most MAX_PARTS.
            let number = i32::try_from(index + 1).unwrap_or(i32::MAX);
            let part = stack.s3.upload_part().bucket(&stack.data_bucket).key(&source.key);
            let part = part
                .upload_id(id)
                .part_number(number)
                .body(file.piece(start, length).await?);
            let part = part.send().await.map_err(failed(uploading(stack, source)))?;
            screen.advance(length);
            Ok::<_, Error>(
                CompletedPart::builder()
                    .part_number(number)
                    .set_e_tag(part.e_tag)
                    .set_checksum_crc32(part.checksum_crc32)
                    .build(),
            )
        });
    let parts = stream::iter(sending).buffered(PARTS_AT_ONCE).try_collect().await?;
    file.unchanged()?;
    Ok((parts, report::known(stack, &source.key).await?))
}

async fn complete(stack: &Stack, source: &Source, id: &str, parts: Vec<CompletedPart>) -> Result<Stored, Error> {
    let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
    let complete = stack
        .s3
        .complete_multipart_upload()
        .bucket(&stack.data_bucket)
        .key(&source.key);
    let complete = complete.upload_id(id).multipart_upload(parts).send().await;
    let complete = complete.map_err(failed(uploading(stack, source)))?;
    Ok(Stored {
        etag: complete.e_tag,
        version_id: complete.version_id,
        known: Known::default(),
    })
}

fn uploading(stack: &Stack, source: &Source) -> String {
    let Source { path, key, .. } = source;
    format!("uploading {} to s3://{}/{key}", path.display(), stack.data_bucket)
}

/// Start and length of each part of so many bytes.
fn pieces(size: u64) -> impl Iterator<Item = (u64, u64)> {
    let mib = 1024 * 1024;
    let length = PART_BYTES.max(size.div_ceil(MAX_PARTS).next_multiple_of(mib));
    (0..size.div_ceil(length)).map(move |index| (index * length, length.min(size - index * length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_file_and_are_no_more_than_s3_takes() {
        for size in [PART_BYTES + 1, 3 * PART_BYTES, 100 * 1024 * PART_BYTES + 7, 5 << 40] {
            let mut next = 0;
            let mut count = 0;
            for (start, length) in pieces(size) {
                assert_eq!(start, next);
                assert!(length > 0);
                (next, count) = (start + length, count + 1);
            }
            assert_eq!(next, size);
            assert!(count <= MAX_PARTS, "{count} parts of {size} bytes");
        }
    }
}
