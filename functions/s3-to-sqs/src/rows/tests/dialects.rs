//! The effects of a dialect on rows.

use super::*;

pub fn texts(dialect: &Dialect, file: &str, size: usize) -> Vec<(u64, String)> {
    each(Rows::new(dialect.clone()), file.as_bytes(), size, |rows| {
        let (line, _, text) = seen(rows.row());
        (line, text)
    })
}

/// The lines and texts of a file's rows, which are the same whatever its pieces.
fn rows_of(dialect: &Dialect, file: &str) -> Vec<(u64, String)> {
    let found = texts(dialect, file, file.len().max(1));
    for size in 1..file.len() {
        assert_eq!(texts(dialect, file, size), found, "{file:?} in pieces of {size}");
    }
    found
}

fn lines<const N: usize>(rows: [(u64, &str); N]) -> Vec<(u64, String)> {
    rows.map(|(line, text)| (line, text.to_owned())).to_vec()
}

fn commented(comment: &str) -> Dialect {
    Dialect {
        comment: Some(comment.to_owned()),
        ..Dialect::default()
    }
}

pub fn skipping(delimiter: u8) -> Dialect {
    Dialect {
        delimiter: Delimiter::new(delimiter),
        skip_initial_space: true,
        ..Dialect::default()
    }
}

/// The cells of all rows.
pub fn cells(dialect: &Dialect, file: &str, size: usize) -> Vec<Result<Vec<String>, Unreadable>> {
    each(Rows::new(dialect.clone()), file.as_bytes(), size, |rows| {
        fields(rows.row())
    })
}

#[test]
fn a_declared_delimiter_is_not_detected() {
    for delimiter in [b'|', b':', b'a', 1, b' ', b','] {
        let dialect = Dialect {
            delimiter: Delimiter::new(delimiter),
            ..Dialect::default()
        };
        let separator = char::from(delimiter);
        let file = format!("x{separator}\"y{separator}\"\n{separator}z;t\n");
        for size in 1..file.len() {
            let found = cells(&dialect, &file, size);
            let expected = [["x".to_owned(), format!("y{separator}")], [String::new(), "z;t".into()]];
            assert_eq!(found, expected.map(|row| Ok(row.to_vec())), "{separator:?}");
        }
    }
    for byte in [b'"', b'\r', b'\n', 0, 0x80] {
        assert_eq!(Delimiter::new(byte), None);
    }
}

#[test]
fn a_delimiter_has_a_name_or_is_its_own() {
    for (byte, name) in [
        (b',', "comma"),
        (b';', "semicolon"),
        (b'\t', "tab"),
        (b'|', "pipe"),
        (b' ', "space"),
        (b':', ":"),
        (b'c', "c"),
        (1, "\u{1}"),
    ] {
        let delimiter = Delimiter::new(byte).unwrap();
        let json = serde_json::to_string(&delimiter).unwrap();
        assert_eq!(json, serde_json::to_string(name).unwrap());
        assert_eq!(serde_json::from_str::<Delimiter>(&json).unwrap(), delimiter);
    }
    for json in ["\"\"", "\"commas\"", "\"\\n\"", "\"\u{fc}\"", "1"] {
        assert!(serde_json::from_str::<Delimiter>(json).is_err(), "{json}");
    }
}

#[test]
fn the_columns_of_the_dialect_decide_what_separates_cells() {
    let detected = |header_row, file: &str| {
        let dialect = Dialect {
            header_row,
            columns: ["Zeit", "Wert", "Ort"].map(str::to_owned).to_vec(),
            ..Dialect::default()
        };
        let mut rows = Rows::new(dialect);
        assert!(rows.advance(&mut file.as_bytes()) || rows.finish());
        (rows.delimiter(), fields(rows.row()).unwrap().len())
    };
    assert_eq!(detected(Some(1), "zeit ;WERT;\"Ort\"\n"), (Delimiter::SEMICOLON, 3));
    assert_eq!(detected(Some(1), "Zeit\tWert,x\n"), (Delimiter::TAB, 2));
    assert_eq!(
        detected(Some(1), "timestamp;location\n"),
        (Delimiter::COMMA, 1),
        "none is known"
    );
    assert_eq!(
        detected(None, "1;2;3\n"),
        (Delimiter::COMMA, 1),
        "there are no names that tell it"
    );
}

