//! Checks of the positions of rows.

use message::invisible;
use s3_to_sqs::rows::{MAX_HEADER_BYTES, MAX_ROW_BYTES, Unreadable};

use super::kept::Kept;

/// Checks that every byte is in a row or in a line end between rows, and that every row has the right position.
pub(super) fn check(file: &[u8], rows: &[Kept]) {
    let (mut end, mut line) = (0, 1);
    for (index, row) in rows.iter().enumerate() {
        let start = usize::try_from(row.position.byte).unwrap_or(usize::MAX);
        let length = usize::try_from(row.length).unwrap_or(usize::MAX);
        let between = &file[end..start];
        assert!(
            between.iter().all(|byte| is_line_end(*byte)) || index == 0 && is_empty(between),
            "bytes before row {index} are lost"
        );
        line += lines(file, end, start);
        assert_eq!(row.position.line, line, "the line of row {index}");
        line += lines(file, start, start + length);
        end = start + length;

        let most = if index == 0 { MAX_HEADER_BYTES } else { MAX_ROW_BYTES };
        let too_long = matches!(row.fields, Err(Unreadable::TooLong { .. }));
        assert_eq!(too_long, length > most, "row {index} has {length} bytes");
        assert!(
            too_long || row.text.0.len() == length,
            "the text of row {index} is not whole"
        );
        assert!(file[start..end].starts_with(&row.text.0), "the text of row {index}");
        assert!(
            row.behind.byte >= end as u64 && row.behind.byte <= file.len() as u64,
            "{:?}",
            row.behind
        );
    }
    let padding = |byte: &u8| is_line_end(*byte) || [0, 0x1A].contains(byte);
    let behind = &file[end..];
    let text = behind.len() - behind.iter().rev().take_while(|byte| padding(byte)).count();
    assert!(
        text == 0 || rows.is_empty() && is_empty(&behind[..text]),
        "bytes at the end are lost"
    );
}

/// Whether the bytes are only separators and invisible characters.
pub(super) fn is_empty(bytes: &[u8]) -> bool {
    let is_empty = |c: char| matches!(c, ',' | ';') || invisible::is_invisible(c);
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_empty))
}

pub(super) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The number of line ends in `file[from..to]`, without one that began before `from`.
pub(crate) fn lines(file: &[u8], from: usize, to: usize) -> u64 {
    let ends = (from..to).filter(|&at| match file[at] {
        b'\r' => true,
        b'\n' => at == 0 || file[at - 1] != b'\r',
        _ => false,
    });
    ends.count() as u64
}
