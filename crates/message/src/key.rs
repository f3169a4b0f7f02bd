//! The primary key: a UTC date and a UTC time of day.

mod spelling;
#[cfg(test)]
mod tests;
mod time_of_day;

use std::fmt;
use std::str::FromStr;

use time::{Month, OffsetDateTime};

use time_of_day::Kept;
pub use time_of_day::{Precision, PrecisionError, Time};

/// One second in nanoseconds.
const SECOND: u32 = 1_000_000_000;
/// The most digits of seconds that are certainly in the range of an `i64`.
const MAX_DIGITS: usize = 18;

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

/// Why a text is not a key, date, time or timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not `YYYY-MM-DD`, or names no day of the calendar.
    #[error("must be a date of the form YYYY-MM-DD, such as 2019-05-28")]
    Date,
    /// The text is not `HH:MM:SS`, with three, six or nine digits after a point or without them, or names no time of day.
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
    /// The key of a row. `timestamp` is Unix seconds with an optional fraction and an optional exponent. Digits that are finer
    /// than `precision` are dropped towards the past, so that an instant never moves into the next second.
    ///
    /// # Errors
    /// [`KeyError::Timestamp`] or [`KeyError::Range`].
    pub fn from_timestamp(timestamp: &str, precision: Precision) -> Result<Self, KeyError> {
        let is_negative = timestamp.starts_with('-');
        let unsigned = timestamp.strip_prefix(['-', '+']).unwrap_or(timestamp);
        if let Some((seconds, fraction)) = plain_decimal(unsigned) {
            return Self::from_digits(is_negative, seconds, fraction, precision);
        }
        let (whole, fraction) = spelling::digits_of(unsigned).ok_or(KeyError::Timestamp)?;
        // Only the number of digits can make this fail.
        let seconds = whole.parse().map_err(|_| KeyError::Range)?;
        Self::from_digits(is_negative, seconds, &fraction, precision)
    }

    /// The key of an instant, in seconds before or after the Unix epoch and the digits of their fraction.
    fn from_digits(is_negative: bool, seconds: i64, fraction: &str, precision: Precision) -> Result<Self, KeyError> {
        let Kept { nanoseconds, dropped } = precision.keep(fraction);
        if !is_negative {
            return Self::at(seconds, nanoseconds, precision);
        }
        // Count back from the whole second; dropped digits go towards the past, too.
        let drops = dropped.bytes().any(|digit| digit != b'0');
        let back = nanoseconds + u32::from(drops) * precision.unit();
        Self::at(-seconds - i64::from(back > 0), (SECOND - back) % SECOND, precision)
    }

    /// The key of an instant, in seconds since the Unix epoch and the nanoseconds after that second.
    fn at(seconds: i64, nanoseconds: u32, precision: Precision) -> Result<Self, KeyError> {
        let instant = OffsetDateTime::from_unix_timestamp(seconds)
            .and_then(|instant| instant.replace_nanosecond(nanoseconds))
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

/// The seconds of a timestamp without a sign, and the digits of its fraction: at most 18 digits, and maybe a point with digits after
/// it. Almost every timestamp has this form. `None` for any other text.
fn plain_decimal(timestamp: &str) -> Option<(i64, &str)> {
    let is_digit = |byte: &&u8| byte.is_ascii_digit();
    let (mut seconds, mut length) = (0, 0);
    for digit in timestamp.as_bytes().iter().take(MAX_DIGITS).take_while(is_digit) {
        seconds = seconds * 10 + i64::from(digit - b'0');
        length += 1;
    }
    let fraction = match timestamp.as_bytes()[length..] {
        [] => "",
        [b'.', _, ..] => &timestamp[length + 1..],
        _ => return None,
    };
    (length > 0 && fraction.bytes().all(|byte| byte.is_ascii_digit())).then_some((seconds, fraction))
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

/// The three numbers of `text`, if it has exactly the form of `pattern`, in which `d` stands for a digit.
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
    /// Appends the text of the date.
    pub(crate) fn push_to(self, out: &mut String) {
        let (year, month, day) = self.0.to_calendar_date();
        push_pair(out, year.unsigned_abs() / 100);
        push_pair(out, year.unsigned_abs());
        out.push('-');
        push_pair(out, u32::from(u8::from(month)));
        out.push('-');
        push_pair(out, u32::from(day));
    }
}

/// The numbers from 00 to 99, one after the other.
const PAIRS: &str = "0001020304050607080910111213141516171819\
                     2021222324252627282930313233343536373839\
                     4041424344454647484950515253545556575859\
                     6061626364656667686970717273747576777879\
                     8081828384858687888990919293949596979899";

/// Appends the last two decimal digits of a number. It runs for every row: both digits at once cost less than one by one, and much
/// less than `format!`.
#[inline]
fn push_pair(out: &mut String, number: u32) {
    let pair = number as usize % 100 * 2;
    out.push_str(&PAIRS[pair..pair + 2]);
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity("YYYY-MM-DD".len());
        self.push_to(&mut text);
        f.write_str(&text)
    }
}
