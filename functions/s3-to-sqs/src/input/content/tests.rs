mod declared;
mod encodings;

use std::io::Write;

use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::format::{Compression, Encoding};
use super::*;

const CSV: &str = "timestamp,location\n1559040909.3853335,Zürich 🏔\r\n";

/// Reads an object in pieces of `size` bytes. Returns its text, the error that ended it, and its format.
fn read(object: &[u8], size: usize) -> (Vec<u8>, Option<UnpackError>, Format) {
    read_as(Text::default(), object, size)
}

fn read_as(mut text: Text, object: &[u8], size: usize) -> (Vec<u8>, Option<UnpackError>, Format) {
    let mut pieces = object.chunks(size).map(Bytes::copy_from_slice);
    let mut found = Vec::new();
    let mut ended = false;
    loop {
        let pulled = match text.pull() {
            Ok(Pulled::NeedsInput) => {
                assert!(!ended, "there is an end");
                let piece = pieces.next();
                ended = piece.is_none();
                text.push(piece).map(|()| Pulled::NeedsInput)
            }
            pulled => pulled,
        };
        match pulled {
            Ok(Pulled::Bytes(bytes)) => {
                assert!(!bytes.is_empty());
                let piece = text.format().compression.map_or(size, |_| 64 * 1024);
                assert!(bytes.len() <= piece * 3 + 16, "pieces are small");
                found.extend_from_slice(&bytes);
            }
            Ok(Pulled::NeedsInput) => {}
            Ok(Pulled::End) => {
                assert!(matches!(text.pull(), Ok(Pulled::End)), "the end is the end");
                return (found, None, text.format());
            }
            Err(error) => return (found, Some(error), text.format()),
        }
    }
}

