//! Points in time as a record has them.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::{Date, Month, OffsetDateTime};
use uuid::Uuid;

/// A point in time in milliseconds since the Unix epoch. Its text is ISO 8601 in UTC, such as `2026-11-28T22:45:48.123Z`, so
/// that texts sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// The error for a text that is not a [`Timestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a time such as 2026-11-28T22:45:48.123Z")]
pub struct TimestampError;

/// The last millisecond of the year 9999, the last year with four digits.
const LAST: u64 = 253_402_300_799_999;
/// The form of the text; `0` stands for a digit.
const FORM: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
/// The number of bits after the time in milliseconds in a UUID of version 7.
///
/// <https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7>
const BITS_BEHIND_TIME: u32 = 80;

impl Timestamp {
    /// The time of this many milliseconds since the Unix epoch. A time after the year 9999 becomes the end of that year.
    #[must_use]
    pub fn from_millis(millis: u64) -> Self {
        Self(millis.min(LAST))
    }

    /// The time of a clock. A time before the Unix epoch becomes the epoch.
    #[must_use]
    pub fn of(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_millis(u64::try_from(since.as_millis()).unwrap_or(LAST))
    }

    /// The time of the upload, which the ingest id contains.
    #[must_use]
    pub fn of_upload(ingest_id: Uuid) -> Self {
        Self::from_millis(u64::try_from(ingest_id.as_u128() >> BITS_BEHIND_TIME).unwrap_or(LAST))
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn millis(self) -> u64 {
        self.0
    }

    /// The day in UTC, `YYYY-MM-DD`.
    #[must_use]
    pub fn day(self) -> String {
        let mut text = self.to_string();
        text.truncate("0000-00-00".len());
        text
    }

    /// The time `more` later, in seconds since the Unix epoch.
    #[must_use]
    pub(crate) fn seconds_after(self, more: Duration) -> u64 {
        self.0 / 1000 + more.as_secs()
    }

    /// The duration from `earlier` to this time; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.0 / 1000).unwrap_or_default();
        let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (year, month, day) = time.to_calendar_date();
        let (hour, minute, second) = time.to_hms();
        write!(
            f,
            "{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
            u8::from(month),
            self.0 % 1000
        )
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let fits = |(byte, form): (u8, &u8)| {
            if *form == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == *form
            }
        };
        if text.len() != FORM.len() || !text.bytes().zip(FORM).all(fits) {
            return Err(TimestampError);
        }
        let number = |start: usize, length: usize| text[start..start + length].parse::<u16>().ok();
        let small = |start: usize| u8::try_from(number(start, 2)?).ok();
        let parsed = || {
            let month = Month::try_from(small(5)?).ok()?;
            let date = Date::from_calendar_date(number(0, 4)?.into(), month, small(8)?).ok()?;
            let time = date
                .with_hms_milli(small(11)?, small(14)?, small(17)?, number(20, 3)?)
                .ok()?;
            u64::try_from(time.assume_utc().unix_timestamp_nanos() / 1_000_000).ok()
        };
        parsed().map(Self).ok_or(TimestampError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_text_to_the_millisecond_and_back() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_559_040_909_385, "2019-05-28T10:55:09.385Z"),
            (1_559_040_909_000, "2019-05-28T10:55:09.000Z"),
            (LAST, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_string(), text);
            assert_eq!(text.parse(), Ok(Timestamp::from_millis(millis)));
        }
        assert_eq!(Timestamp::from_millis(u64::MAX), Timestamp::from_millis(LAST));
        for text in [
            "",
            "2019-05-28T10:55:09Z",
            "2019-13-28T10:55:09.385Z",
            "2019-05-28T24:55:09.385Z",
            "2019-05-28 10:55:09.385Z",
            "1969-12-31T23:59:59.999Z",
            "ü019-05-28T10:55:09.38Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
    }

    #[test]
    fn an_ingest_id_has_the_time_of_the_upload() {
        let id = Uuid::from_u128(0x0197_f2f4_6a4e_7cc3_98c4_dc0c_0c07_398f);
        let uploaded = Timestamp::of_upload(id);
        assert_eq!(uploaded.to_string(), "2025-07-10T06:09:53.742Z");
        assert_eq!(uploaded.day(), "2025-07-10");
    }
}
