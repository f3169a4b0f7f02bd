//! The primary key: a UTC date and a UTC time of day.

mod spelling;
mod time_of_day;

use std::fmt;
use std::str::FromStr;

use time::{Month, OffsetDateTime};

pub use time_of_day::{Precision, PrecisionError, Time};

/// Nanoseconds.
const SECOND: i64 = 1_000_000_000;

/// The primary key of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Hash key.
    pub date: Date,
    /// Range key.
    pub time: Time,
}

/// A UTC calendar date, `YYYY-MM-DD`, from year 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

/// Why a text is no key, date, time or timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not `YYYY-MM-DD`, or names no day of the calendar.
    #[error("must be a date of the form YYYY-MM-DD, such as 2019-05-28")]
    Date,
    /// The text is not `HH:MM:SS` with no, three, six or nine digits behind a point, or names no time of day.
    #[error("must be a UTC time of day of the form HH:MM:SS, such as 10:55:09 or, to the millisecond, 10:55:09.385")]
    Time,
    /// The text is not decimal Unix seconds.
    #[error("must be Unix seconds with an optional fraction, such as 1559040909.3853335")]
    Timestamp,
    /// The instant is outside the years 0001 to 9999, which `YYYY-MM-DD` can name.
    #[error("must lie in the years 0001 to 9999: Unix seconds, not milliseconds or smaller units")]
    Range,
}

impl Key {
    /// The key of a row: `timestamp` is Unix seconds with an optional fraction and an optional exponent. What of the fraction is finer than
    /// `precision` is dropped towards the past, so that an instant is never moved into the next second.
    ///
    /// # Errors
    /// [`KeyError::Timestamp`] or [`KeyError::Range`].
    pub fn from_timestamp(timestamp: &str, precision: Precision) -> Result<Self, KeyError> {
        let (whole, fraction) = timestamp.split_once('.').unwrap_or((timestamp, "0"));
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if all_digits(digits) && all_digits(fraction) {
            return Self::from_digits(whole, fraction, precision);
        }
        let (whole, fraction) = spelling::digits_of(timestamp).ok_or(KeyError::Timestamp)?;
        Self::from_digits(&whole, &fraction, precision)
    }

    /// The key of the seconds `whole`, which may have a sign, and the digits of their fraction.
    fn from_digits(whole: &str, fraction: &str, precision: Precision) -> Result<Self, KeyError> {
        // Only the number of digits can make this fail.
        let seconds: i64 = whole.parse().map_err(|_| KeyError::Range)?;
        let nanoseconds = precision.nanoseconds(fraction);
        let (seconds, nanoseconds) = if whole.starts_with('-') {
            // Backwards from the whole second; the dropped digits go towards the past too.
            let back = i64::from(nanoseconds.kept) + i64::from(nanoseconds.dropped) * i64::from(precision.unit());
            (seconds.saturating_sub(i64::from(back > 0)), (SECOND - back) % SECOND)
        } else {
            (seconds, i64::from(nanoseconds.kept))
        };
        let instant = OffsetDateTime::from_unix_timestamp(seconds)
            .and_then(|instant| instant.replace_nanosecond(u32::try_from(nanoseconds).unwrap_or_default()))
            .map_err(|_| KeyError::Range)?;
        if instant.year() < 1 {
            return Err(KeyError::Range);
        }
        Ok(Self {
            date: Date(instant.date()),
            time: Time::new(instant.time(), precision),
        })
    }
}

impl FromStr for Date {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let [year, month, day] = fields(text, "dddd-dd-dd", '-').ok_or(KeyError::Date)?;
        let month = u8::try_from(month)
            .ok()
            .and_then(|month| Month::try_from(month).ok())
            .ok_or(KeyError::Date)?;
        let day = u8::try_from(day).map_err(|_| KeyError::Date)?;
        if year == 0 {
            return Err(KeyError::Date);
        }
        time::Date::from_calendar_date(i32::from(year), month, day)
            .map(Self)
            .map_err(|_| KeyError::Date)
    }
}

/// The three numbers of `text`, when it has exactly the form of `pattern`, in which `d` stands for a digit.
fn fields(text: &str, pattern: &str, separator: char) -> Option<[u16; 3]> {
    let fits = text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            _ => byte == form,
        });
    if !fits {
        return None;
    }
    let mut parts = text.split(separator).map(str::parse);
    Some([parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?])
}

impl Date {
    /// Appends its text.
    pub(crate) fn push_to(self, out: &mut String) {
        let (year, month, day) = self.0.to_calendar_date();
        push_digits(out, year.unsigned_abs(), 4);
        out.push('-');
        push_digits(out, u32::from(u8::from(month)), 2);
        out.push('-');
        push_digits(out, u32::from(day), 2);
    }
}

