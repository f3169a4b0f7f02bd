//! A line without quotes has the same fields whether the parser reads it at once or leaves it to `csv-core`.

use super::*;

/// Reads `text` as records, in pieces of `size` bytes: the length and the fields of each that is ended.
fn records(text: &[u8], delimiter: Delimiter, size: usize) -> Vec<(usize, Vec<Vec<u8>>)> {
    let mut parser = Parser::new(delimiter, false);
    let (mut records, mut length) = (Vec::new(), 0);
    for mut piece in text.chunks(size) {
        while !piece.is_empty() {
            let (read, ended) = parser.read(piece);
            length += read;
            piece = &piece[read..];
            if ended {
                let fields = parser.record().fields().map(<[u8]>::to_vec).collect();
                records.push((std::mem::take(&mut length), fields));
                parser.begin();
            }
        }
    }
    records
}

proptest! {
    /// In pieces of one byte, no line is read at once.
    #[test]
    fn it_has_the_fields_that_csv_core_finds(
        text in "([ab,;|\t\"\u{e9}\u{0}]{0,4}(,|;|\r|\n|\r\n|\"\"|[a-z]{0,40})){0,30}",
        delimiter in prop::sample::select(&b",;|\t"[..]),
        size in 2usize..200,
    ) {
        let delimiter = Delimiter::new(delimiter).unwrap();
        let whole = records(text.as_bytes(), delimiter, size);
        prop_assert_eq!(whole, records(text.as_bytes(), delimiter, 1));
    }
}

#[test]
fn a_line_of_more_fields_and_bytes_than_there_is_room_for() {
    let line = format!("{}{},\n", "a,".repeat(50), "b".repeat(5000));
    let at_once = records(line.as_bytes(), Delimiter::COMMA, line.len());
    assert_eq!(at_once, records(line.as_bytes(), Delimiter::COMMA, 1));
    assert_eq!((at_once[0].0, at_once[0].1.len()), (line.len(), 52));
}
