//! The upload of one file: in one call if it is small, otherwise in parts.

use std::time::Instant;

use indicatif::HumanBytes;

use super::error::UploadError;
use super::parts::{self, PART_BYTES};
use super::stored::Stored;
use super::transfer::Transfer;
use crate::aws_call::{CallError, failed};
use crate::cancel::{Cancel, Interrupted};
use crate::files::Source;
use crate::object::earlier_reports::EarlierReports;
use crate::object::{self, UploadedObject};
use crate::object_name::UploadName;
use crate::screen::Screen;
use crate::screen::text::{duration, plain};
use crate::stack::{Stack, of_transfer};

/// The content type of the objects.
const CONTENT_TYPE: &str = "text/csv";

/// Uploads a file. If the upload fails or is cancelled, there is no object, and no part of one.
///
/// # Errors
/// When the file cannot be read or S3 refuses it; [`UploadError::Interrupted`]. Only after [`UploadError::Unfollowed`] does the
/// object exist.
pub async fn upload(
    stack: &Stack,
    source: &Source,
    cancel: &Cancel,
    screen: &Screen,
) -> Result<UploadedObject, UploadError> {
    let started = Instant::now();
    let transfer = Transfer::of(stack, source)?;
    let stored = if source.size <= PART_BYTES {
        if cancel.is_cancelled() {
            return Err(Interrupted.into());
        }
        // This call is never cut short, since it would then be unknown whether S3 has the object.
        let stored = put(&transfer).await?;
        screen.advance(source.size);
        stored
    } else {
        parts::upload(&transfer, CONTENT_TYPE, cancel, screen).await?
    };
    let url = transfer.url();
    let path = source.path.display().to_string();
    let (path, size, took) = (plain(&path), HumanBytes(source.size), duration(started.elapsed()));
    screen.say(&format!("Uploaded {path} ({size}, {took}) to {url}"));
    // The object is being ingested from now on, even if this look fails. A repeated upload would ingest it twice.
    look_at(&transfer, stored)
        .await
        .map_err(|source| UploadError::Unfollowed { url, source })
}

/// Uploads a file in one call.
async fn put(transfer: &Transfer<'_>) -> Result<Stored, UploadError> {
    let Transfer { stack, source, file } = transfer;
    let content = file.whole()?;
    let earlier_reports = EarlierReports::of(stack, &source.key).await?;
    let put = stack.s3.put_object().bucket(&stack.data_bucket).key(&source.key);
    let put = put.content_type(CONTENT_TYPE).body(content.into()).customize();
    let put = put.config_override(of_transfer()).send().await;
    let put = put.map_err(failed(transfer.doing()))?;
    Ok(Stored {
        etag: put.e_tag,
        version_id: put.version_id,
        earlier_reports,
    })
}

/// Looks at an uploaded object, to find what is needed to follow it.
async fn look_at(transfer: &Transfer<'_>, stored: Stored) -> Result<UploadedObject, CallError> {
    let etag = stored.etag.ok_or_else(|| CallError::Incomplete {
        doing: transfer.doing(),
        missing: "ETag",
    })?;
    let etag = etag.trim_matches('"').to_owned();
    let (stack, key) = (transfer.stack, &transfer.source.key);
    let found = if let Some(version_id) = stored.version_id.as_deref() {
        object::find(stack, key, Some(version_id)).await?
    } else {
        // Another upload may have replaced the object already.
        let (etag, at) = (etag.clone(), None);
        object::find_upload(stack, key, Some(&UploadName { etag, at })).await?
    };
    Ok(UploadedObject {
        etag,
        earlier_reports: Some(stored.earlier_reports),
        ..found
    })
}
