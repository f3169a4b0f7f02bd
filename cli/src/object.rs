//! Uploaded objects of the data bucket, and the keys of their reports.

pub mod change;
pub mod earlier_reports;
pub mod report_key;

use aws_sdk_s3::primitives::DateTime;

use crate::aws_call::{CallError, failed};
use crate::object_name::UploadName;
use crate::stack::Stack;
use change::Change;
use earlier_reports::EarlierReports;
use report_key::report_key;

/// The most seconds by which the times of one upload may differ: `Last-Modified` of its object and `eventTime` of its event.
pub const CLOCKS: i64 = 5;

/// An object that was uploaded to the data bucket.
#[derive(Clone, Debug)]
pub struct UploadedObject {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The `ETag`, without quotation marks.
    pub etag: String,
    /// The version, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// The time of the upload by S3's clock, in seconds since the Unix epoch; `None` when it is unknown.
    pub at: Option<i64>,
    /// The reports of earlier uploads of the key; `None` when they were not listed before this upload.
    pub earlier_reports: Option<EarlierReports>,
}

impl UploadedObject {
    /// `s3://BUCKET/KEY`
    #[must_use]
    pub fn url(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// `s3://BUCKET/KEY#etag=ETAG@SECONDS`, which names exactly this upload; without the time when it is unknown.
    #[must_use]
    pub fn reference(&self) -> String {
        let at = self.at.map(|at| format!("@{at}")).unwrap_or_default();
        format!("{}#etag={}{at}", self.url(), self.etag)
    }

    /// Whether reports and events of this upload can be distinguished from those of earlier uploads of the same content.
    #[must_use]
    pub fn is_distinct(&self) -> bool {
        self.at.is_some() || self.version_id.is_some() || self.earlier_reports.is_some()
    }

    /// Whether another description is one of the same upload. Their times may differ by `tolerance` seconds.
    #[must_use]
    pub fn is_same_upload(&self, other: &Self, tolerance: u64) -> bool {
        let is_same_version = match (&self.version_id, &other.version_id) {
            (Some(version), Some(other)) => version == other,
            _ => true,
        };
        let is_same_time = match (self.at, other.at) {
            (Some(at), Some(other)) => at.abs_diff(other) <= tolerance,
            (at, other) => at == other,
        };
        let is_same_content = self.bucket == other.bucket && self.key == other.key && self.etag == other.etag;
        is_same_content && is_same_version && is_same_time
    }

    /// Whether an earlier upload of the same content is known to have a report.
    #[must_use]
    pub fn has_earlier_report(&self) -> bool {
        let earlier = self.earlier_reports.as_ref();
        earlier.is_some_and(|earlier| earlier.have(&report_key(&self.key, &self.etag)))
    }

    /// Whether something that happened at this time, in seconds since the Unix epoch, may be a consequence of this upload.
    /// Reports from shortly before the upload are excluded by [`earlier_reports`](Self::earlier_reports).
    #[must_use]
    pub fn may_have_led_to(&self, time: i64) -> bool {
        self.at.is_none_or(|at| time >= at.saturating_sub(CLOCKS))
    }
}

/// Finds the upload of a key that is named, or else the present one. A named upload may have been replaced or deleted since; its
/// report still says how it ended.
///
/// # Errors
/// When the present object is wanted and does not exist, or may not be read.
pub async fn find_upload(stack: &Stack, key: &str, upload: Option<&UploadName>) -> Result<UploadedObject, CallError> {
    let Some(UploadName { etag, at }) = upload else {
        return find(stack, key, None).await;
    };
    let (etag, at) = (etag.to_owned(), *at);
    if Change::since_upload(stack, key, &etag).await.is_none() {
        let found = find(stack, key, None).await?;
        // A later upload may have the same content.
        let is_present = at.is_none_or(|at| {
            found
                .at
                .is_some_and(|found| found.abs_diff(at) <= CLOCKS.unsigned_abs())
        });
        return Ok(UploadedObject {
            etag,
            version_id: found.version_id.filter(|_| is_present),
            at: at.or(found.at),
            ..found
        });
    }
    Ok(UploadedObject {
        bucket: stack.data_bucket.clone(),
        key: key.to_owned(),
        etag,
        version_id: None,
        at,
        earlier_reports: None,
    })
}

/// Finds an object that was uploaded before, or a version of it.
///
/// # Errors
/// When the object does not exist or may not be read.
pub async fn find(stack: &Stack, key: &str, version_id: Option<&str>) -> Result<UploadedObject, CallError> {
    let head = stack.s3.head_object().bucket(&stack.data_bucket).key(key);
    let head = head.set_version_id(version_id.map(str::to_owned)).send().await;
    let doing = format!("looking at {}", stack.url(key));
    // A reply to HEAD has no body and therefore no error code.
    let head = head.map_err(|error| match error.as_service_error() {
        Some(service) if service.is_not_found() => failed(format!("{doing}, which is not there"))(error),
        _ => failed(format!("{doing} (s3:GetObject)"))(error),
    })?;
    let missing = |missing| CallError::Incomplete {
        doing: doing.clone(),
        missing,
    };
    Ok(UploadedObject {
        bucket: stack.data_bucket.clone(),
        key: key.to_owned(),
        etag: head.e_tag.ok_or_else(|| missing("ETag"))?.trim_matches('"').to_owned(),
        version_id: head.version_id.filter(|version| version != "null"),
        at: Some(
            head.last_modified
                .as_ref()
                .map(DateTime::secs)
                .ok_or_else(|| missing("Last-Modified"))?,
        ),
        earlier_reports: None,
    })
}

#[cfg(test)]
pub mod testing {
    //! Objects for tests.

    use super::*;

    /// An object of the bucket `data` that was uploaded at this time.
    pub fn object(key: &str, etag: &str, at: i64) -> UploadedObject {
        UploadedObject {
            bucket: "data".into(),
            key: key.into(),
            etag: etag.into(),
            version_id: None,
            at: Some(at),
            earlier_reports: None,
        }
    }
}
