//! Encodings that a file does not show must be declared.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_2, ISO_8859_8_I, KOI8_R, MACINTOSH, SHIFT_JIS,
    UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, X_USER_DEFINED,
};

use super::*;

type Declared = &'static encoding_rs::Encoding;

/// Reads an object of a declared encoding: its text and format.
fn declared(encoding: Declared, object: &[u8], size: usize) -> (Vec<u8>, Format) {
    let (text, error, format) = read_as(Text::new(encoding.into()), object, size);
    assert!(error.is_none(), "{error:?}");
    (text, format)
}

fn name(encoding: impl Into<Encoding>) -> String {
    let json = serde_json::to_value(encoding.into()).unwrap();
    json.as_str().unwrap().to_owned()
}

#[test]
fn declared_text_becomes_utf_8_whatever_the_pieces() {
    let cases: [(Declared, &[u8], &str); 8] = [
        (WINDOWS_1252, b"Z\xfcrich;4,5\x80\r\n", "Zürich;4,5€\r\n"),
        (WINDOWS_1251, b"\xcc\xee\xf1\xea\xe2\xe0", "Москва"),
        (SHIFT_JIS, b"\x83\x5c,\x95\x5c\n", "ソ,表\n"),
        (ISO_2022_JP, b"a,\x1b$B4A;z\x1b(B\n1,\x1b$B;z\x1b(B", "a,漢字\n1,字"),
        (GB18030, b"\x84\x31\x95\x33a,\x81\x30\x89\x38", "\u{feff}a,ß"),
        (EUC_KR, b"\xc7\xd1\xb1\xdb", "한글"),
        (UTF_16LE, b"a\0,\0\xfc\0", "a,ü"),
        (UTF_16BE, b"\0a\0,\0\xfc", "a,ü"),
    ];
    for (encoding, object, expected) in cases {
        let expected_format = format(None, encoding.into());
        for size in 1..=object.len() {
            let (text, format) = declared(encoding, object, size);
            assert_eq!(String::from_utf8(text).unwrap(), expected, "in pieces of {size}");
            assert_eq!(format, expected_format);
        }
        for compression in COMPRESSIONS {
            let (text, format) = declared(encoding, &packed(compression, object), 3);
            assert_eq!(String::from_utf8(text).unwrap(), expected);
            assert_eq!(format.compression, Some(compression));
        }
        assert_eq!(declared(encoding, b"", 1), (Vec::new(), expected_format));
    }
}

#[test]
fn bytes_that_are_no_text_spoil_their_row_and_no_other() {
    // 0xD2 and 0xFF are no characters in windows-1253. An incomplete character does not consume a separator or line end
    // after it.
    let cases: [(Declared, &[u8], &[u8]); 5] = [
        (WINDOWS_1253, b"a,\xd2\n1,2\n\xff", b"a,\xff\n1,2\n\xff"),
        (SHIFT_JIS, b"a\x83,\x83\n1\x83", b"a\xff,\xff\n1\xff"),
        (EUC_JP, b"\xa4,\xa4\n", b"\xff,\xff\n"),
        (GB18030, b"\x81\x30\x81,\n\x81", b"\xff0\xff,\n\xff"),
        (ISO_2022_JP, b"\x1b$X,\x80\n1,2", b"\xff$X,\xff\n1,2"),
    ];
    for (encoding, object, expected) in cases {
        for size in 1..=object.len() {
            let (text, _) = declared(encoding, object, size);
            assert_eq!(
                text.escape_ascii().to_string(),
                expected.escape_ascii().to_string(),
                "{} in pieces of {size}",
                encoding.name()
            );
        }
    }
}

