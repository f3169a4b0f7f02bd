//! The file to correct: the rejected rows of an object below its header, byte for byte as they stood.

mod encoder;
pub mod error;
mod file_to_correct;
pub mod first;
mod new_file;
mod records;
pub mod target;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::aws_call::{broken_off, failed};
use crate::follow::report::Report;
use crate::stack::Stack;
use encoder::Encoder;
use error::RejectedError;
use file_to_correct::FileToCorrect;
#[cfg(test)]
pub use file_to_correct::Reason;
pub use file_to_correct::{Cause, LeftOut, Written};
use new_file::NewFile;
use records::Records;

/// Writes the rejected rows of a report, below the header of their object, to a new file.
///
/// # Errors
/// When the rows cannot be read, or the file exists or cannot be written. After an error there is no new file.
pub async fn write(stack: &Stack, report: &Report, path: &Path) -> Result<Written, RejectedError> {
    let label = report.encoding.as_deref().unwrap_or("utf-8");
    let encoder = Encoder::of(label).ok_or_else(|| RejectedError::Encoding(label.to_owned()))?;
    let file = NewFile::create(path)?;
    let mut to_correct = FileToCorrect::begin(file.writer(), report, encoder).map_err(|error| file.failed(error))?;
    for key in &report.rejected_keys {
        let url = format!("s3://{}/{key}", stack.report_bucket);
        let doing = format!("reading {url} (s3:GetObject)");
        let get = stack.s3.get_object().bucket(&stack.report_bucket).key(key).send();
        let mut body = get.await.map_err(failed(doing.clone()))?.body;
        let mut records = Records::default();
        while let Some(bytes) = body.next().await {
            let bytes = bytes.map_err(broken_off(doing.clone()))?;
            records.read(&bytes, &url, |record| {
                to_correct.add(&record).map_err(|error| file.failed(error))
            })?;
        }
        records.finish(&url, |record| {
            to_correct.add(&record).map_err(|error| file.failed(error))
        })?;
    }
    let written = to_correct.end().map_err(|error| file.failed(error))?;
    file.keep();
    Ok(written)
}
