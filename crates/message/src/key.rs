//! The primary key: a UTC date and a UTC time of day.

mod spelling;
#[cfg(test)]
mod tests;
mod time_of_day;

use std::fmt;
use std::str::FromStr;

use time::{Month, OffsetDateTime};

pub use time_of_day::{Precision, PrecisionError, Time};

use crate::number::split_once;

/// One second in nanoseconds.
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
        let (whole, fraction) = split_once(timestamp, |byte| byte == b'.').unwrap_or((timestamp, "0"));
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
            // Count back from the whole second; dropped digits go towards the past, too.
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
        push_digits(out, year.unsigned_abs(), 4);
        out.push('-');
        push_digits(out, u32::from(u8::from(month)), 2);
        out.push('-');
        push_digits(out, u32::from(day), 2);
    }
}

/// Appends the last `width` decimal digits of a number. It runs for every row, so it does without `format!`.
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
