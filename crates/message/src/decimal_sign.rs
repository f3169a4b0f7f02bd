//! The decimal sign that the numbers of a column show.

use crate::invisible;

/// What a text shows about the decimal sign of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    /// A decimal point: `4.39`, `0.125`, `1,234.5`.
    Point,
    /// A decimal comma: `12,5`, `1.234,56`, `1.234.567`.
    Comma,
    /// A comma that is a decimal comma or a thousands separator: `1,234`.
    DoubtfulComma,
}

/// The decimal sign that a text shows; `None` when it shows none: `7`, `1.234`, or a text that is not a number.
#[must_use]
pub fn decimal_sign(text: &str) -> Option<DecimalSign> {
    let text = invisible::trim(text);
    let is_sign = |c: char| matches!(c, '-' | '+') || invisible::is_like_minus(c);
    let unsigned = text.strip_prefix(is_sign).unwrap_or(text);
    // Spaces of any kind and apostrophes may also separate thousands.
    let is_separator = |c: char| invisible::is_invisible(c) || matches!(c, '\'' | '\u{2019}');
    let number: String = unsigned.chars().filter(|c| !is_separator(*c)).collect();
    if number
        .bytes()
        .any(|byte| !byte.is_ascii_digit() && byte != b'.' && byte != b',')
    {
        return exponential_sign(&number);
    }
    match (number.matches('.').count(), number.matches(',').count()) {
        (1, 0) if !is_grouped(&number, '.') => Some(DecimalSign::Point),
        (0, 1) if !is_grouped(&number, ',') => Some(DecimalSign::Comma),
        (0, 1) => Some(DecimalSign::DoubtfulComma),
        (2.., 0) if is_grouped(&number, '.') => Some(DecimalSign::Comma),
        (0, 2..) if is_grouped(&number, ',') => Some(DecimalSign::Point),
        (1, 1..) if number.rfind('.') > number.rfind(',') => Some(DecimalSign::Point),
        (1.., 1) if number.rfind(',') > number.rfind('.') => Some(DecimalSign::Comma),
        _ => None,
    }
    .filter(|_| number.bytes().any(|byte| byte.is_ascii_digit()))
}

/// The decimal sign of a number with an exponent: nobody writes thousands separators in such a number.
fn exponential_sign(number: &str) -> Option<DecimalSign> {
    let (mantissa, exponent) = number.split_once(['e', 'E'])?;
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let is_exponent = !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ','])?;
    let digits = whole.bytes().chain(fraction.bytes());
    if !is_exponent || !digits.into_iter().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(if mantissa.contains('.') {
        DecimalSign::Point
    } else {
        DecimalSign::Comma
    })
}

/// Whether the point of a number, in the form of [`Number`](crate::Number), may separate thousands: it stands between one to
/// three digits that do not begin with a zero, and three digits.
#[must_use]
#[inline]
pub fn may_be_grouped(number: &str) -> bool {
    // This runs for every number of every row; most have no point at this place.
    let bytes = number.as_bytes();
    let has_point = bytes.len() > 4 && bytes[bytes.len() - 4] == b'.';
    has_point && is_grouped(number.strip_prefix(['-', '+']).unwrap_or(number), '.')
}

/// Whether `separator` separates the thousands of a number.
fn is_grouped(unsigned: &str, separator: char) -> bool {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = unsigned.split(separator);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && is_digits(first)
        && groups.all(|group| group.len() == 3 && is_digits(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_its_decimal_sign() {
        for (sign, texts) in [
            (
                Some(DecimalSign::Point),
                [
                    "4.39",
                    "-0.5",
                    "0.125",
                    "1234.567",
                    "1.2345",
                    ".5",
                    "5.",
                    "1,234.5",
                    "1'234.5",
                    "1,234,567",
                    "1.5e3",
                    "1.234e3",
                    "1 234.5",
                    " +1.25\u{A0}",
                ]
                .as_slice(),
            ),
            (
                Some(DecimalSign::Comma),
                &[
                    "12,5",
                    "-0,5",
                    "0,125",
                    "1.234,56",
                    "1 234,5",
                    "1\u{202F}234,5",
                    "1.234.567",
                    "1.234.567,8",
                    "1234,567",
                    "1,5e3",
                    ",5",
                    "\u{2212}4,39",
                    "\u{2013}4,39",
                    "\u{FF0D}1.234,5",
                ],
            ),
            (Some(DecimalSign::DoubtfulComma), &["1,234", "-12,345", "999,000"]),
            (
                None,
                &[
                    "", "7", "-12", "1.234", "12.345", "999.000", "1e9", "4.39 ms", "1.2.3", "1,2,3", "NaN", ".", ",",
                    "1.2,3.4", "e.5",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(decimal_sign(text), sign, "{text:?}");
            }
        }
    }

    #[test]
    fn three_digits_behind_a_point_may_be_thousands() {
        for number in ["1.234", "-12.345", "123.456", "999.000"] {
            assert!(may_be_grouped(number), "{number}");
        }
        for number in [
            "", "234", ".234", "0.234", "-0.234", "1234.567", "4.39", "1.2345", "1.234e3", "1e9.234", "--1.234",
        ] {
            assert!(!may_be_grouped(number), "{number}");
        }
    }
}
