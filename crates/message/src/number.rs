//! Decimal numbers, kept as text: no digit is lost on the way from a CSV cell to an API response.

use std::borrow::Cow;
use std::fmt;

/// The most significant digits that DynamoDB keeps.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_DIGITS: usize = 38;
/// The exponents of the smallest and the largest magnitude, `1E-130` and `9.9…9E+125` (same source).
const EXPONENTS: std::ops::RangeInclusive<i64> = -130..=125;

/// A decimal that fits DynamoDB's type N, kept as the text of a JSON number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number<'a>(Cow<'a, str>);

/// Why a text is not a [`Number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text is not a decimal: it has thousands separators, a decimal comma or a unit, or is `NaN`.
    #[error("must be a decimal number such as 4.39 or -1.5e3, without separators or units")]
    Form,
    /// The number has too many digits. Rounding it would lose data silently.
    #[error("has {0} significant digits; DynamoDB keeps {MAX_DIGITS}")]
    Digits(usize),
    /// The number is too large or too small for DynamoDB.
    #[error("is outside DynamoDB's range, 1E-130 to 9.9E+125 in magnitude")]
    Range,
}

impl<'a> Number<'a> {
    /// Reads a decimal: optional sign, digits with an optional point, optional exponent.
    ///
    /// The digits are kept as they are. Only forms that JSON does not allow are rewritten: `+4` -> `4`, `.5` -> `0.5`,
    /// `5.` -> `5`, `007` -> `7`.
    ///
    /// # Errors
    /// [`NumberError`] when the text is not a number, or a number that DynamoDB cannot hold.
    #[inline]
    pub fn parse(text: &'a str) -> Result<Self, NumberError> {
        if is_plain(text) {
            return Ok(Self(Cow::Borrowed(text)));
        }
        Self::parse_any(text)
    }

    fn parse_any(text: &'a str) -> Result<Self, NumberError> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits_only = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits_only(whole) || !digits_only(fraction) || whole.len() + fraction.len() == 0 {
            return Err(NumberError::Form);
        }
        let exponent = exponent.map_or(Ok(0), parse_exponent)?;
        check_range(whole, fraction, exponent)?;

        let canonical = !text.starts_with('+')
            && !mantissa.ends_with('.')
            && !whole.is_empty()
            && (whole.len() == 1 || !whole.starts_with('0'));
        if canonical {
            return Ok(Self(Cow::Borrowed(text)));
        }
        let sign = if text.starts_with('-') { "-" } else { "" };
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let point = if fraction.is_empty() { "" } else { "." };
        let exponent = &unsigned[mantissa.len()..];
        Ok(Self(Cow::Owned(format!("{sign}{whole}{point}{fraction}{exponent}"))))
    }

    /// The one text that all spellings of a value share: `5.60`, `56e-1` and `5.6` are equal to DynamoDB and have the same
    /// normal form. It is the sign, the digits without zeros at either end, `e` and the exponent of the last digit.
    #[must_use]
    pub fn normal_form(&self) -> String {
        let unsigned = self.0.trim_start_matches('-');
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        // Neither can overflow: the range of the number was checked.
        let dropped = |count: usize| i64::try_from(count).unwrap_or_default();
        let exponent = parse_exponent(exponent).unwrap_or_default() + dropped(digits.len() - significant.len())
            - dropped(fraction.len());
        match significant.trim_start_matches('0') {
            "" => "0".to_owned(),
            digits if self.0.starts_with('-') => format!("-{digits}e{exponent}"),
            digits => format!("{digits}e{exponent}"),
        }
    }

    /// The number as JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text certainly is a number that JSON and DynamoDB take as it is: an optional minus sign, digits, and maybe a point
/// between two of them. Almost every number is like this.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let begins_plainly = matches!(digits, [b'0'] | [b'0', b'.', ..] | [b'1'..=b'9', ..]);
    if !begins_plainly || digits.len() > MAX_DIGITS {
        return false;
    }
    let (mut points, mut others) = (0, 0);
    for byte in digits {
        points += u32::from(*byte == b'.');
        others += u32::from(!matches!(byte, b'0'..=b'9' | b'.'));
    }
    points <= 1 && others == 0 && digits.last() != Some(&b'.')
}