#[test]
fn what_is_before_the_header_is_passed_over_line_by_line() {
    let dialect = Dialect {
        header_row: Some(4),
        ..Dialect::default()
    };
    let file = "\u{feff}\"Report of\r\n\r\ntimestamp;location\r\na,b\r\n1,\"x\ny\"\r\n2,3";
    let expected = lines([(4, "a,b"), (5, "1,\"x\ny\""), (7, "2,3")]);
    assert_eq!(rows_of(&dialect, file), expected);
    assert_eq!(
        rows_of(&dialect, "x\ny\nz\n\n,;\na,b\n"),
        lines([(6, "a,b")]),
        "the line is blank"
    );
    for short in ["", "x", "x\n", "x\ny\nz\n", "x\ny\nz\n\n"] {
        assert_eq!(rows_of(&dialect, short), [], "{short:?}");
    }
}

#[test]
fn a_file_that_ends_before_its_header_is_told_from_a_blank_one() {
    let dialect = Dialect {
        header_row: Some(4),
        comment: Some("#".to_owned()),
        ..Dialect::default()
    };
    for (file, unreached) in [
        ("id,a\n1,x\n2,y\n", Some(4)),
        ("x", Some(4)),
        ("\0\0", Some(4)),
        ("title\n\n\n# x\n\n", Some(4)),
        ("", None),
        ("\n\r\n\n\n\n", None),
        ("\u{feff}", None),
        ("\n\u{feff}\n", None),
        ("\n ,;\n\t\n\u{1a}", None),
        ("\n\n\n# x\n", None),
        ("title\n\n\na,b\n", None),
        ("title\n\n\n# x\na,b", None),
    ] {
        for size in 1..=file.len().max(1) {
            let mut rows = Rows::new(dialect.clone());
            for mut piece in file.as_bytes().chunks(size) {
                while rows.advance(&mut piece) {}
            }
            while rows.finish() {}
            assert_eq!(rows.unreached_header(), unreached, "{file:?} in pieces of {size}");
        }
    }
}

#[test]
fn without_a_header_the_first_row_may_be_as_long_as_any() {
    let dialect = Dialect {
        header_row: None,
        ..Dialect::default()
    };
    let file = format!("1,{}\n", "x".repeat(MAX_HEADER_BYTES));
    let found = each(Rows::new(dialect), file.as_bytes(), 5000, |rows| {
        rows.row().record.is_ok()
    });
    assert_eq!(found, [true]);
}

#[test]
fn comments_are_passed_over_whatever_their_quotes() {
    let file = "#\"x\n# by \"me\na,b\n#\n1,#2\r\n#\"\r\n\"x\n#y\",2\n\"#\",3\n#,\"";
    let expected = lines([(3, "a,b"), (5, "1,#2"), (7, "\"x\n#y\",2"), (9, "\"#\",3")]);
    assert_eq!(rows_of(&commented("#"), file), expected);

    let expected = lines([(1, "--a,b"), (3, "-- x"), (4, "-")]);
    assert_eq!(rows_of(&commented("--- "), "--a,b\n--- \"\n-- x\n-\n--- "), expected);
    assert_eq!(
        rows_of(&commented("--- "), "a\n---"),
        lines([(1, "a"), (2, "---")]),
        "half a comment is a row"
    );
    assert_eq!(
        rows_of(&commented("ü"), "ü\na,b\nü1\nú2\n"),
        lines([(2, "a,b"), (4, "ú2")])
    );
    assert_eq!(rows_of(&commented("#"), "# nothing else"), []);
}

#[test]
fn comments_behind_an_open_quote_are_passed_over() {
    let file = "a,b\n1,\"2\n#x\n3,\"4\n# x\n5,6";
    let expected = lines([(1, "a,b"), (2, "1,\"2"), (4, "3,\"4"), (6, "5,6")]);
    assert_eq!(rows_of(&commented("#"), file), expected);
}