/// Appends the last `width` decimal digits of a number. Written for every row, which is why it is not left to `format!`.
fn push_digits(out: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity("YYYY-MM-DD".len());
        self.push_to(&mut text);
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(timestamp: &str) -> Result<(String, String), KeyError> {
        let key = Key::from_timestamp(timestamp, Precision::Seconds);
        key.map(|key| (key.date.to_string(), key.time.to_string()))
    }

    fn time(timestamp: &str, precision: Precision) -> String {
        Key::from_timestamp(timestamp, precision).unwrap().time.to_string()
    }

    #[test]
    fn a_timestamp_becomes_date_and_time() {
        for (timestamp, date, time) in [
            ("1559040909.3853335", "2019-05-28", "10:55:09"),
            ("1559040909.9999999", "2019-05-28", "10:55:09"),
            ("978339665", "2001-01-01", "09:01:05"),
            ("0", "1970-01-01", "00:00:00"),
            ("-1", "1969-12-31", "23:59:59"),
            ("-0.5", "1969-12-31", "23:59:59"),
            ("-1.0", "1969-12-31", "23:59:59"),
            ("253402300799.9", "9999-12-31", "23:59:59"),
            ("-62135596800", "0001-01-01", "00:00:00"),
        ] {
            assert_eq!(key(timestamp), Ok((date.into(), time.into())), "{timestamp}");
        }
    }

    #[test]
    fn a_fraction_is_cut_and_never_rounded() {
        use Precision::{Microseconds, Milliseconds, Nanoseconds, Seconds};
        for (timestamp, precision, expected) in [
            ("1559040909.3853335", Milliseconds, "10:55:09.385"),
            ("1559040909.3853335", Microseconds, "10:55:09.385333"),
            ("1559040909.3853335", Nanoseconds, "10:55:09.385333500"),
            ("1559040909.99999999999", Seconds, "10:55:09"),
            ("1559040909.99999999999", Milliseconds, "10:55:09.999"),
            ("1559040909.99999999999", Nanoseconds, "10:55:09.999999999"),
            ("1559040909", Microseconds, "10:55:09.000000"),
            ("1559040909.5", Milliseconds, "10:55:09.500"),
            ("-0.25", Milliseconds, "23:59:59.750"),
            ("-0.0001", Milliseconds, "23:59:59.999"),
            ("-0.9999", Milliseconds, "23:59:59.000"),
            ("-0.00000000001", Nanoseconds, "23:59:59.999999999"),
            ("-1.000", Milliseconds, "23:59:59.000"),
            ("-0.0", Nanoseconds, "00:00:00.000000000"),
        ] {
            assert_eq!(time(timestamp, precision), expected, "{timestamp} in {precision:?}");
        }
    }

    #[test]
    fn keys_are_ordered_as_their_texts() {
        let mut times: Vec<Time> = [
            "10:55:09",
            "10:55:09.000",
            "10:55:09.001",
            "10:55:09.000000",
            "09:00:00.5",
        ]
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
        let mut texts: Vec<_> = times.iter().map(ToString::to_string).collect();
        times.sort_unstable();
        texts.sort_unstable();
        assert_eq!(times.len(), 4, "a tenth of a second is none of the forms");
        assert_eq!(times.iter().map(ToString::to_string).collect::<Vec<_>>(), texts);
        times.dedup();
        assert_eq!(times.len(), 4, "other texts are other keys");
    }

    proptest! {
        /// Against exact arithmetic: the key names the last tick at or before the instant.
        #[test]
        fn a_key_is_the_last_tick_before_the_instant(
            negative: bool,
            seconds in 0..60_000_000_000_u64,
            fraction in "[0-9]{1,12}",
            precision in prop_oneof![
                Just(Precision::Seconds),
                Just(Precision::Milliseconds),
                Just(Precision::Microseconds),
                Just(Precision::Nanoseconds),
            ],
        ) {
            let sign = if negative { "-" } else { "" };
            let key = Key::from_timestamp(&format!("{sign}{seconds}.{fraction}"), precision).unwrap();

            let picoseconds: i128 = format!("{seconds}{fraction:0<12}").parse().unwrap();
            let picoseconds = if negative { -picoseconds } else { picoseconds };
            let tick = i128::from(precision.unit()) * 1000;
            let nanoseconds = picoseconds.div_euclid(tick) * tick / 1000;
            let expected = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap();
            let (date, time) = (Date(expected.date()), Time::new(expected.time(), precision));
            prop_assert_eq!(key, Key { date, time });
            prop_assert_eq!(key.time.to_string().parse(), Ok(key.time));
        }
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        for text in [
            "", "-", ".", "-.", "e9", ".e9", "1e", "1e+", "1e1.5", "1e9e9", "NaN", "inf", "1,559", "0x10", "1.2.3",
            "--1", " 1", "١",
        ] {
            assert_eq!(key(text), Err(KeyError::Timestamp), "{text:?}");
        }
        for text in [
            "1559040909385",
            "253402300800",
            "-62135596801",
            "99999999999999999999",
            "-9223372036854775808.5",
        ] {
            assert_eq!(key(text), Err(KeyError::Range), "{text:?}");
        }
    }

    #[test]
    fn dates_and_times_have_one_form_only() {
        for date in ["2019-05-28", "2020-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(date.parse::<Date>().unwrap().to_string(), date);
        }
        for date in [
            "",
            "2019-5-28",
            "2019-02-29",
            "2019-13-01",
            "2019-00-10",
            "0000-01-01",
            "28-05-2019",
            "2019/05/28",
        ] {
            assert_eq!(date.parse::<Date>(), Err(KeyError::Date), "{date:?}");
        }
        for time in [
            "00:00:00",
            "23:59:59",
            "10:55:09.000",
            "10:55:09.385333",
            "10:55:09.385333501",
        ] {
            assert_eq!(time.parse::<Time>().unwrap().to_string(), time);
        }
        for time in [
            "",
            "24:00:00",
            "10:60:00",
            "10:55",
            "10:55:9",
            "10:55:09Z",
            "10:55:09.",
            "10:55:09.5",
            "10:55:09.5000000000",
            "10:55:09,500",
            "10:55:09.5é",
            "10:55:09.+50",
            "10-55-09",
            "１0:55:0",
        ] {
            assert_eq!(time.parse::<Time>(), Err(KeyError::Time), "{time:?}");
        }
    }
}
