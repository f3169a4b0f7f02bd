//! The range key: a time of day to the second, or finer where rows would otherwise have the same key.

use std::fmt;
use std::str::FromStr;

use super::{KeyError, fields, push_pair};

/// How much of a timestamp's fraction a [`Time`] keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// `HH:MM:SS`
    #[default]
    Seconds,
    /// `HH:MM:SS.mmm`
    Milliseconds,
    /// `HH:MM:SS.uuuuuu`
    Microseconds,
    /// `HH:MM:SS.nnnnnnnnn`
    Nanoseconds,
}

/// A UTC time of day in the form of its [`Precision`]. Times of different precisions differ even when they name the same
/// instant, because their texts differ, and the texts are the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    time: time::Time,
    precision: Precision,
}

/// The error for a text that is not the name of a [`Precision`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be seconds, milliseconds, microseconds or nanoseconds, not `{0}`")]
pub struct PrecisionError(String);

/// What a precision keeps of a fraction.
pub(super) struct Kept<'f> {
    /// The kept part in nanoseconds.
    pub nanoseconds: u32,
    /// The digits that are dropped.
    pub dropped: &'f str,
}

impl Precision {
    const ALL: [Self; 4] = [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    /// The number of digits after the point.
    fn digits(self) -> u32 {
        self as u32 * 3
    }

    /// The unit of the last digit in nanoseconds.
    pub(super) fn unit(self) -> u32 {
        1000_u32.pow(3 - self as u32)
    }

    /// The part of a fraction that this precision keeps.
    pub(super) fn keep(self, fraction: &str) -> Kept<'_> {
        let (kept, dropped) = fraction.split_at(fraction.len().min(self.digits() as usize));
        let value = kept
            .bytes()
            .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        // At most nine digits are kept.
        let scale = 10_u32.pow(9 - u32::try_from(kept.len()).unwrap_or(9));
        Kept {
            nanoseconds: value * scale,
            dropped,
        }
    }
}

impl Time {
    /// A time of this precision. `time` must not be finer than `precision`.
    pub(super) fn new(time: time::Time, precision: Precision) -> Self {
        Self { time, precision }
    }

    /// Appends the text of the time.
    pub(crate) fn push_to(self, out: &mut String) {
        let (hour, minute, second, nanoseconds) = self.time.as_hms_nano();
        push_pair(out, u32::from(hour));
        for part in [minute, second] {
            out.push(':');
            push_pair(out, u32::from(part));
        }
        if self.precision != Precision::Seconds {
            out.push('.');
            push_fraction(out, nanoseconds, self.precision);
        }
    }
}

/// Appends the digits of a fraction of a second that a precision keeps.
fn push_fraction(out: &mut String, nanoseconds: u32, precision: Precision) {
    let ticks = nanoseconds / precision.unit();
    for place in (0..precision.digits()).rev() {
        let digit = ticks / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

impl FromStr for Precision {
    type Err = PrecisionError;

    fn from_str(text: &str) -> Result<Self, PrecisionError> {
        let named = |precision: &Self| precision.to_string() == text;
        Self::ALL
            .into_iter()
            .find(named)
            .ok_or_else(|| PrecisionError(text.to_owned()))
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        })
    }
}

impl FromStr for Time {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (clock, fraction) = text
            .split_once('.')
            .map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
        let precision = match fraction {
            None => Precision::Seconds,
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => Precision::ALL
                .into_iter()
                .find(|precision| precision.digits() as usize == digits.len())
                .ok_or(KeyError::Time)?,
            Some(_) => return Err(KeyError::Time),
        };
        let parts = fields(clock, "dd:dd:dd", ':').ok_or(KeyError::Time)?;
        let [hour, minute, second] = parts.map(|part| u8::try_from(part).unwrap_or(u8::MAX));
        let nanoseconds = precision.keep(fraction.unwrap_or_default()).nanoseconds;
        time::Time::from_hms_nano(hour, minute, second, nanoseconds)
            .map(|time| Self::new(time, precision))
            .map_err(|_| KeyError::Time)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity("HH:MM:SS.nnnnnnnnn".len());
        self.push_to(&mut text);
        f.write_str(&text)
    }
}
