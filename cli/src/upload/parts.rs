//! The upload of a large file in parts.
//!
//! The SDK's own transfer manager is a developer preview that is "not recommended for production environments".

use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use futures::stream::{self, StreamExt, TryStreamExt};

use super::error::UploadError;
use super::stored::Stored;
use super::transfer::Transfer;
use crate::aws_call::{CallError, failed};
use crate::cancel::Cancel;
use crate::object::earlier_reports::EarlierReports;
use crate::screen::Screen;
use crate::stack::of_transfer;

/// The size of a part, and of the largest file that is uploaded in one call. The least that S3 takes is 5 MiB.
pub const PART_BYTES: u64 = 8 * 1024 * 1024;
/// The most parts of one upload that S3 takes.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const MAX_PARTS: u64 = 10_000;
/// The number of parts of a file that are uploaded at once.
const PARTS_AT_ONCE: usize = 4;

/// Uploads a file in parts. If the upload fails or is cancelled, the parts are removed.
///
/// # Errors
/// When the file cannot be read or S3 refuses it; [`UploadError::Interrupted`].
pub async fn upload(
    transfer: &Transfer<'_>,
    content_type: &str,
    cancel: &Cancel,
    screen: &Screen,
) -> Result<Stored, UploadError> {
    let Transfer { stack, source, .. } = transfer;
    let create = stack
        .s3
        .create_multipart_upload()
        .bucket(&stack.data_bucket)
        .key(&source.key);
    // The SDK adds this checksum to each part, and S3 must know it beforehand.
    let create = create
        .content_type(content_type)
        .checksum_algorithm(ChecksumAlgorithm::Crc32);
    let created = create.send().await.map_err(failed(transfer.doing()))?;
    let id = created.upload_id.ok_or_else(|| CallError::Incomplete {
        doing: transfer.doing(),
        missing: "UploadId",
    })?;

    let completed = match cancel.or(send(transfer, &id, screen)).await {
        Ok((parts, earlier_reports)) => complete(transfer, &id, parts, earlier_reports).await,
        Err(error) => Err(error),
    };
    if completed.is_err() {
        let abort = stack
            .s3
            .abort_multipart_upload()
            .bucket(&stack.data_bucket)
            .key(&source.key);
        // If this fails, too, the bucket's lifecycle rule removes the parts after a day.
        let _ = abort.upload_id(&id).send().await;
    }
    completed
}

/// Sends all parts. Returns them, and the reports of the key that exist right before the object does.
async fn send(
    transfer: &Transfer<'_>,
    id: &str,
    screen: &Screen,
) -> Result<(Vec<CompletedPart>, EarlierReports), UploadError> {
    let Transfer { stack, source, file } = transfer;
    let sending = pieces(source.size)
        .enumerate()
        .map(|(index, (start, length))| async move {
            // There are at most MAX_PARTS, so the number always fits.
            let number = i32::try_from(index + 1).unwrap_or(i32::MAX);
            let part = stack.s3.upload_part().bucket(&stack.data_bucket).key(&source.key);
            let part = part
                .upload_id(id)
                .part_number(number)
                .body(file.piece(start, length).await?);
            let part = part
                .customize()
                .config_override(of_transfer())
                .send()
                .await
                .map_err(failed(transfer.doing()))?;
            screen.advance(length);
            Ok::<_, UploadError>(
                CompletedPart::builder()
                    .part_number(number)
                    .set_e_tag(part.e_tag)
                    .set_checksum_crc32(part.checksum_crc32)
                    .build(),
            )
        });
    let parts = stream::iter(sending).buffered(PARTS_AT_ONCE).try_collect().await?;
    file.unchanged()?;
    Ok((parts, EarlierReports::of(stack, &source.key).await?))
}

async fn complete(
    transfer: &Transfer<'_>,
    id: &str,
    parts: Vec<CompletedPart>,
    earlier_reports: EarlierReports,
) -> Result<Stored, UploadError> {
    let Transfer { stack, source, .. } = transfer;
    let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
    let complete = stack
        .s3
        .complete_multipart_upload()
        .bucket(&stack.data_bucket)
        .key(&source.key);
    let complete = complete.upload_id(id).multipart_upload(parts).customize();
    let complete = complete.config_override(of_transfer()).send().await;
    let complete = complete.map_err(failed(transfer.doing()))?;
    Ok(Stored {
        etag: complete.e_tag,
        version_id: complete.version_id,
        earlier_reports,
    })
}

/// The start and the length of each part of a file of `size` bytes.
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
