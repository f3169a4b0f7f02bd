//! The primary key: a UTC date and a UTC time of day.

use std::fmt;
use std::str::FromStr;

use time::{Month, OffsetDateTime};

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

/// A UTC time of day, `HH:MM:SS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(time::Time);

/// Why a text is no key, date, time or timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not `YYYY-MM-DD`, or names no day of the calendar.
    #[error("must be a date of the form YYYY-MM-DD, such as 2019-05-28")]
    Date,
    /// The text is not `HH:MM:SS`, or names no time of day.
    #[error("must be a UTC time of day of the form HH:MM:SS, such as 10:55:09")]
    Time,
    /// The text is not decimal Unix seconds.
    #[error("must be Unix seconds with an optional fraction, such as 1559040909.3853335")]
    Timestamp,
    /// The instant is outside the years 0001 to 9999, which `YYYY-MM-DD` can name.
    #[error("must lie in the years 0001 to 9999: Unix seconds, not milliseconds or smaller units")]
    Range,
}

impl Key {
    /// The key of a row: `timestamp` is Unix seconds with an optional fraction, which is dropped towards the past, so
    /// that an instant is never moved into the next second.
    ///
    /// # Errors
    /// [`KeyError::Timestamp`] or [`KeyError::Range`].
    pub fn from_timestamp(timestamp: &str) -> Result<Self, KeyError> {
        let (whole, fraction) = timestamp.split_once('.').unwrap_or((timestamp, "0"));
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(digits) || !all_digits(fraction) {
            return Err(KeyError::Timestamp);
        }
        // Only the number of digits can make this fail.
        let seconds: i64 = whole.parse().map_err(|_| KeyError::Range)?;
        let below_whole = whole.starts_with('-') && fraction.bytes().any(|digit| digit != b'0');
        let instant = OffsetDateTime::from_unix_timestamp(seconds.saturating_sub(i64::from(below_whole)))
            .map_err(|_| KeyError::Range)?;
        if instant.year() < 1 {
            return Err(KeyError::Range);
        }
        Ok(Self {
            date: Date(instant.date()),
            time: Time(instant.time()),
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

impl FromStr for Time {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let parts = fields(text, "dd:dd:dd", ':').ok_or(KeyError::Time)?;
        let [hour, minute, second] = parts.map(|part| u8::try_from(part).unwrap_or(u8::MAX));
        time::Time::from_hms(hour, minute, second)
            .map(Self)
            .map_err(|_| KeyError::Time)
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

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(f, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.0.as_hms();
        write!(f, "{hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(timestamp: &str) -> Result<(String, String), KeyError> {
        Key::from_timestamp(timestamp).map(|key| (key.date.to_string(), key.time.to_string()))
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
    fn what_is_no_timestamp_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "1e9", "NaN", "inf", "1,559", "0x10", "1.2.3", "--1", " 1", "١",
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
        for time in ["00:00:00", "23:59:59"] {
            assert_eq!(time.parse::<Time>().unwrap().to_string(), time);
        }
        for time in [
            "",
            "24:00:00",
            "10:60:00",
            "10:55",
            "10:55:9",
            "10:55:09Z",
            "10-55-09",
            "１0:55:0",
        ] {
            assert_eq!(time.parse::<Time>(), Err(KeyError::Time), "{time:?}");
        }
    }
}
