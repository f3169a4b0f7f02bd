//! Timestamps in other spellings: `.5`, `1559040909.`, `1.559e9`, and those with very many digits.

use crate::number::parse_exponent;

/// The most zeros that are added before or after the point: far more than the years that a key can name, and the nanoseconds
/// that it keeps, have digits.
const MAX_ZEROS: i64 = 25;

/// The digits before and after the point of a decimal number without a sign, when it is written without an exponent. `None` when
/// the text is no such number. Zeros that make no difference may be left out.
pub(super) fn digits_of(unsigned: &str) -> Option<(String, String)> {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent).ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let leading = digits.len() - digits.trim_start_matches('0').len();
    if leading == digits.len() {
        return Some(("0".to_owned(), "0".to_owned()));
    }
    digits.drain(..leading);
    let point = length(whole) - length_of(leading) + exponent;
    let (whole, fraction) = match usize::try_from(point) {
        Ok(point) if point <= digits.len() => digits.split_at(point),
        Ok(_) => {
            let zeros = (point - length(&digits)).min(MAX_ZEROS);
            digits.extend(std::iter::repeat_n('0', usize::try_from(zeros).unwrap_or_default()));
            (digits.as_str(), "")
        }
        Err(_) => {
            let zeros = point.saturating_neg().min(MAX_ZEROS);
            digits.insert_str(0, &"0".repeat(usize::try_from(zeros).unwrap_or_default()));
            ("", digits.as_str())
        }
    };
    let or_zero = |digits: &str| {
        if digits.is_empty() {
            "0".to_owned()
        } else {
            digits.to_owned()
        }
    };
    Some((or_zero(whole), or_zero(fraction)))
}

fn length(text: &str) -> i64 {
    length_of(text.len())
}

fn length_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{Key, Precision};

    fn key(text: &str) -> Result<Key, crate::KeyError> {
        Key::from_timestamp(text, Precision::Nanoseconds)
    }

    #[test]
    fn every_spelling_is_the_same_instant() {
        for (plain, spellings) in [
            ("0.5", [".5", "+.5", "5e-1", "00.5e0", "500e-3"].as_slice()),
            ("-0.5", &["-.5", "-5e-1"]),
            (
                "1559040909",
                &[
                    "1559040909.",
                    "1559040909e0",
                    "1.559040909e9",
                    "1559040909.E+0",
                    "15590409090e-1",
                ],
            ),
            ("1000000000", &["1e9", "1E9", "1.e9", "+1e+9", "0.1e10", "0000001e9"]),
            ("1559040909.3853335", &["1.5590409093853335E9", "15590409093853335e-7"]),
            ("0", &["0e99999999999", ".0", "0.", "-0.", "0e-99999999999"]),
            (
                "-1",
                &["-1.", "-1e0", "-0000000000000000001", "-00000000000000000000001.0"],
            ),
            ("1559040909.25", &["000000001559040909.25", "0000000001559040909.25"]),
            // Nearer to zero than anything that is kept.
            ("0.0000000000001", &["1e-99999999999", "1e-400"]),
            ("-0.0000000000001", &["-1e-99999999999", "-1e-30"]),
        ] {
            for spelling in spellings {
                assert_eq!(key(spelling), key(plain), "{spelling}");
            }
        }
        for text in ["1e30", "1e99999999999", "9e99", "1559040909385e0", "-1e12"] {
            assert_eq!(key(text), Err(crate::KeyError::Range), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_point_moves_exactly(seconds in 0..60_000_000_000_u64, fraction in "[0-9]{1,12}", shift in 0..12_usize) {
            let plain = format!("{seconds}.{fraction}");
            let moved = format!("{seconds}{fraction}e-{}", fraction.len());
            prop_assert_eq!(key(&moved), key(&plain));
            let zeros = "0".repeat(shift);
            let small = format!("0.{zeros}{seconds}{fraction}e{}", shift + seconds.to_string().len());
            prop_assert_eq!(key(&small), key(&plain));
        }
    }
}
