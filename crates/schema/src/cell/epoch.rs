//! Numbers that are times since 1970.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use message::Decimal;

use super::moment::{EpochUnit, Moment};
use super::violation::CellViolation;

const YEARS_HINT: &str = "; is the unit of `dynamodb:epoch` right?";

/// The time that a number means. Digits finer than a nanosecond are cut towards the past. `text` is a number in JSON's
/// notation.
pub(crate) fn moment(text: &str, unit: EpochUnit) -> Result<Moment, CellViolation> {
    let utc = plain(text, unit).or_else(|| by_value(text, unit));
    moment_at(utc.ok_or(CellViolation::Years(YEARS_HINT))?)
}

/// The time that a number means, from its date and time in UTC.
pub(crate) fn moment_at(utc: DateTime) -> Result<Moment, CellViolation> {
    Moment::in_utc(utc).map_err(|_| CellViolation::Years(YEARS_HINT))
}

/// The date and time in UTC from the nanoseconds since 1970.
pub(crate) fn utc_of_nanoseconds(nanoseconds: i128) -> Option<DateTime> {
    let second = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
    utc(second, i32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?)
}

/// The date and time in UTC from the seconds and nanoseconds since 1970.
pub(crate) fn utc(second: i64, nanosecond: i32) -> Option<DateTime> {
    /// jiff's time line ends 26 hours before the year 9999 does, so that an instant has a date in every zone.
    const END: SignedDuration = SignedDuration::from_hours(26);
    let utc_of = |second| Some(Offset::UTC.to_datetime(Timestamp::new(second, nanosecond).ok()?));
    utc_of(second).or_else(|| utc_of(second.checked_sub(END.as_secs())?)?.checked_add(END).ok())
}

/// The most digits before the point that certainly do not overflow.
const MAX_WHOLE: usize = 17;
/// The most characters of a number that DynamoDB certainly takes.
const MAX_LENGTH: usize = 38;

/// The date and time in UTC of a number in the most common notation: digits without leading zeros and an optional fraction,
/// without a sign or an exponent. `None` for other numbers.
pub(crate) fn plain(text: &str, unit: EpochUnit) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let mut units: i64 = 0;
    let mut whole_length = 0;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        units = units.wrapping_mul(10).wrapping_add(i64::from(digit));
        whole_length += 1;
    }
    if !(1..=MAX_WHOLE).contains(&whole_length) || (bytes[0] == b'0' && whole_length > 1) || bytes.len() > MAX_LENGTH {
        return None;
    }
    let scale = unit.nanosecond_digits();
    let mut below_unit: i64 = 0;
    let mut open = scale;
    match &bytes[whole_length..] {
        [] => {}
        [b'.', fraction @ ..] if !fraction.is_empty() => {
            for byte in fraction {
                let digit = byte.wrapping_sub(b'0');
                if digit > 9 {
                    return None;
                }
                if open > 0 {
                    below_unit = below_unit * 10 + i64::from(digit);
                    open -= 1;
                }
            }
        }
        _ => return None,
    }
    below_unit *= POWERS[open as usize];
    let (seconds, rest) = if unit == EpochUnit::Seconds {
        (units, 0)
    } else {
        let per_second = POWERS[9 - scale as usize];
        (units / per_second, units % per_second * POWERS[scale as usize])
    };
    utc(seconds, i32::try_from(rest + below_unit).ok()?)
}

/// Powers of ten.
const POWERS: [i64; 10] = [
    1,
    10,
    100,
    1000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
];

fn by_value(text: &str, unit: EpochUnit) -> Option<DateTime> {
    let power = i32::try_from(unit.nanosecond_digits()).ok()?;
    utc_of_nanoseconds(Decimal::of(text).floor_scaled(power)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::moment::MomentKind;

    fn read(text: &str, unit: EpochUnit) -> Result<String, CellViolation> {
        let mut out = String::new();
        moment(text, unit)?.write(MomentKind::DateTime, &mut out);
        Ok(out)
    }

    #[test]
    fn each_unit_is_read_exactly() {
        for (text, unit, wanted) in [
            ("1559040909.3853335", EpochUnit::Seconds, "2019-05-28T10:55:09.3853335Z"),
            ("1559040909385", EpochUnit::Milliseconds, "2019-05-28T10:55:09.385Z"),
            (
                "1559040909385333.5",
                EpochUnit::Microseconds,
                "2019-05-28T10:55:09.3853335Z",
            ),
            (
                "1559040909385333500",
                EpochUnit::Nanoseconds,
                "2019-05-28T10:55:09.3853335Z",
            ),
            (
                "1559040909.99999999999",
                EpochUnit::Seconds,
                "2019-05-28T10:55:09.999999999Z",
            ),
            ("1e9", EpochUnit::Seconds, "2001-09-09T01:46:40Z"),
            ("-0.5", EpochUnit::Seconds, "1969-12-31T23:59:59.5Z"),
            ("-62135596800", EpochUnit::Seconds, "0001-01-01T00:00:00Z"),
            ("253402207200", EpochUnit::Seconds, "9999-12-30T22:00:00Z"),
            ("253402300799.9", EpochUnit::Seconds, "9999-12-31T23:59:59.9Z"),
            ("2.534023007999e11", EpochUnit::Seconds, "9999-12-31T23:59:59.9Z"),
            ("0", EpochUnit::Seconds, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(text, unit).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn years_that_have_no_name_are_refused() {
        for text in [
            "253402300800",
            "-62135596801",
            "1559040909385",
            "1e30",
            "1e125",
            "99999999999999999",
        ] {
            assert_eq!(
                read(text, EpochUnit::Seconds),
                Err(CellViolation::Years(YEARS_HINT)),
                "{text}"
            );
        }
    }
}
