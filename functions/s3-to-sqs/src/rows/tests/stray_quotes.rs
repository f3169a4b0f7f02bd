//! A stray quote that another field's quote closes does not hide the rows between them.

use super::*;

fn read(file: &str, size: usize) -> Vec<(String, Result<Vec<String>, Unreadable>)> {
    each(Rows::default(), file.as_bytes(), size, |rows| {
        (seen(rows.row()).2, fields(rows.row()))
    })
}

fn stray(text: &str) -> (String, Result<Vec<String>, Unreadable>) {
    (text.to_owned(), Err(Unreadable::StrayQuote))
}

fn good(text: &str) -> (String, Result<Vec<String>, Unreadable>) {
    let fields = text.split(',').map(|field| field.trim_matches('"').to_owned());
    (text.to_owned(), Ok(fields.collect()))
}

#[test]
fn a_stray_quote_takes_its_line_and_no_other() {
    let file = "a,b\n1,\"x\n2,x\n3,\"x\"\r\n\"4\",x\r\n\"5,x\n6,\"x\ny\"\n7,\"x\n\n8,x\n\"9\",\"x\"";
    let expected = [
        good("a,b"),
        stray("1,\"x"),
        good("2,x"),
        good("3,\"x\""),
        good("\"4\",x"),
        stray("\"5,x"),
        good("6,\"x\ny\""),
        stray("7,\"x"),
        good("8,x"),
        good("\"9\",\"x\""),
    ];
    for size in 1..=file.len() {
        assert_eq!(read(file, size), expected, "in pieces of {size}");
    }
}

#[test]
fn a_field_that_is_only_partly_in_quotes_is_not_guessed_at() {
    for row in [
        "1,\"x\"y",
        "\"1\" ,x",
        "1,\"x\"\"\"y",
        "\"\"1,x",
        "1,\"x\"\"y\"z",
        "\"1\"x,\"\n\"",
    ] {
        let expected = [good("a,b"), stray(row), good("2,x")];
        assert_eq!(read(&format!("a,b\n{row}\n2,x"), 9), expected, "{row:?}");
    }
    for row in ["1,x\"y", "1, \"x\"", "1\"\",x\"", "1,\"\""] {
        assert_eq!(
            read(&format!("a,b\n{row}\n"), 9)[1].1.as_ref().map(Vec::len),
            Ok(2),
            "{row:?}"
        );
    }
}

#[test]
fn a_header_with_a_stray_quote_takes_its_line_and_no_other() {
    let file = "timestamp;\"location\n0;1\n\"2\";3\n";
    for size in 1..=file.len() {
        let rows = read(file, size);
        assert_eq!(rows[0], stray("timestamp;\"location"));
        let fields: Vec<_> = rows[1..].iter().map(|(_, row)| row.as_ref().map(Vec::len)).collect();
        assert_eq!(fields, [Ok(2), Ok(2)]);
    }
}

#[test]
fn stray_quotes_cost_time_in_proportion_to_the_file() {
    // Each line opens a quote that stays open up to the last line, where it proves to be stray. Reading up to there
    // again for each line would take days.
    let line = "x\",\"\n";
    let count = MAX_ROW_BYTES / line.len() - 10;
    let file = format!("a,b\n{}", format!("1,\"\n{}1,\"2\"\n", line.repeat(count)).repeat(3));
    let mut found = [0, 0];
    each(Rows::default(), file.as_bytes(), 64 * 1024, |rows| {
        assert!(rows.held.capacity() <= 4 * MAX_ROW_BYTES, "{}", rows.held.capacity());
        match rows.row().record {
            Err(Unreadable::StrayQuote) => found[0] += 1,
            _ => found[1] += 1,
        }
    });
    assert_eq!(found, [3 * (count + 1), 1 + 3]);
}
