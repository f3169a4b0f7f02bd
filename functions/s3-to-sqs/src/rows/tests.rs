mod any_dialect;
mod delimiters;
mod dialects;
mod open_quotes;
mod padding;
mod plain_lines;
mod resuming;
mod stray_quotes;

use message::Record;
use proptest::prelude::*;

use super::*;

/// A row as a user would see it: line, byte, text.
type Seen = (u64, u64, String);

fn seen(row: Row<'_>) -> Seen {
    let text = String::from_utf8_lossy(row.text).into_owned();
    (row.position.line, row.position.byte, text)
}

fn row(line: u64, byte: u64, text: &str) -> Seen {
    (line, byte, text.into())
}

/// The fields of a row.
fn fields(row: Row<'_>) -> Result<Vec<String>, Unreadable> {
    let fields = |record: Record<'_>| -> Vec<String> {
        let fields = record.fields();
        fields
            .map(|field| String::from_utf8_lossy(field).into_owned())
            .collect()
    };
    row.record.map(fields)
}

/// The result of `look` for every row of `file`, which is read in pieces of `size` bytes.
fn each<T>(mut rows: Rows, file: &[u8], size: usize, mut look: impl FnMut(&Rows) -> T) -> Vec<T> {
    let mut found = Vec::new();
    for mut input in file.chunks(size) {
        while rows.advance(&mut input) {
            found.push(look(&rows));
        }
        assert!(input.is_empty(), "all input is consumed");
    }
    while rows.finish() {
        found.push(look(&rows));
    }
    assert!(!rows.finish(), "the end is the end");
    found
}

fn rows(file: &[u8], size: usize) -> Vec<Seen> {
    each(Rows::default(), file, size, |rows| seen(rows.row()))
}

#[test]
fn rows_know_their_place_and_text() {
    let file = b"\xef\xbb\xbfa,b\r\n\r\n\"x\r\ny\",\"p\"\"q\"\r\n1,2\n\n\n3,4\r5,6";
    let expected = [
        row(1, 3, "a,b"),
        row(3, 10, "\"x\r\ny\",\"p\"\"q\""),
        row(5, 25, "1,2"),
        row(8, 31, "3,4"),
        row(9, 35, "5,6"),
    ];
    for size in 1..file.len() {
        assert_eq!(rows(file, size), expected, "in pieces of {size}");
    }
}

#[test]
fn a_file_without_rows_has_none() {
    for file in [
        "",
        "\n",
        "\r\n\r\n",
        "\u{feff}",
        "\u{feff}\n\u{feff}",
        ",;,\n \u{a0}\n",
        "\u{1a}",
        "\n\u{1a}\0\0\n",
    ] {
        assert_eq!(rows(file.as_bytes(), 16), [], "{file:?}");
    }
    assert_eq!(rows(b"\xef\xbb", 1), [row(1, 0, "\u{fffd}")], "half a mark is text");
}

#[test]
fn byte_order_marks_are_none_behind_the_beginning() {
    let file = "\u{feff}\u{feff}a,b\n\u{feff}1,2\n\"x\n\u{feff}y\n".as_bytes();
    let expected = [
        row(1, 6, "a,b"),
        row(2, 10, "\u{feff}1,2"),
        row(3, 17, "\"x"),
        row(4, 20, "\u{feff}y"),
    ];
    for size in 1..file.len() {
        assert_eq!(rows(file, size), expected, "in pieces of {size}");
    }
}

#[test]
fn a_row_may_have_the_most_bytes_and_one_more_is_too_long() {
    for most in [MAX_HEADER_BYTES, MAX_ROW_BYTES] {
        let before = if most == MAX_ROW_BYTES { "a,b\n" } else { "" };
        for end in ["", "\n", "\r\n1,2"] {
            for more in [0, 1] {
                let file = format!("{before}{}{end}", "x".repeat(most + more));
                let found = each(Rows::default(), file.as_bytes(), 50_000, |rows| {
                    let row = rows.row();
                    (row.length, row.text.len(), row.record.err())
                });
                let (length, text_length, error) = found[usize::from(!before.is_empty())];
                assert_eq!(length, (most + more) as u64);
                if more == 0 {
                    assert_eq!((text_length, error), (most, None));
                } else {
                    assert_eq!(text_length, KEPT_OF_LONG_ROW);
                    assert_eq!(error, Some(Unreadable::TooLong { length, most }));
                }
            }
        }
    }
}

