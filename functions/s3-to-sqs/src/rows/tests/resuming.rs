//! Reading continues after any row as if it had never stopped.

use super::open_quotes::{limited, whole};
use super::*;

#[test]
fn a_checkpoint_survives_json() {
    let checkpoint = Checkpoint {
        byte: 1 << 40,
        line: 7,
        after_cr: true,
        inner_line_ends: 0,
    };
    let json = serde_json::to_string(&(checkpoint, Delimiter::TAB)).unwrap();
    assert_eq!(json, r#"[{"byte":1099511627776,"line":7,"after_cr":true},"tab"]"#);
    assert_eq!(
        serde_json::from_str::<(Checkpoint, Delimiter)>(&json).unwrap(),
        (checkpoint, Delimiter::TAB)
    );
}

#[test]
fn a_row_behind_a_checkpoint_may_be_longer_than_a_header() {
    let file = format!("a,b\r{}\r\n", "x".repeat(MAX_ROW_BYTES));
    let checkpoint = each(Rows::default(), &file.as_bytes()[..4], 9, Rows::checkpoint)[0];
    let rows = Rows::resume(Dialect::default(), Delimiter::COMMA, checkpoint);
    let found = each(rows, &file.as_bytes()[4..], 10_000, |rows| {
        (rows.row().position, rows.row().record.is_ok())
    });
    assert_eq!(found, [(Position { line: 2, byte: 4 }, true)]);
}

#[test]
fn in_the_middle_of_a_row_the_checkpoint_is_before_it() {
    let mut rows = Rows::default();
    let mut input = &b"a,b\n\n1,"[..];
    assert!(rows.advance(&mut input));
    let behind = |byte| Checkpoint {
        byte,
        line: 3,
        after_cr: false,
        inner_line_ends: 0,
    };
    for piece in [&b""[..], b"\"x\n", &vec![b'x'; MAX_ROW_BYTES / 2]] {
        assert!(!rows.advance(&mut input) && input.is_empty());
        assert_eq!(rows.checkpoint(), behind(5));
        input = piece;
    }
    let mut rows = Rows::resume(Dialect::default(), Delimiter::COMMA, behind(5));
    let long = vec![b'x'; 3 * MAX_ROW_BYTES];
    assert!(!rows.advance(&mut &long[..]));
    assert_eq!(rows.checkpoint(), behind(5), "also of a row too long");
    let mut end = &b"x\r\n1,2"[..];
    assert!(rows.advance(&mut end));
    let expected = Checkpoint {
        byte: 5 + long.len() as u64 + 2,
        line: 4,
        after_cr: true,
        inner_line_ends: 0,
    };
    assert_eq!(rows.checkpoint(), expected);
}

proptest! {
    #[test]
    fn behind_every_row_reading_goes_on_as_it_would_have(
        mark in "\u{feff}?",
        separator in "[,;\t]",
        rest in "[a\"\",;\t\r\n]{0,60}",
        sizes in [1..70_usize, 1..70_usize],
        most in 25..45_usize,
    ) {
        let file = format!("{mark}location{separator}source{rest}");
        let most = [25, most];
        let read = each(limited(most), file.as_bytes(), sizes[0], |rows| {
            (rows.checkpoint(), rows.delimiter(), whole(rows))
        });
        for (index, (checkpoint, delimiter, _)) in read.iter().enumerate() {
            let rows = Rows { most: [most[1]; 2], ..Rows::resume(Dialect::default(), *delimiter, *checkpoint) };
            let behind = &file.as_bytes()[usize::try_from(checkpoint.byte).unwrap()..];
            let resumed = each(rows, behind, sizes[1], |rows| (rows.checkpoint(), rows.delimiter(), whole(rows)));
            prop_assert_eq!(&read[index + 1..], resumed);
        }
    }
}