#[test]
fn a_byte_order_mark_is_stronger_than_what_is_declared() {
    let utf_8 = format!("\u{feff}{CSV}");
    let utf_16: Vec<u8> = utf_8.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for encoding in [WINDOWS_1252, UTF_16BE, UTF_16LE, UTF_8, ISO_2022_JP] {
        for size in [1, 2, 3, 1000] {
            let expected = (utf_8.clone().into_bytes(), format(None, Encoding::Utf8));
            assert_eq!(
                declared(encoding, utf_8.as_bytes(), size),
                expected,
                "{}",
                encoding.name()
            );
            let expected = (CSV.as_bytes().to_vec(), format(None, Encoding::Utf16Le));
            assert_eq!(declared(encoding, &utf_16, size), expected, "{}", encoding.name());
        }
    }
    let (text, format) = declared(WINDOWS_1252, b"\xff\xfe", 1);
    assert_eq!(
        (text, format.encoding),
        (Vec::new(), Encoding::Utf16Le),
        "nothing but a mark"
    );
    assert_eq!(declared(WINDOWS_1252, b"\xff", 1).0, "ÿ".as_bytes());
    assert_eq!(declared(WINDOWS_1252, b"\xef\xbb", 1).0, "ï»".as_bytes());
}

#[test]
fn declared_utf_8_is_passed_on_as_it_is() {
    let object = b"Z\xfcrich,Z\xc3\xbcrich\n";
    assert_eq!(declared(UTF_8, object, 3), (object.to_vec(), Format::default()));
}

#[test]
fn encodings_have_the_names_of_the_standard() {
    for (encoding, expected) in [
        (UTF_8, "utf-8"),
        (UTF_16LE, "utf-16le"),
        (UTF_16BE, "utf-16be"),
        (WINDOWS_1252, "windows-1252"),
        (ISO_8859_2, "iso-8859-2"),
        (ISO_8859_8_I, "iso-8859-8-i"),
        (SHIFT_JIS, "shift_jis"),
        (KOI8_R, "koi8-r"),
        (X_USER_DEFINED, "x-user-defined"),
    ] {
        assert_eq!(name(encoding), expected);
        let format = format(None, encoding.into());
        let json = serde_json::to_string(&format).unwrap();
        assert_eq!(serde_json::from_str::<Format>(&json).unwrap(), format);
    }
    assert!(serde_json::from_str::<Format>(r#"{"encoding":"latin-17"}"#).is_err());
}

#[test]
fn a_misfit_names_the_encoding_and_the_remedy() {
    assert_eq!(
        Encoding::from(WINDOWS_1253).misfit(7),
        "the file is not windows-1253 at byte 7 of its text: declare the encoding that it has, or save it as UTF-8 and declare \
         none"
    );
    assert_eq!(
        Encoding::Utf8.misfit(7),
        "the file is not UTF-8 at byte 7: save it as UTF-8"
    );
}

proptest! {
    #[test]
    fn what_was_encoded_as_declared_is_read(
        encoding in proptest::sample::select(vec![
            BIG5, EUC_JP, EUC_KR, GB18030, GBK, IBM866, ISO_8859_2, ISO_2022_JP, KOI8_R, MACINTOSH, SHIFT_JIS, WINDOWS_1250,
            WINDOWS_1251, WINDOWS_1252,
        ]),
        text in "[a,\n\"ÄöéżЖя漢字かなカ한글€]{0,40}",
        size in 1..40_usize,
    ) {
        let encodable: String = text.chars().filter(|c| !encoding.encode(&c.to_string()).2).collect();
        let (object, _, _) = encoding.encode(&encodable);
        let (expected, _) = encoding.decode_without_bom_handling(&object);
        let (text, found) = declared(encoding, &object, size);
        prop_assert_eq!(text, expected.as_bytes());
        prop_assert_eq!(found, format(None, encoding.into()));
    }

    /// The text is the same whatever the pieces, and not UTF-8 where the object cannot be decoded.
    #[test]
    fn pieces_do_not_matter_to_a_declared_encoding(
        encoding in proptest::sample::select(vec![
            BIG5, EUC_JP, EUC_KR, GB18030, ISO_2022_JP, SHIFT_JIS, WINDOWS_1253, X_USER_DEFINED,
        ]),
        object in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b'$'), Just(b'B'), Just(b'(')], 0..60),
        size in 1..40_usize,
    ) {
        let whole = declared(encoding, &object, object.len().max(1));
        prop_assert_eq!(&declared(encoding, &object, size), &whole);
        if Encoding::of_mark(&object).is_none() {
            let decoded = encoding.decode_without_bom_handling_and_without_replacement(&object);
            prop_assert_eq!(std::str::from_utf8(&whole.0).ok(), decoded.as_deref());
        }
    }
}
