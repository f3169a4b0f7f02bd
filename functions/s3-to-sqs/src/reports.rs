//! Writes the report bucket: the report of each object, and the files of its rejected rows.

pub mod keys;
pub mod rejects;
pub mod report;
mod unanswered;
mod upload;

use std::error::Error;

/// The rejected rows or the report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the report bucket cannot be written")]
pub struct ReportError(#[source] Box<dyn Error + Send + Sync>);

impl ReportError {
    /// An error with this cause.
    fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