#[test]
fn a_long_comment_takes_no_memory() {
    let mut rows = Rows::new(commented("#"));
    let mut input = &b"a,b\n#"[..];
    assert!(rows.advance(&mut input) && !rows.advance(&mut input));
    let before = rows.checkpoint();
    for _ in 0..50 {
        assert!(!rows.advance(&mut &vec![b'"'; 100_000][..]));
        assert!(rows.held.capacity() < 1000);
        assert_eq!(rows.checkpoint(), before, "in the middle of a comment");
    }
    let mut input = &b"\n1,2\n"[..];
    assert!(rows.advance(&mut input));
    assert_eq!(seen(rows.row()), (3, 5 + 50 * 100_000 + 1, "1,2".into()));
}

#[test]
fn rows_are_passed_over_by_their_numbers() {
    let dialect = |rows: &[u64]| Dialect {
        comment_rows: rows.to_vec(),
        ..Dialect::default()
    };
    // The first row that is not skipped is the header. Blank lines count; a row of several lines counts once.
    let file = "\"title\na,b\nunits\n\n1,\"x\n\ny\"\n2,3\n4,5\n\"6\n7,8\n";
    let expected = lines([(2, "a,b"), (5, "1,\"x\n\ny\""), (9, "4,5"), (11, "7,8")]);
    assert_eq!(rows_of(&dialect(&[1, 3, 6, 8]), file), expected);
    assert_eq!(
        rows_of(&dialect(&[5]), "a\n1\n2\n3\n\"4"),
        lines([(1, "a"), (2, "1"), (3, "2"), (4, "3")])
    );
    // A row that is too long counts once.
    let file = format!("a\n{}\n1\n2\n", "x".repeat(MAX_ROW_BYTES + 1));
    let found = each(Rows::new(dialect(&[3])), file.as_bytes(), 10_000, |rows| {
        rows.row().position.line
    });
    assert_eq!(found, [1, 2, 4]);
}

#[test]
fn spaces_before_cells_are_dropped() {
    let file = "  a,  \"b \" , c\n   \n1,  \"x,  \"\"y\",  \n 2 , , 3\n\"4\", 5\"";
    let ok = |cells: [&str; 3]| Ok(cells.map(str::to_owned).to_vec());
    let expected = [
        Err(Unreadable::StrayQuote),
        ok(["1", "x,  \"y", ""]),
        ok(["2 ", "", "3"]),
        Ok(vec!["4".to_owned(), "5\"".to_owned()]),
    ];
    for size in 1..file.len() {
        assert_eq!(cells(&skipping(b','), file, size), expected, "in pieces of {size}");
    }
    let found = cells(&skipping(b' '), "a b   \"c\"\n", 3);
    assert_eq!(found, [ok(["a", "b", "c"])], "the separator itself");
}

#[test]
fn a_quote_behind_spaces_opens_a_cell() {
    let file = "a, b\n1, \"x\n2, y\n3, \"z\"\n";
    let stray = Err(Unreadable::StrayQuote);
    let row = |cells: [&str; 2]| Ok(cells.map(str::to_owned).to_vec());
    let expected = [row(["a", "b"]), stray, row(["2", "y"]), row(["3", "z"])];
    for size in 1..file.len() {
        assert_eq!(cells(&skipping(b','), file, size), expected, "in pieces of {size}");
    }
}

#[test]
fn a_row_alone_is_not_passed_over() {
    let dialect = Dialect {
        header_row: Some(7),
        comment: Some("a".into()),
        comment_rows: vec![1],
        skip_initial_space: true,
        ..Dialect::default()
    };
    let rows = Rows::resume(dialect.of_single_row(), Delimiter::SEMICOLON, Checkpoint::START);
    let found = each(rows, b"a; b", 1, |rows| fields(rows.row()));
    assert_eq!(found, [Ok(vec!["a".to_owned(), "b".to_owned()])]);
}
