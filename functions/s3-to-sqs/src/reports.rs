//! What the report bucket holds of each object: its report, and the files of its rejected rows.

pub mod keys;
pub mod rejects;
pub mod report;
mod upload;

use std::error::Error;

/// Why the rejected rows or the report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the report bucket cannot be written")]
pub struct ReportError(#[source] Box<dyn Error + Send + Sync>);

impl ReportError {
    /// The error with this cause.
    fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
