//! What S3 says of an object that it took.

use crate::object::earlier_reports::EarlierReports;

/// What S3 says of an object that it took.
pub struct Stored {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its version, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// The reports of its key that were there right before it was.
    pub earlier_reports: EarlierReports,
}
