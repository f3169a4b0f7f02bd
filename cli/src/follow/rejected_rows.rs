//! Rejected rows, read from the files beside a report.

use crate::aws_call::{CallError, broken_off, failed};
use crate::stack::Stack;

/// How much of a file of rejected rows is read to show the first few. A single row may be longer.
const HEAD_BYTES: u32 = 64 * 1024;

/// A row that was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The line where the row starts.
    pub line: String,
    /// The columns at fault; empty when the row as a whole is.
    pub column: String,
    /// Why the row was rejected.
    pub reason: String,
    /// The row, as it stands in the object.
    pub row: String,
}

/// Reads the first rows of a file of rejected rows in the report bucket.
///
/// # Errors
/// When the file cannot be read.
pub async fn first(stack: &Stack, key: &str, limit: usize) -> Result<Vec<RejectedRow>, CallError> {
    let get = stack.s3.get_object().bucket(&stack.report_bucket).key(key);
    let object = get.range(format!("bytes=0-{}", HEAD_BYTES - 1)).send().await;
    let doing = format!("reading s3://{}/{key}", stack.report_bucket);
    let object = object.map_err(failed(doing.clone()))?;
    let body = object.body.collect().await.map_err(broken_off(doing))?;
    Ok(rows_of(&body.into_bytes(), limit))
}

/// The rejected rows in the head of their file. The text of the last row may be cut off.
fn rows_of(head: &[u8], limit: usize) -> Vec<RejectedRow> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(head);
    let records = reader.byte_records().map_while(Result::ok).take(limit);
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let whole = records.filter(|record| record.len() == 6);
    whole
        .map(|record| RejectedRow {
            line: text(&record[0]),
            column: text(&record[3]),
            reason: text(&record[4]),
            row: text(&record[5]),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rejected_rows_are_read_from_the_head_of_their_file() {
        let head =
            b"line,byte,length,column,reason,row\n2,70,3,\"a; b\",\"a is empty, b is empty\",\"x,\"\"y\"\n5,90,900,,";
        let rejected = rows_of(head, 5);
        assert_eq!(rejected.len(), 1, "{rejected:?}");
        assert_eq!((rejected[0].line.as_str(), rejected[0].column.as_str()), ("2", "a; b"));
        assert_eq!(rejected[0].reason, "a is empty, b is empty");
        let long = b"line,byte,length,column,reason,row\n5,90,9000,,too long,\"begins and";
        assert_eq!(rows_of(long, 5)[0].row, "begins and");
        assert!(rows_of(b"", 5).is_empty());
    }
}
