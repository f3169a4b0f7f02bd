//! The value of a decimal number, which can be compared and written in one form.

use std::cmp::Ordering;

/// The most significant digits that DynamoDB keeps of a number.
const MAX_DIGITS: usize = 38;
/// The longest number that is written without an exponent, in digits and zeros.
const MAX_PLAIN: i32 = 45;

/// The exact value of a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// The significant digits, without zeros at either end, and then zeros up to the end of the array.
    digits: [u8; MAX_DIGITS],
    length: usize,
    /// The exponent of the first digit: 0 for 4.39, 2 for 439.
    magnitude: i32,
}

impl Decimal {
    /// The value of a text that [`Number`](crate::Number) accepts.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (negative, unsigned) = text
            .strip_prefix('-')
            .map_or((false, text), |unsigned| (true, unsigned));
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let mut decimal = Self {
            negative,
            digits: [0; MAX_DIGITS],
            length: 0,
            magnitude: exponent.parse().unwrap_or_default(),
        };
        let mut before_point = true;
        let mut seen = 0;
        for byte in mantissa.bytes() {
            match byte {
                b'.' => before_point = false,
                b'0' if decimal.length == 0 && seen == 0 => decimal.magnitude -= i32::from(!before_point),
                digit => {
                    if seen == 0 && !before_point {
                        decimal.magnitude -= 1;
                    }
                    decimal.magnitude += i32::from(before_point && seen > 0);
                    if let Some(place) = decimal.digits.get_mut(seen) {
                        *place = digit.wrapping_sub(b'0');
                        if *place != 0 {
                            decimal.length = seen + 1;
                        }
                    }
                    seen += 1;
                }
            }
        }
        if decimal.length == 0 {
            decimal.negative = false;
            decimal.magnitude = 0;
        }
        decimal
    }

    /// The value times a power of ten, rounded towards minus infinity; `None` when its magnitude is 1e31 or more.
    #[must_use]
    pub fn floor_scaled(&self, power: i32) -> Option<i128> {
        let magnitude = self.magnitude + power;
        if magnitude > 30 {
            return None;
        }
        let mut whole: i128 = 0;
        for place in 0..=magnitude {
            let digit = self
                .digits
                .get(usize::try_from(place).ok()?)
                .copied()
                .unwrap_or_default();
            whole = whole * 10 + i128::from(digit);
        }
        let kept = usize::try_from(magnitude + 1).unwrap_or_default();
        let exact = self.length <= kept;
        Some(if self.negative {
            -whole - i128::from(!exact)
        } else {
            whole
        })
    }

    /// Appends the canonical text of this value.
    pub fn write(&self, out: &mut String) {
        if self.length == 0 {
            return out.push('0');
        }
        if self.negative {
            out.push('-');
        }
        let length = i32::try_from(self.length).unwrap_or_default();
        let digit = |place: usize| char::from(b'0' + self.digits[place]);
        if self.magnitude >= MAX_PLAIN || self.magnitude - length < -MAX_PLAIN {
            out.extend((0..self.length).map(digit));
            out.push('e');
            out.push_str(&(self.magnitude + 1 - length).to_string());
            return;
        }
        if self.magnitude < 0 {
            out.push_str("0.");
            out.extend((1..-self.magnitude).map(|_| '0'));
            out.extend((0..self.length).map(digit));
            return;
        }
        for place in 0..usize::max(self.length, usize::try_from(self.magnitude + 1).unwrap_or_default()) {
            if i32::try_from(place).is_ok_and(|place| place == self.magnitude + 1) {
                out.push('.');
            }
            out.push(if place < self.length { digit(place) } else { '0' });
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |decimal: &Self| match (decimal.length, decimal.negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let size = || (self.magnitude, self.digits).cmp(&(other.magnitude, other.digits));
        match (sign(self), sign(other)) {
            (1, 1) => size(),
            (-1, -1) => size().reverse(),
            (ours, theirs) => ours.cmp(&theirs),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Number;

    fn canonical(text: &str) -> String {
        let mut out = String::new();
        Decimal::of(Number::parse(text).unwrap().as_str()).write(&mut out);
        out
    }

    #[test]
    fn one_value_has_one_text() {
        for (text, wanted) in [
            ("7.0", "7"),
            ("7", "7"),
            ("0.70e1", "7"),
            ("-0", "0"),
            ("0.000", "0"),
            ("100", "100"),
            ("1e2", "100"),
            ("0.050", "0.05"),
            ("-12.340", "-12.34"),
            ("1e-7", "0.0000001"),
            ("1e125", "1e125"),
            ("-12e-130", "-12e-130"),
            ("0.00123e3", "1.23"),
            (
                "12345678901234567890123456789012345678",
                "12345678901234567890123456789012345678",
            ),
        ] {
            assert_eq!(canonical(text), wanted, "{text}");
        }
    }

    #[test]
    fn values_compare_as_numbers() {
        let ascending = [
            "-1e100", "-10", "-9.99", "-0.1", "0", "1e-130", "0.09", "0.1", "9", "10", "10.01", "1e2",
        ];
        let decimals: Vec<_> = ascending.iter().map(|text| Decimal::of(text)).collect();
        assert!(decimals.is_sorted());
        assert_eq!(Decimal::of("1.50"), Decimal::of("15e-1"));
    }

    #[test]
    fn scaling_cuts_towards_the_past() {
        for (text, power, wanted) in [
            ("1559040909.3853335", 0, Some(1_559_040_909)),
            ("1559040909.3853335", 9, Some(1_559_040_909_385_333_500)),
            ("-0.5", 0, Some(-1)),
            ("-1.0", 0, Some(-1)),
            ("1e9", 0, Some(1_000_000_000)),
            ("0.1", 0, Some(0)),
            ("0.001", 0, Some(0)),
            ("-0.001", 0, Some(-1)),
            ("1e31", 0, None),
        ] {
            assert_eq!(Decimal::of(text).floor_scaled(power), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_text_has_the_value_of_the_number(text in "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?") {
            let number = Number::parse(&text).unwrap();
            let written = canonical(&text);
            prop_assert_eq!(Number::parse(&written).unwrap().normal_form(), number.normal_form());
            prop_assert_eq!(Decimal::of(&written), Decimal::of(number.as_str()));
        }
    }
}
