//! An unclosed quote spoils one line, not the file.

use super::super::position::{blank, line_end};
use super::*;

/// The expected row: line, byte, length, text, and its fields or the reason that it has none.
type Expected = (u64, u64, u64, String, Result<Vec<String>, Unreadable>);

/// Rows with limits low enough for a test to reach.
pub fn limited(most: [usize; 2]) -> Rows {
    Rows {
        most,
        ..Rows::default()
    }
}

pub fn whole(rows: &Rows) -> Expected {
    let row = rows.row();
    let (line, byte, text) = seen(row);
    (line, byte, row.length, text, fields(row))
}

/// The rows of a file by definition: each is read from its start on, byte by byte, without any optimization.
fn defined(file: &str, most: [usize; 2]) -> Vec<Expected> {
    let bytes = file.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += blank(&bytes[at..]);
        if at == bytes.len() {
            return found;
        }
        let most = if found.is_empty() { most[0] } else { most[1] };
        let rest = &bytes[at..];
        let first_line = line_end(rest).unwrap_or(rest.len());
        let (length, row) = match end_of_record(rest) {
            (end, false, None) if end <= most => (end, Ok(fields_of(&file[at..at + end]))),
            (end, false, Some(stray)) if end <= most => {
                let length = if first_line < stray { first_line } else { end };
                (length, Err(Unreadable::StrayQuote))
            }
            (end, true, _) if end <= most => (first_line, Err(Unreadable::OpenQuote)),
            _ if first_line <= most => (first_line, Err(Unreadable::OpenQuote)),
            _ => {
                let length = first_line as u64;
                (first_line, Err(Unreadable::TooLong { length, most }))
            }
        };
        let line = 1 + file[..at]
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .matches('\n')
            .count();
        let kept = if matches!(row, Err(Unreadable::TooLong { .. })) {
            most + 1
        } else {
            length
        };
        let text = file[at..at + kept].to_owned();
        found.push((line as u64, at as u64, length as u64, text, row));
        at = bytes.len().min(at + length + 1);
    }
}

/// Returns the end of the record at the beginning of `bytes`, whether the input ends there inside a quoted field, and
/// the place of the last stray quote.
fn end_of_record(bytes: &[u8]) -> (usize, bool, Option<usize>) {
    let (mut quoted, mut field_start, mut stray) = (false, true, None);
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' if quoted && bytes.get(at + 1) == Some(&b'"') => at += 1,
            b'"' if quoted => {
                quoted = false;
                if !matches!(bytes.get(at + 1), None | Some(b',' | b'\r' | b'\n')) {
                    stray = Some(at);
                }
            }
            b'"' if field_start => quoted = true,
            b'\r' | b'\n' if !quoted => return (at, false, stray),
            _ => {}
        }
        field_start = !quoted && bytes[at] == b',';
        at += 1;
    }
    (at, quoted, stray)
}

fn fields_of(row: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
    let record = reader.records().next().unwrap().unwrap();
    record.iter().map(str::to_owned).collect()
}

#[test]
fn an_open_quote_at_the_end_takes_its_line_and_no_other() {
    let file = "a,b\n1,\"x\n2\",\n3,4\r\n5,\"6\r\n7,8\n9,y\n10,z";
    let open = |text: &str| (text.to_owned(), Err(Unreadable::OpenQuote));
    let good = |text: &str, fields: &[&str]| {
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        (text.to_owned(), Ok(fields))
    };
    let expected = [
        good("a,b", &["a", "b"]),
        good("1,\"x\n2\",", &["1", "x\n2", ""]),
        good("3,4", &["3", "4"]),
        open("5,\"6"),
        good("7,8", &["7", "8"]),
        good("9,y", &["9", "y"]),
        good("10,z", &["10", "z"]),
    ];
    for size in 1..file.len() {
        let found = each(Rows::default(), file.as_bytes(), size, |rows| {
            (seen(rows.row()).2, fields(rows.row()))
        });
        assert_eq!(found, expected, "in pieces of {size}");
    }
}

#[test]
fn an_open_quote_in_the_last_line_takes_that() {
    let found = each(Rows::default(), b"a,b\n1,2\n3,\"4", 5, |rows| rows.row().record.is_ok());
    assert_eq!(found, [true, true, false]);
    assert_eq!(rows(b"a,\"b", 5), [row(1, 0, "a,\"b")]);
}

#[test]
fn a_row_of_many_lines_is_whole_also_behind_an_open_quote() {
    // Read from the open quote in line 2 on, the text is too long for a row. Read from line 3 on, it is not.
    let lines = "line\n".repeat(MAX_ROW_BYTES / 5 - 10);
    let file = format!("a,b\n1,\"{}\n2\",\"{lines}\"\n3,4\n", "x".repeat(100));
    let found = each(Rows::default(), file.as_bytes(), 10_000, |rows| {
        (rows.row().position.line, fields(rows.row()))
    });
    let fields = |fields: [&str; 2]| Ok(fields.map(str::to_owned).to_vec());
    let last = 4 + MAX_ROW_BYTES / 5 - 10;
    let expected = [
        (1, fields(["a", "b"])),
        (2, Err(Unreadable::OpenQuote)),
        (3, fields(["2\"", &lines])),
        (last as u64, fields(["3", "4"])),
    ];
    assert!(
        found == expected,
        "{:?}",
        found.iter().map(|(line, row)| (line, row.is_ok())).collect::<Vec<_>>()
    );
}

#[test]
fn reading_ahead_costs_time_in_proportion_to_the_file() {
    // Each line opens a quote, whether read on its own or inside the quoted field of the line before. Reading a whole
    // row's length again for each line would take days.
    for line in ["x\",\"\n", "x\",\"\r\n", "x\",\"aaaaaaaaaaaaaaa\n\n"] {
        let count = 3 * MAX_ROW_BYTES / line.len();
        let file = format!("a,b\n{}1,2\n", line.repeat(count));
        let mut found = [0, 0];
        each(Rows::default(), file.as_bytes(), 64 * 1024, |rows| {
            assert!(rows.held.capacity() <= 4 * MAX_ROW_BYTES, "{}", rows.held.capacity());
            match rows.row().record {
                Err(Unreadable::OpenQuote) => found[0] += 1,
                _ => found[1] += 1,
            }
        });
        assert_eq!(found, [count, 2]);
    }
}

proptest! {
    /// Many quotes, and limits so low that many rows reach them.
    #[test]
    fn rows_are_what_they_are_defined_to_be(
        file in "h[a\"\",\r\n]{0,80}",
        size in 1..90_usize,
        (header, more) in (3..12_usize, 0..30_usize),
    ) {
        let most = [header, header + more];
        let found = each(limited(most), file.as_bytes(), size, whole);
        prop_assert_eq!(found, defined(&file, most));
    }

    #[test]
    fn lines_that_keep_a_quote_open_are_what_they_are_defined_to_be(
        lines in proptest::collection::vec(prop_oneof![3 => "x\",\"\n", 1 => "[a\",]{0,4}\r?\n", 1 => "\"?"], 0..30),
        size in 1..90_usize,
        most in 3..40_usize,
    ) {
        let file = format!("h{}", lines.concat());
        let found = each(limited([most; 2]), file.as_bytes(), size, whole);
        prop_assert_eq!(found, defined(&file, [most; 2]));
    }
}
