//! Finds rows that a cell has swallowed, in files of texts only, where no value is typical of a row.

use message::Record;

/// Whether a cell contains the end of a row, whole rows, and the beginning of another one, judged by their separators:
/// a quote was not closed.
pub(super) fn has_swallowed_rows(record: Record<'_>) -> bool {
    record
        .fields()
        .enumerate()
        .any(|(place, cell)| holds_rows(cell, place, record.len() - 1))
}

/// Whether a cell that has `before` cells before it contains rows of `separators` separators.
fn holds_rows(cell: &[u8], before: usize, separators: usize) -> bool {
    let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let ends = cell
        .iter()
        .position(is_line_end)
        .zip(cell.iter().rposition(is_line_end));
    let Some((first, last)) = ends else {
        return false;
    };
    separators > 0
        && b",;\t|".iter().any(|separator| {
            let count = |line: &[u8]| memchr::memchr_iter(*separator, line).count();
            let lines = cell[first..last].split(is_line_end);
            let mut inner = lines.filter(|line| !line.is_empty()).map(count).peekable();
            inner.peek().is_some()
                && inner.all(|found| found == separators)
                && count(&cell[..first]) + before == separators
                && count(&cell[last + 1..]) == before
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_from_other_lines() {
        for (cell, before) in [
            ("u\n6,7,8,9,10\n7,8,9,9,9\n8,8,8,8,8", 4),
            ("u;v\r\n6;7;8;9;10\r\n7;8;9;10", 3),
            ("\n6,7,8,9,10\n7,8,9,10,", 4),
        ] {
            assert!(holds_rows(cell.as_bytes(), before, 4), "{cell}");
        }
        for (cell, before) in [
            ("u\n8,8,8,8,8", 4),
            ("one, two, three, four, five", 4),
            ("Hall 3\nby the window, left, a, b, c\nBonn", 4),
            ("u\n6,7,8,9,10\n7,8,9\n8,8,8,8,8", 4),
        ] {
            assert!(!holds_rows(cell.as_bytes(), before, 4), "{cell}");
        }
        assert!(!holds_rows(b"one\ntwo\nthree", 0, 0));
    }
}
