use super::*;

fn texts(file: &[u8], size: usize) -> Vec<String> {
    rows(file, size).into_iter().map(|(_, _, text)| text).collect()
}

#[test]
fn padding_at_the_end_is_no_row() {
    for padding in [
        "\u{1a}",
        "\0",
        "\0\0\0\0",
        "\u{1a}\u{1a}\0",
        "\u{1a}\r\n",
        "\r\n\u{1a}\n\0\0\n",
    ] {
        for end in ["\n", "\r\n", ""] {
            let file = format!("a,b\n1,\"2\"{end}{padding}");
            // After a row without a line end, padding that itself has a line end is part of the row.
            if end.is_empty() && padding.ends_with('\n') && !padding.starts_with('\r') {
                continue;
            }
            for size in 1..=file.len() {
                assert_eq!(
                    texts(file.as_bytes(), size),
                    ["a,b", "1,\"2\""],
                    "{file:?} in pieces of {size}"
                );
            }
        }
    }
}

#[test]
fn what_something_follows_is_no_padding() {
    let file = b"a,b\n\0\0\n\x1a\n\x001,2\n\0";
    for size in 1..=file.len() {
        assert_eq!(
            texts(file, size),
            ["a,b", "\0\0", "\u{1a}", "\u{0}1,2"],
            "in pieces of {size}"
        );
    }
    let quoted = b"a,b\n1,\"2\0\0";
    assert_eq!(texts(quoted, 3), ["a,b", "1,\"2\0\0"], "inside an open quote");
}

#[test]
fn more_padding_than_a_row_may_have_is_none_either() {
    for line in ["\0".to_owned(), "\0".repeat(1000) + "\n"] {
        let padding = line.repeat(3 * MAX_ROW_BYTES / line.len());
        let file = format!("a,b\n1,2\n{padding}");
        let found = texts(file.as_bytes(), 60_000);
        assert_eq!(found[..2], ["a,b", "1,2"]);
        let is_rejected = line.ends_with('\n');
        assert_eq!(found.len() > 2, is_rejected, "{} rows", found.len());
    }
}

#[test]
fn lines_of_padding_are_looked_at_once() {
    let count = MAX_ROW_BYTES / 4;
    let file = format!("a,b\n{}1,2\n", "\0\n".repeat(count));
    let found = each(Rows::default(), file.as_bytes(), 64 * 1024, |rows| {
        assert!(rows.held.capacity() <= 4 * MAX_ROW_BYTES, "{}", rows.held.capacity());
        rows.row().text.len()
    });
    assert_eq!(found.len(), count + 2);
}

proptest! {
    #[test]
    fn pieces_do_not_matter_beside_padding(file in "[\u{feff},\r\n]{0,4}[a\",\0\u{1a}\r\n]{0,60}", size in 1..9_usize) {
        prop_assert_eq!(rows(file.as_bytes(), size), rows(file.as_bytes(), 1000));
    }
}

#[test]
fn what_is_read_behind_a_row_is_the_same_padding() {
    let file = b"a,b\n\"1,2\n\0\0\n\x1a";
    let found = each(Rows::default(), file, 5, |rows| (seen(rows.row()).2, rows.checkpoint()));
    assert_eq!(found.len(), 2);
    let from = usize::try_from(found[1].1.byte).unwrap();
    let rest = each(
        Rows::resume(Dialect::default(), Delimiter::COMMA, found[1].1),
        &file[from..],
        5,
        |rows| seen(rows.row()),
    );
    assert_eq!(rest, []);
}

#[test]
fn rows_of_several_lines_say_so() {
    let file = b"a,b\r\n1,2\r\n\"x\ny\",2\n\"x\r\ny\",3";
    for size in 1..=file.len() {
        let found = each(Rows::default(), file, size, |rows| rows.row().has_line_ends);
        assert_eq!(found, [false, false, true, true], "in pieces of {size}");
    }
}
