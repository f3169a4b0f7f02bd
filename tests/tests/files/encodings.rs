//! Encodings of the text.

use end_to_end::Stack;
use end_to_end::case::{Case, Day, lines};
use end_to_end::sample::HEADER;

type Encode = fn(Vec<u16>) -> Vec<u8>;

/// The units of UTF-16 as bytes, without a byte order mark.
fn little_endian(units: impl IntoIterator<Item = u16>) -> Vec<u8> {
    units.into_iter().flat_map(u16::to_le_bytes).collect()
}

fn big_endian(units: impl IntoIterator<Item = u16>) -> Vec<u8> {
    units.into_iter().flat_map(u16::to_be_bytes).collect()
}

fn utf_32_big_endian(text: &str) -> Vec<u8> {
    text.chars()
        .flat_map(|character| u32::from(character).to_be_bytes())
        .collect()
}

#[tokio::test]
async fn utf_16_is_known_by_its_byte_order_mark() {
    let bad = "never,Zürich 測定 🏔,wireless,router-1,4.39,device-1,9.09";
    let encodings: [(&str, Encode); 2] = [("utf-16le", little_endian), ("utf-16be", big_endian)];
    let cases = encodings.map(|(encoding, encode)| {
        let day = Day::unique();
        let rows = [day.row_of("Zürich 測定 🏔", 1), day.row(2)];
        let text = lines(&[HEADER, &rows[0], bad, &rows[1]]);
        Case::new(encoding, encode(format!("\u{feff}{text}").encode_utf16().collect()))
            .text(text)
            .good(rows.each_ref().map(String::as_str))
            .bad(3, "timestamp", "timestamp must be Unix seconds", bad)
            .report("encoding", encoding)
    });

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn utf_16_that_is_damaged_costs_the_rows_that_are() {
    let day = Day::unique();
    let row = day.row(1);
    let (before, behind) = ("0,location-", ",wireless,router-1,4.39,device-1,9.09");
    let mut units: Vec<u16> = format!("\u{feff}{HEADER}\n{before}").encode_utf16().collect();
    // A lone surrogate.
    units.push(0xd83c);
    units.extend(format!("{behind}\n{row}\n").encode_utf16());
    let mut object = little_endian(units);
    // Half a unit of UTF-16.
    object.push(b'x');
    let lone = [before.as_bytes(), b"\xed\xa0\xbc", behind.as_bytes()].concat();
    let text = [lines(&[HEADER]).as_bytes(), &lone, b"\n", row.as_bytes(), b"\n\xff"].concat();
    let place = HEADER.len() + 1 + before.len();
    let case = Case::new("damaged", object)
        .text(text)
        .good([&*row])
        .bad(
            2,
            "location",
            format!("location is not UTF-8 at byte 9 of the cell; the file is not UTF-8 at byte {place}"),
            lone,
        )
        .bad(4, "", "the row has 1 field where the header has 7", b"\xff")
        .report("encoding", "utf-16le");

    Stack::connect().await.check([case]).await;
}

#[tokio::test]
async fn what_is_encoded_otherwise_is_told_by_its_nul_characters() {
    let text = format!("{HEADER}\r0,l\r");
    let hint = "it has NUL characters: save the file as UTF-8, or as UTF-16 with a byte order mark";
    let encoded: [(&str, Vec<u8>, Vec<u8>); 3] = [
        (
            "UTF-16LE without a mark",
            little_endian(text.encode_utf16()),
            b"\x000\0,\0l\0".to_vec(),
        ),
        (
            "UTF-16BE without a mark",
            big_endian(text.encode_utf16()),
            b"\x000\0,\0l\0".to_vec(),
        ),
        (
            "UTF-32BE",
            utf_32_big_endian(&text),
            b"\0\0\x000\0\0\0,\0\0\0l\0\0\0".to_vec(),
        ),
    ];
    // The second byte of the last unit of UTF-16LE is treated as padding.
    let cases = encoded.map(|(name, object, row)| Case::new(name, object).problem(hint).bad(2, "", hint, row));

    Stack::connect().await.check(cases).await;
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_cost_the_rows_that_they_are_in() {
    let day = Day::unique();
    let good = [day.row(1), day.row_of("Zürich", 2)];
    let latin_1 = b"0,Z\xfcrich,wireless,router-1,4.39,device-1,9.09";
    let two_cells = b"0,\"Hall\n3\xff\",wireless,router-1,\x80,device-1,9.09";
    let cut_character = b"0,location-03,wireless,router-1,4.39,device-\xc3,9.09";
    let object = [
        b"\xef\xbb\xbf",
        HEADER.as_bytes(),
        b"\n",
        good[0].as_bytes(),
        b"\n",
        latin_1,
        b"\n",
        two_cells,
        b"\n",
        good[1].as_bytes(),
        b"\n",
        cut_character,
    ]
    .concat();
    let place = |needle: &[u8]| {
        let place = object.windows(needle.len()).position(|bytes| bytes == needle);
        place.expect("it is there")
    };
    let (first, second, third) = (place(b"\xfcrich"), place(b"\xff\""), place(b"\xc3,9"));
    let at = |column: &str, byte: usize, of_file: usize| {
        format!(
            "{column} is not UTF-8 at byte {byte} of the cell; the file is not UTF-8 at byte {of_file}: save it as UTF-8"
        )
    };
    let both = format!(
        "location is not UTF-8 at byte 6 of the cell; {}",
        at("local_avg", 0, second)
    );
    let case = Case::new("latin-1", object.clone())
        .good(good.each_ref().map(String::as_str))
        .bad(3, "location", at("location", 1, first), latin_1)
        .bad(4, "location; local_avg", both, two_cells)
        .bad(7, "remote_dest", at("remote_dest", 7, third), cut_character);

    Stack::connect().await.check([case]).await;
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_cost_nothing_where_they_are_not_needed() {
    let row = Day::unique().row(1);
    let object = [HEADER.as_bytes(), b",M\xfcll\n", row.as_bytes(), b",\xfc\n"].concat();
    let case = Case::new("an unknown column", object)
        .good([&*row])
        .report("unknown_columns", vec!["M\u{fffd}ll"]);

    Stack::connect().await.check([case]).await;
}
