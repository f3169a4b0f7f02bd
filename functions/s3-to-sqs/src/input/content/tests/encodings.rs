//! A byte order mark shows UTF-16, compressed or not.

use super::*;

const BIG: Encoding = Encoding::Utf16Be;
const LITTLE: Encoding = Encoding::Utf16Le;

/// `units` with their byte order mark.
fn encoded(encoding: Encoding, units: impl IntoIterator<Item = u16>) -> Vec<u8> {
    let bytes = |unit: u16| {
        if encoding == BIG {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    std::iter::once(0xfeff).chain(units).flat_map(bytes).collect()
}

#[test]
fn utf_16_is_decoded_without_its_mark() {
    for encoding in [BIG, LITTLE] {
        let object = encoded(encoding, CSV.encode_utf16());
        for size in 1..object.len() {
            let expected = (CSV.as_bytes().to_vec(), format(None, encoding));
            assert_eq!(text(&object, size), expected, "in pieces of {size}");
        }
        for compression in COMPRESSIONS {
            let expected = (CSV.as_bytes().to_vec(), format(Some(compression), encoding));
            assert_eq!(text(&packed(compression, &object), 5), expected);
        }
        assert_eq!(text(&encoded(encoding, []), 1), (Vec::new(), format(None, encoding)));
    }
}

#[test]
fn the_mark_of_utf_8_stays_in_the_text() {
    let object = format!("\u{feff}{CSV}");
    for compression in COMPRESSIONS {
        let expected = (object.clone().into_bytes(), format(Some(compression), Encoding::Utf8));
        assert_eq!(text(&packed(compression, object.as_bytes()), 3), expected);
    }
}

#[test]
fn half_a_pair_and_half_a_unit_are_not_utf_8() {
    let (high, low, a) = (0xd83c, 0xdfd4, u16::from(b'a'));
    let pair = "🏔".as_bytes();
    let (lone_high, lone_low) = (&b"\xed\xa0\xbc"[..], &b"\xed\xbf\x94"[..]);
    let cases: [(&[u16], &[&[u8]]); 7] = [
        (&[a, high, low, a], &[b"a", pair, b"a"]),
        (&[high], &[lone_high]),
        (&[low, a], &[lone_low, b"a"]),
        (&[high, a], &[lone_high, b"a"]),
        (&[high, high, high], &[lone_high, lone_high, lone_high]),
        (&[high, high, low], &[lone_high, pair]),
        (&[low, high], &[lone_low, lone_high]),
    ];
    for encoding in [BIG, LITTLE] {
        for (units, expected) in cases {
            let expected = expected.concat();
            let object = encoded(encoding, units.iter().copied());
            for size in 1..object.len() {
                assert_eq!(text(&object, size).0, expected, "{units:x?}");
                assert_eq!(
                    text(&object[..object.len() - 1], size).0.last(),
                    Some(&0xff),
                    "half a unit"
                );
            }
            assert_eq!(std::str::from_utf8(&expected).is_ok(), units.len() == 4);
        }
    }
}

proptest! {
    #[test]
    fn what_was_encoded_is_read(
        characters in proptest::collection::vec(any::<char>(), 0..40),
        big in any::<bool>(),
        size in 1..40_usize,
    ) {
        let encoding = if big { BIG } else { LITTLE };
        let expected: String = characters.iter().collect();
        let object = encoded(encoding, expected.encode_utf16());
        prop_assert_eq!(text(&object, size), (expected.into_bytes(), format(None, encoding)));
    }
}
