//! Keeps rejected rows in the report bucket: one CSV file for each invocation that has any.
//!
//! Its columns are `line` and `byte` (where the row starts in the object's text), `length` (in bytes), `column` (the
//! bad columns, separated by `; `), `reason`, and `row` (the original text, byte for byte). Memory is bounded however
//! many rows there are, because the file is uploaded in parts.

use aws_sdk_s3::Client;

use super::ReportError;
use super::keys::{file_key, rejected_name};
use super::upload::{PART_BYTES, Upload, UploadError};
use crate::rows::{Position, RejectedRow};

/// The columns of a file of rejected rows.
pub const COLUMNS: [&str; 6] = ["line", "byte", "length", "column", "reason", "row"];

/// The rejected rows of an object in one invocation. Nothing is created before the first row.
pub struct Rejects<'a> {
    name: String,
    csv: csv::Writer<Vec<u8>>,
    upload: Upload<'a>,
    count: u64,
    lines: Option<(u64, u64)>,
}

impl<'a> Rejects<'a> {
    /// An empty file for the rejected rows of an object.
    #[must_use]
    pub fn new(client: &'a Client, bucket: &'a str, object_key: &str, etag: &str, invocation: u32) -> Self {
        let name = rejected_name(invocation);
        let key = file_key(object_key, etag, &name);
        Self {
            name,
            csv: csv::Writer::from_writer(Vec::new()),
            upload: Upload::new(client, bucket, key),
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

    /// Whether another file should begin.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.upload.is_full()
    }

    /// The first and the last line with a rejected row.
    #[must_use]
    pub fn lines(&self) -> Option<(u64, u64)> {
        self.lines
    }

    /// Adds a row. `columns` names the bad columns; it is empty when the row as a whole is bad.
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
            let bytes = self.take_buffer().map_err(ReportError)?;
            self.upload.put_part(bytes).await.map_err(ReportError)?;
        }
        Ok(())
    }

    /// Uploads the rows that are not uploaded yet. Without rows, it does nothing.
    ///
    /// # Errors
    /// [`ReportError`] when they cannot be written.
    pub async fn finish(&mut self) -> Result<(), ReportError> {
        if self.count == 0 {
            return Ok(());
        }
        let bytes = self.take_buffer().map_err(ReportError)?;
        self.upload.finish(bytes).await.map_err(ReportError)
    }

    /// Aborts the upload of the file.
    pub async fn abandon(&mut self) {
        self.upload.abandon().await;
    }

    fn take_buffer(&mut self) -> Result<Vec<u8>, UploadError> {
        let writer = std::mem::replace(&mut self.csv, csv::Writer::from_writer(Vec::new()));
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}