/// The text and format of an undamaged object.
fn text(object: &[u8], size: usize) -> (Vec<u8>, Format) {
    let (text, error, format) = read(object, size);
    assert!(error.is_none(), "{error:?}");
    (text, format)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Rows that are all different.
fn numbers(count: u32) -> String {
    let rows = (0..count).map(|row| format!("{row},{}", row.wrapping_mul(2_654_435_761)));
    rows.collect::<Vec<_>>().join("\n")
}

fn packed(compression: Compression, bytes: &[u8]) -> Vec<u8> {
    match compression {
        Compression::Gzip => gzip(bytes),
        Compression::Zstd => zstd(bytes),
    }
}

fn format(compression: Option<Compression>, encoding: Encoding) -> Format {
    Format { compression, encoding }
}

const COMPRESSIONS: [Compression; 2] = [Compression::Gzip, Compression::Zstd];

#[test]
fn plain_text_is_not_copied() {
    for piece in ["\u{feff}timestamp\n", CSV, "a\0b\0"] {
        let piece = Bytes::from(piece);
        let mut text = Text::default();
        for _ in 0..2 {
            text.push(Some(piece.clone())).unwrap();
            let Ok(Pulled::Bytes(bytes)) = text.pull() else {
                panic!("a piece comes out");
            };
            assert_eq!(bytes.as_ptr(), piece.as_ptr());
            assert_eq!(bytes, piece);
        }
        assert_eq!(text.format(), Format::default());
    }
}

#[test]
fn an_object_too_short_to_be_anything_else_is_text() {
    for object in [&b""[..], b"1", b"(", b"\xff", b"\x28\xb5\x2f", b"\xef\xbb", b"ab"] {
        for size in [1, 9] {
            assert_eq!(text(object, size), (object.to_vec(), Format::default()));
        }
    }
}

#[test]
fn members_and_frames_follow_each_other() {
    for compression in COMPRESSIONS {
        let parts = [CSV, "", "2,b\n", "3,c\n"].map(|part| packed(compression, part.as_bytes()));
        let object = parts.concat();
        let expected = format!("{CSV}2,b\n3,c\n").into_bytes();
        for size in [1, 2, 3, 7, 1000] {
            let (text, format) = text(&object, size);
            assert_eq!(text, expected);
            assert_eq!(format.compression, Some(compression));
        }
    }
}

#[test]
fn frames_of_zstd_may_be_ones_to_skip() {
    let skipped = b"\x5a\x2a\x4d\x18\x05\0\0\0abcde";
    let object = [&skipped[..], &zstd(b"a,b\n"), skipped, &zstd(b"1,2\n"), skipped].concat();
    for size in [1, 1000] {
        assert_eq!(text(&object, size).0, b"a,b\n1,2\n");
    }
}

#[test]
fn a_gzip_header_may_have_all_its_parts() {
    let mut encoder = flate2::GzBuilder::new()
        .filename("data.csv")
        .comment("nothing")
        .extra(vec![7; 300])
        .mtime(1)
        .write(Vec::new(), flate2::Compression::best());
    encoder.write_all(CSV.as_bytes()).unwrap();
    let object = encoder.finish().unwrap();
    for size in [1, 1000] {
        assert_eq!(text(&object, size).0, CSV.as_bytes());
    }
}

#[test]
fn what_breaks_off_is_noticed_at_every_byte() {
    let rows = numbers(70);
    for compression in COMPRESSIONS {
        let first = packed(compression, rows.as_bytes());
        let object = [&first[..], &packed(compression, rows.as_bytes())].concat();
        let least = if compression == Compression::Gzip { 2 } else { 4 };
        for length in (least..object.len()).filter(|length| *length != first.len()) {
            for size in [1, 10_000] {
                let (text, error, format) = read(&object[..length], size);
                assert_eq!(format.compression, Some(compression));
                match error {
                    Some(UnpackError::Truncated { byte, .. }) => assert_eq!(byte, length as u64),
                    error => panic!("{compression} of {length} bytes: {error:?}"),
                }
                assert!(rows.repeat(2).as_bytes().starts_with(&text), "what was there is right");
            }
        }
    }
}

#[test]
fn what_follows_compressed_data_is_no_text() {
    for compression in COMPRESSIONS {
        let object = [&packed(compression, CSV.as_bytes()), &b"1,not compressed\n"[..]].concat();
        for size in [1, 1000] {
            let (text, error, _) = read(&object, size);
            assert_eq!(text, CSV.as_bytes());
            assert!(matches!(error, Some(UnpackError::Corrupt { .. })), "{error:?}");
        }
    }
}

#[test]
fn a_window_of_zstd_may_be_32_mib() {
    let object = |window_log| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(window_log).unwrap();
        encoder.write_all(CSV.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    assert_eq!(text(&object(25), 100).0, CSV.as_bytes());
    let (text, error, _) = read(&object(26), 100);
    assert_eq!(text, b"");
    let error = error.expect("it is too large").to_string();
    assert!(error.contains("`zstd --long=25`"), "{error}");
}

#[test]
fn what_grows_without_bound_comes_in_small_pieces() {
    let zeros = vec![0; 8 * 1024 * 1024];
    for compression in COMPRESSIONS {
        // The whole object is pushed at once.
        let (text, format) = text(&packed(compression, &zeros), zeros.len());
        assert!(text == zeros);
        assert_eq!(format.compression, Some(compression));
    }
}

#[test]
fn errors_name_the_place_and_what_to_do() {
    let object = gzip(CSV.as_bytes());
    let (_, error, _) = read(&object[..object.len() - 3], 100);
    let expected = format!(
        "the gzip data end early, at byte {} of the object: compress and upload the file again",
        object.len() - 3
    );
    assert_eq!(error.unwrap().to_string(), expected);
}

#[test]
fn formats_have_names() {
    let json = |format: Format| {
        let json = serde_json::to_string(&format).unwrap();
        assert_eq!(serde_json::from_str::<Format>(&json).unwrap(), format);
        json
    };
    assert_eq!(json(Format::default()), r#"{"encoding":"utf-8"}"#);
    let gzip = format(Some(Compression::Gzip), Encoding::Utf16Le);
    assert_eq!(json(gzip), r#"{"compression":"gzip","encoding":"utf-16le"}"#);
    let zstd = format(Some(Compression::Zstd), Encoding::Utf16Be);
    assert_eq!(json(zstd), r#"{"compression":"zstd","encoding":"utf-16be"}"#);
}

fn any_compression() -> impl Strategy<Value = Compression> {
    proptest::sample::select(&COMPRESSIONS)
}

proptest! {
    #[test]
    fn what_was_compressed_is_read(
        compression in any_compression(),
        parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..400), 1..4),
        size in 1..300_usize,
    ) {
        let parts: Vec<_> = parts.iter().map(|part| [b"a,", &part[..]].concat()).collect();
        let object: Vec<u8> = parts.iter().flat_map(|part| packed(compression, part)).collect();
        prop_assert_eq!(text(&object, size), (parts.concat(), format(Some(compression), Encoding::Utf8)));
    }

    /// A wrong byte is noticed or harmless. It never causes a panic or an endless loop.
    #[test]
    fn damage_is_noticed(
        compression in any_compression(),
        rows in 1..300_u32,
        place in any::<proptest::sample::Index>(),
        change in 1..=255_u8,
        size in 1..300_usize,
    ) {
        let rows = numbers(rows);
        let mut object = packed(compression, rows.as_bytes());
        let magic = if compression == Compression::Gzip { 2 } else { 4 };
        let place = magic + place.index(object.len() - magic);
        object[place] ^= change;
        let (text, error, _) = read(&object, size);
        prop_assert!(error.is_some() || text == rows.as_bytes());
    }

    #[test]
    fn whatever_it_is_it_has_an_end(
        magic in proptest::sample::select(vec![&b""[..], b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xff\xfe"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        size in 1..300_usize,
    ) {
        let object = [magic, &bytes].concat();
        let (one, one_error, _) = read(&object, size);
        let (other, other_error, _) = read(&object, 1000);
        let kind = |error: &Option<UnpackError>| error.as_ref().map(std::mem::discriminant);
        prop_assert_eq!(kind(&one_error), kind(&other_error));
        if one_error.is_none() {
            prop_assert_eq!(one, other);
        } else {
            // The decompressor withholds what it decoded in the call that finds the damage. How much that is depends on
            // the pieces.
            prop_assert!(one.starts_with(&other) || other.starts_with(&one));
        }
    }
}

#[test]
fn damage_is_found_whatever_the_pieces() {
    // When it is read byte by byte, the first two bytes of text come before the damage is found.
    let object = b"\x1f\x8b\x08\x08\0\0\0\0\0\0\0\xfa\x70\0\x03\x6d\0\0";
    for size in [1, object.len()] {
        let (_, error, _) = read(object, size);
        assert!(error.is_some(), "pieces of {size}");
    }
}
