//! Properties of any dialect.

use super::dialects::{cells, skipping, texts};
use super::open_quotes::whole;
use super::*;

fn any_dialect() -> impl Strategy<Value = Dialect> {
    let delimiter = prop_oneof![Just(None), Just(Delimiter::new(b'|')), Just(Delimiter::new(b' '))];
    let header_row = prop_oneof![Just(None), (1..4_u64).prop_map(Some)];
    let comment = prop_oneof![Just(None), Just(Some("#")), Just(Some("##")), Just(Some("##a"))];
    let comment_rows = proptest::collection::btree_set(1..12_u64, 0..4);
    let parts = (delimiter, header_row, comment, comment_rows, any::<bool>());
    parts.prop_map(
        |(delimiter, header_row, comment, comment_rows, skip_initial_space)| Dialect {
            delimiter,
            header_row,
            comment: comment.map(str::to_owned),
            comment_rows: comment_rows.into_iter().collect(),
            skip_initial_space,
            columns: Vec::new(),
        },
    )
}

proptest! {
    #[test]
    fn pieces_do_not_matter_to_a_dialect(
        dialect in any_dialect(),
        file in "\u{feff}?[a#\"\",| \0\r\n]{0,80}",
        size in 1..9_usize,
    ) {
        prop_assert_eq!(texts(&dialect, &file, size), texts(&dialect, &file, 1000));
    }

    #[test]
    fn behind_every_row_of_a_dialect_reading_goes_on_as_it_would_have(
        dialect in any_dialect(),
        most in 25..45_usize,
        file in "\u{feff}?[a#\"\",| \r\n]{0,100}",
        sizes in [1..70_usize, 1..70_usize],
    ) {
        let limited = |rows: Rows| Rows { most: [most; 2], ..rows };
        let read = each(limited(Rows::new(dialect.clone())), file.as_bytes(), sizes[0], |rows| {
            (rows.checkpoint(), rows.delimiter(), whole(rows))
        });
        for (index, (checkpoint, delimiter, _)) in read.iter().enumerate() {
            let rows = limited(Rows::resume(dialect.clone(), *delimiter, *checkpoint));
            let behind = &file.as_bytes()[usize::try_from(checkpoint.byte).unwrap()..];
            let resumed = each(rows, behind, sizes[1], |rows| (rows.checkpoint(), rows.delimiter(), whole(rows)));
            prop_assert_eq!(&read[index + 1..], resumed);
        }
    }

    /// Without quotes, each line is a row.
    #[test]
    fn lines_are_passed_over_by_what_they_are(dialect in any_dialect(), file in "[a#|\n]{0,80}") {
        let dialect = Dialect { delimiter: Delimiter::new(b'|'), skip_initial_space: false, ..dialect };
        let mut expected = Vec::new();
        for (line, text) in (1_u64..).zip(file.split('\n')) {
            let comment = dialect.comment.as_deref().is_some_and(|comment| text.starts_with(comment));
            let is_early = expected.is_empty() && dialect.header_row.is_some_and(|row| line < row);
            let is_empty = text.is_empty() || expected.is_empty() && text.bytes().all(|byte| byte == b'|');
            if !comment && !is_early && !is_empty && !dialect.comment_rows.contains(&line) {
                expected.push((line, text.to_owned()));
            }
        }
        prop_assert_eq!(texts(&dialect, &file, 7), expected);
    }

    #[test]
    fn cells_are_what_was_written_behind_spaces(
        rows in proptest::collection::vec(proptest::collection::vec("[a,\" \n]{0,6}", 2..5), 1..6),
        spaces in proptest::collection::vec(0..3_usize, 30),
        size in 1..40_usize,
    ) {
        let mut spaces = spaces.into_iter().cycle();
        let mut file = String::new();
        for row in &rows {
            let written = row.iter().map(|cell| {
                let spaces = " ".repeat(spaces.next().unwrap_or_default());
                format!("{spaces}\"{}\"", cell.replace('"', "\"\""))
            });
            file.push_str(&written.collect::<Vec<_>>().join(","));
            file.push('\n');
        }
        let expected: Vec<_> = rows.into_iter().map(Ok).collect();
        prop_assert_eq!(cells(&skipping(b','), &file, size), expected);
    }
}