#[test]
fn a_row_too_long_is_passed_over_in_bounded_memory() {
    let mut parser = Rows::default();
    let long = vec![b'"'; 64 * 1024];
    let pieces = 20 * MAX_ROW_BYTES / long.len();
    assert!(parser.advance(&mut &b"a,b\n"[..]));
    assert!(!parser.advance(&mut &b"1,"[..]));
    let most_held = 4 * MAX_ROW_BYTES;
    for _ in 0..pieces {
        assert!(!parser.advance(&mut &long[..]));
        let held = parser.held.capacity() + parser.parser.room();
        assert!(held < most_held, "{held}");
    }
    let mut rest = &b"\"\n3,4\n"[..];
    assert!(parser.advance(&mut rest));
    let row = parser.row();
    assert!(matches!(row.record, Err(Unreadable::TooLong { .. })));
    assert_eq!(row.length, (2 + pieces * long.len() + 1) as u64);
    assert_eq!((row.position.line, row.text.len()), (2, KEPT_OF_LONG_ROW));
    assert!(parser.advance(&mut rest), "quotes do not make it longer");
    assert_eq!(
        seen(parser.row()),
        (3, 4 + row_bytes(pieces * long.len()), "3,4".into())
    );
    assert_eq!(fields(parser.row()).unwrap(), ["3", "4"]);
}

/// The length of `1,`, the quotes, one more quote, and the line end.
fn row_bytes(quotes: usize) -> u64 {
    (2 + quotes + 2) as u64
}

#[test]
fn a_row_of_nothing_but_fields_is_read_in_bounded_memory() {
    let file = format!("a,b\n{}", ",".repeat(MAX_ROW_BYTES));
    let mut parser = Rows::default();
    let mut input = file.as_bytes();
    assert!(parser.advance(&mut input));
    assert!(!parser.advance(&mut input));
    assert!(parser.finish());
    assert_eq!(fields(parser.row()).unwrap().len(), MAX_ROW_BYTES + 1);
    let room = parser.parser.room();
    assert!(room < 12 * MAX_ROW_BYTES, "{room}");
}

#[test]
fn the_last_row_of_a_file_that_breaks_off_is_unreadable() {
    for (file, expected) in [
        (
            "a,b\n1,2\n3,\"4\n5",
            vec![("1,2", Ok(2)), ("3,\"4\n5", Err(Unreadable::CutOff))],
        ),
        ("a,b\n1,2\n3", vec![("1,2", Ok(2)), ("3", Err(Unreadable::CutOff))]),
        ("a,b\n1,2\n", vec![("1,2", Ok(2))]),
        ("a;b", vec![]),
    ] {
        let mut rows = Rows::default();
        let mut input = file.as_bytes();
        let mut found = Vec::new();
        while rows.advance(&mut input) || rows.cut_off() {
            let row = rows.row();
            let text = String::from_utf8_lossy(row.text).into_owned();
            found.push((text, row.record.map(|record| record.fields().len())));
        }
        let found: Vec<_> = found.iter().skip(1).map(|(text, row)| (text.as_str(), *row)).collect();
        assert_eq!(found, expected, "{file:?}");
    }
}

#[test]
fn errors_name_what_to_do() {
    let too_long = Unreadable::TooLong {
        length: 2_000_000,
        most: MAX_ROW_BYTES,
    };
    let text = too_long.to_string();
    assert!(
        text.starts_with("the row is 2000000 bytes long, the most is 1048576; make it shorter"),
        "{text}"
    );
    let text = Unreadable::OpenQuote.to_string();
    assert!(
        text.contains("close it, or write a quote that is part of a quoted field twice"),
        "{text}"
    );
    let text = Unreadable::StrayQuote.to_string();
    assert!(
        text.ends_with("put the whole field in quotes, and write a quote that is part of it twice"),
        "{text}"
    );
}

proptest! {
    #[test]
    fn pieces_do_not_matter(file in "[a\",\r\n]{0,60}", size in 1..9_usize) {
        prop_assert_eq!(rows(file.as_bytes(), size), rows(file.as_bytes(), 1000));
    }

    /// The fields are those that the `csv` crate reads, up to an unclosed quote. The third kind of field makes rows
    /// outgrow the initial buffers.
    #[test]
    fn fields_are_what_the_csv_crate_reads(
        pieces in proptest::collection::vec(prop_oneof!["[a\",\r\n]{0,9}", Just("x,".repeat(20)), "y{600}"], 0..9),
        size in 1..2000_usize,
    ) {
        let file = format!("h{}", pieces.concat());
        let found = each(Rows::default(), file.as_bytes(), size, |rows| fields(rows.row()));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_bytes());
        let expected: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        let good: Vec<_> = found.iter().map_while(|row| row.clone().ok()).collect();
        let all = if good.len() == found.len() { expected.len() } else { good.len() };
        prop_assert_eq!(&good, &expected[..all]);
    }

    /// The texts are at their positions, with only line ends between them.
    #[test]
    fn no_byte_is_lost(file in "h[a\",\r\n]{0,60}", size in 1..9_usize) {
        let mut end = 0;
        for (_, byte, text) in rows(file.as_bytes(), size) {
            let start = usize::try_from(byte).unwrap();
            prop_assert!(file[end..start].bytes().all(|byte| matches!(byte, b'\r' | b'\n')));
            prop_assert_eq!(&file[start..start + text.len()], text.as_str());
            end = start + text.len();
        }
        prop_assert!(file[end..].bytes().all(|byte| matches!(byte, b'\r' | b'\n')));
    }
}
