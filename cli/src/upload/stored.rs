//! The reply of S3 about an uploaded object.

use crate::object::earlier_reports::EarlierReports;

/// The reply of S3 about an uploaded object, and the reports that existed before.
pub struct Stored {
    /// The `ETag` of the object.
    pub etag: Option<String>,
    /// The version of the object, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// The reports of the key that existed right before the object did.
    pub earlier_reports: EarlierReports,
}
