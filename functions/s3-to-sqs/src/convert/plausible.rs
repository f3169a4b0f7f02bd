//! The times that look plausible in an object.

use std::ops::RangeInclusive;

use message::{Date, Key, Precision};

/// 1990-01-01. Earlier times usually are a spreadsheet's day numbers, or seconds since a device was switched on.
const EARLIEST: i64 = 631_152_000;
/// The longest time after the upload that is plausible, in seconds: a year.
const AHEAD: i64 = 365 * 24 * 60 * 60;

/// The dates that look plausible.
#[derive(Clone, Debug)]
pub(super) struct Plausible(RangeInclusive<Date>);

impl Plausible {
    /// The plausible dates of an object that was uploaded at this time, in milliseconds since the Unix epoch.
    pub fn of(uploaded: u64) -> Option<Self> {
        let seconds = plausible_seconds(uploaded)?;
        Some(Self(date(*seconds.start())?..=date(*seconds.end())?))
    }

    pub fn has(&self, date: Date) -> bool {
        self.0.contains(&date)
    }
}

/// The plausible times of an object, in seconds since the Unix epoch. `uploaded` is in milliseconds. Whole days count:
/// a time is plausible on any date that the range touches.
pub(super) fn plausible_seconds(uploaded: u64) -> Option<RangeInclusive<i64>> {
    let seconds = i64::try_from(uploaded / 1000).ok()?;
    Some(EARLIEST..=seconds.checked_add(AHEAD)?)
}

fn date(seconds: i64) -> Option<Date> {
    let key = Key::from_timestamp(&seconds.to_string(), Precision::Seconds);
    key.ok().map(|key| key.date)
}