/// Reads the exponent after the `e`. It saturates, because its range is checked together with the digits.
pub(crate) fn parse_exponent(text: &str) -> Result<i64, NumberError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Form);
    }
    // A saturated exponent is outside every range, and additions to it do not overflow an i64.
    let magnitude = digits.parse::<i32>().map_or(i64::from(i32::MAX), i64::from);
    Ok(if text.starts_with('-') { -magnitude } else { magnitude })
}

fn check_range(whole: &str, fraction: &str, exponent: i64) -> Result<(), NumberError> {
    let position = |count: usize| i64::try_from(count).unwrap_or(i64::MAX / 4);
    let in_range = |magnitude: i64| EXPONENTS.contains(&magnitude).then_some(()).ok_or(NumberError::Range);
    let digits = || whole.bytes().chain(fraction.bytes());
    let Some(first) = digits().position(|digit| digit != b'0') else {
        // A zero has a magnitude only by its spelling. A decimal type refuses a spelling that it cannot hold.
        return in_range(exponent - position(fraction.len()));
    };
    let all = whole.len() + fraction.len();
    let trailing_zeros = fraction
        .bytes()
        .rev()
        .chain(whole.bytes().rev())
        .take_while(|&digit| digit == b'0')
        .count();
    let significant = all - first - trailing_zeros;
    if significant > MAX_DIGITS {
        return Err(NumberError::Digits(significant));
    }
    in_range(position(whole.len()) - position(first) - 1 + exponent)
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_is_right(text in "[-+]?[0-9.]{0,6}[-+.e0-9a]?[0-9]{0,3}|-?[0-9]{0,30}\\.?[0-9]{0,30}|0?\\.?0{1,45}1?") {
            if is_plain(&text) {
                prop_assert_eq!(Number::parse_any(&text), Ok(Number(Cow::Borrowed(&text))));
            }
        }
    }

    #[test]
    fn digits_are_kept() {
        for text in [
            "4.39",
            "10.10",
            "0",
            "-0",
            "-1.50",
            "1e5",
            "1E-7",
            "12345678901234567890123456789012345678",
            "0.10",
        ] {
            assert_eq!(Number::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_json_does_not_know_is_rewritten() {
        for (text, json) in [
            ("+4", "4"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("5.", "5"),
            ("007", "7"),
            ("00", "0"),
            ("-010.e2", "-10e2"),
        ] {
            assert_eq!(Number::parse(text).unwrap().as_str(), json);
        }
    }

    #[test]
    fn equal_numbers_have_one_normal_form() {
        for (form, texts) in [
            ("56e-1", ["5.6", "5.60", "56e-1", "0.0560E+2"].as_slice()),
            ("-1e2", &["-100", "-1e2", "-0.1E3", "-100.00"]),
            ("0", &["0", "-0", "0.00", "0e5"]),
            (
                "12345678901234567890123456789012345678e0",
                &["12345678901234567890123456789012345678"],
            ),
            ("1e-130", &["1e-130", "10e-131"]),
        ] {
            for text in texts {
                assert_eq!(Number::parse(text).unwrap().normal_form(), form, "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", "-", ".", "e5", "1e", "1e+", "NaN", "inf", "1,000", "4,39", "4.39 ms", "0x1", "1_0", "1.2.3", "--1",
        ] {
            assert_eq!(Number::parse(text), Err(NumberError::Form), "{text:?}");
        }
    }

    #[test]
    fn dynamodb_limits_hold() {
        let digits_39 = "1".repeat(39);
        assert_eq!(Number::parse(&digits_39), Err(NumberError::Digits(39)));
        assert!(
            Number::parse("100000000000000000000000000000000000000000").is_ok(),
            "zeros at the end do not count"
        );
        for text in ["1e-130", "9.9e125", "0.1e126", "0e125", "0.00000"] {
            assert!(Number::parse(text).is_ok(), "{text}");
        }
        for text in [
            "9.9e-131",
            "1e126",
            "10e125",
            "1e99999999999999999999",
            "-1e126",
            "0.01e-129",
            "0e126",
            "0.0e-130",
        ] {
            assert_eq!(Number::parse(text), Err(NumberError::Range), "{text}");
        }
    }
}
