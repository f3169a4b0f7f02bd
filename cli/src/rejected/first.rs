//! The first rows of a file of rejected rows.

use super::error::RejectedError;
use super::records::{Record, Records};
use crate::aws_call::{broken_off, failed};
use crate::stack::Stack;

/// How much of a file of rejected rows is read to show the first few. A single row may be longer.
const HEAD_BYTES: u32 = 64 * 1024;

/// A row that was rejected, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The line where the row starts.
    pub line: u64,
    /// The columns at fault; empty when the row as a whole is.
    pub column: String,
    /// Why the row was rejected.
    pub reason: String,
    /// The row, as it stands in the object.
    pub row: String,
}

impl From<&Record<'_>> for RejectedRow {
    fn from(record: &Record<'_>) -> Self {
        let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
        Self {
            line: record.line,
            column: text(record.columns),
            reason: text(record.reason),
            row: text(record.row),
        }
    }
}

/// Reads the first rows of a file of rejected rows in the report bucket.
///
/// # Errors
/// When the file cannot be read, or is no file of rejected rows.
pub async fn read(stack: &Stack, key: &str, limit: usize) -> Result<Vec<RejectedRow>, RejectedError> {
    let get = stack.s3.get_object().bucket(&stack.report_bucket).key(key);
    let object = get.range(format!("bytes=0-{}", HEAD_BYTES - 1)).send().await;
    let url = format!("s3://{}/{key}", stack.report_bucket);
    let doing = format!("reading {url}");
    let object = object.map_err(failed(doing.clone()))?;
    let body = object.body.collect().await.map_err(broken_off(doing))?;
    rows_of(&body.into_bytes(), &url, limit)
}

/// The rejected rows in the head of the file at `url`. The text of the last row may be cut off.
fn rows_of(head: &[u8], url: &str, limit: usize) -> Result<Vec<RejectedRow>, RejectedError> {
    let mut rows = Vec::new();
    let mut add = |record: Record<'_>| {
        if rows.len() < limit {
            rows.push(RejectedRow::from(&record));
        }
        Ok(())
    };
    let mut records = Records::default();
    records.read(head, url, &mut add)?;
    // An error here is no fault of the file: the head may end before the last field of a row.
    let _ = records.finish(url, &mut add);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(head: &[u8]) -> Vec<RejectedRow> {
        rows_of(head, "s3://r/a", 2).unwrap()
    }

    #[test]
    fn the_first_rejected_rows_are_read_from_the_head_of_their_file() {
        let head =
            b"line,byte,length,column,reason,row\n2,70,3,\"a; b\",\"a is empty, b is empty\",\"x,\"\"y\"\n5,90,900,,";
        let rejected = rows(head);
        assert_eq!(rejected.len(), 1, "{rejected:?}");
        assert_eq!((rejected[0].line, rejected[0].column.as_str()), (2, "a; b"));
        assert_eq!(rejected[0].reason, "a is empty, b is empty");
        let long = b"line,byte,length,column,reason,row\n5,90,9000,,too long,\"begins and";
        assert_eq!(rows(long)[0].row, "begins and");
        let many = b"line,byte,length,column,reason,row\n2,1,1,,r,a\n3,1,1,,r,b\n4,1,1,,r,c\n";
        assert_eq!(rows(many).len(), 2);
        assert!(rows(b"").is_empty());
        let other = rows_of(b"a,b\n1,2\n", "s3://r/a", 2);
        assert!(matches!(other, Err(RejectedError::NotRejected(_))), "{other:?}");
    }
}
