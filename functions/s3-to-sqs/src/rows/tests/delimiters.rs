//! The header decides the delimiter.

use super::*;

const COLUMNS: [&str; 7] = [
    "timestamp",
    "location",
    "source",
    "local_dest",
    "local_avg",
    "remote_dest",
    "remote_avg",
];

/// The delimiter, and for each row its number of fields or the reason that it has none.
fn read(file: &str, size: usize) -> (Delimiter, Vec<Result<usize, Unreadable>>) {
    let mut delimiter = Delimiter::default();
    let found = each(Rows::default(), file.as_bytes(), size, |rows| {
        delimiter = rows.delimiter();
        rows.row().record.map(|record| record.fields().len())
    });
    (delimiter, found)
}

#[test]
fn the_delimiter_is_the_one_that_makes_columns_known() {
    for (separator, delimiter) in [
        (",", Delimiter::COMMA),
        (";", Delimiter::SEMICOLON),
        ("\t", Delimiter::TAB),
    ] {
        let header = COLUMNS.join(separator);
        let row = ["0"; 7].join(separator);
        for file in [
            format!("{header}\n{row}\n{row}"),
            // Other possible delimiters are in quotes, in names of unknown columns, and in rows.
            format!("\u{feff}{header}{separator}\"a,b;c\td\"\r\n{row}{separator}\"1;2,3\t4\"\r\n"),
            // All fields of the header are quoted, and one has a line end in it.
            format!(
                "\n\"{}\"{separator}\"x\ny\"\n{row}{separator}0",
                header.replace(separator, &format!("\"{separator}\""))
            ),
        ] {
            for size in [1, 7, 1000] {
                let (found, rows) = read(&file, size);
                assert_eq!(found, delimiter, "{file:?}");
                let width = rows[0].unwrap();
                assert!(width == 7 || width == 8, "{file:?}");
                assert!(
                    rows.len() >= 2 && rows.iter().all(|row| *row == Ok(width)),
                    "{file:?}: {rows:?}"
                );
            }
        }
    }
}

#[test]
fn a_column_that_is_missing_does_not_hide_the_delimiter() {
    let file = "Timestamp; location ;source,x\n0;1;2\n";
    assert_eq!(read(file, 3), (Delimiter::SEMICOLON, vec![Ok(3), Ok(3)]));
}

#[test]
fn without_a_known_column_it_is_the_comma() {
    for file in ["a;b;c;d\n1;2;3;4\n", "a\tb\n", "timestamp\n0\n", "location;\"x"] {
        let (delimiter, _) = read(file, 5);
        let expected = if file.starts_with("location") {
            Delimiter::SEMICOLON
        } else {
            Delimiter::COMMA
        };
        assert_eq!(delimiter, expected, "{file:?}");
    }
}

#[test]
fn a_header_with_an_open_quote_is_read_with_its_own_delimiter() {
    let header = COLUMNS.join(";");
    let row = ["0"; 7].join(";");
    let open = Err(Unreadable::OpenQuote);
    let file = format!("{header};\"x\n{row}\n{row}");
    assert_eq!(read(&file, 9), (Delimiter::SEMICOLON, vec![open, Ok(7), Ok(7)]));
    // The same, but the header reaches the longest length, and rows after it were read ahead.
    let rows = 10_000;
    let file = format!("{header};\"x\n{}", format!("{row}\n").repeat(rows));
    let (delimiter, found) = read(&file, 5000);
    assert_eq!(
        (delimiter, found[0], found.len()),
        (Delimiter::SEMICOLON, open, rows + 1)
    );
    assert!(found[1..].iter().all(|row| *row == Ok(7)));
}
