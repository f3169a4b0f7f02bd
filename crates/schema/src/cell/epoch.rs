//! Numbers that are times since 1970.

use jiff::Timestamp;

use super::decimal::Decimal;
use super::moment::{EpochUnit, Moment};
use super::problem::CellProblem;

const YEARS_HINT: &str = "; is the unit of `dynamodb:epoch` right?";

/// The time of a number. What is finer than a nanosecond is cut towards the past. `text` is a number in JSON's notation.
pub(crate) fn moment(text: &str, unit: EpochUnit) -> Result<Moment, CellProblem> {
    let instant = match plain(text, unit) {
        Some(instant) => instant,
        None => by_value(text, unit).ok_or(CellProblem::Years(YEARS_HINT))?,
    };
    Moment::at(instant).map_err(|_| CellProblem::Years(YEARS_HINT))
}

/// The instant of digits with an optional fraction, not negative: what nearly every cell has.
fn plain(text: &str, unit: EpochUnit) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let point = bytes.iter().position(|byte| *byte == b'.').unwrap_or(bytes.len());
    let (whole, fraction) = (&bytes[..point], bytes.get(point + 1..).unwrap_or_default());
    // Far from the end of i64.
    if whole.is_empty() || whole.len() > 17 || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let number = |digits: &[u8]| digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    let scale = unit.nanosecond_digits();
    let mut below_unit = 0;
    for place in 0..scale as usize {
        let digit = fraction.get(place).map_or(0, |digit| i64::from(digit - b'0'));
        below_unit = below_unit * 10 + digit;
    }
    let units_per_second = 10_i64.pow(9 - scale);
    let units = number(whole);
    let nanoseconds = units % units_per_second * 10_i64.pow(scale) + below_unit;
    Timestamp::new(units / units_per_second, i32::try_from(nanoseconds).ok()?).ok()
}

fn by_value(text: &str, unit: EpochUnit) -> Option<Timestamp> {
    let power = i32::try_from(unit.nanosecond_digits()).ok()?;
    Timestamp::from_nanosecond(Decimal::of(text).floor_scaled(power)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::moment::MomentKind;

    fn read(text: &str, unit: EpochUnit) -> Result<String, CellProblem> {
        let mut out = String::new();
        moment(text, unit)?.write(MomentKind::DateTime, &mut out);
        Ok(out)
    }

    #[test]
    fn each_unit_is_read_exactly() {
        for (text, unit, wanted) in [
            ("1559040909.3853335", EpochUnit::Seconds, "2019-05-28T10:55:09.3853335Z"),
            ("1559040909385", EpochUnit::Milliseconds, "2019-05-28T10:55:09.385Z"),
            ("1559040909385333.5", EpochUnit::Microseconds, "2019-05-28T10:55:09.3853335Z"),
            ("1559040909385333500", EpochUnit::Nanoseconds, "2019-05-28T10:55:09.3853335Z"),
            ("1559040909.99999999999", EpochUnit::Seconds, "2019-05-28T10:55:09.999999999Z"),
            ("1e9", EpochUnit::Seconds, "2001-09-09T01:46:40Z"),
            ("-0.5", EpochUnit::Seconds, "1969-12-31T23:59:59.5Z"),
            ("-62135596800", EpochUnit::Seconds, "0001-01-01T00:00:00Z"),
            ("0", EpochUnit::Seconds, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(text, unit).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn years_that_have_no_name_are_refused() {
        for text in ["253402300800", "-62135596801", "1559040909385", "1e30", "1e125", "99999999999999999"] {
            assert_eq!(read(text, EpochUnit::Seconds), Err(CellProblem::Years(YEARS_HINT)), "{text}");
        }
    }
}
