//! Names that no other test uses, and no earlier run.

use time::{Date, Duration, Month};

/// A text of letters and digits for keys, bodies and names.
#[must_use]
pub fn name() -> String {
    (0..16).map(|_| fastrand::lowercase()).collect()
}

/// A day whose rows belong to one test: somewhere in the years 3000 to 9999, `YYYY-MM-DD`.
#[must_use]
pub fn date() -> String {
    text(day())
}

/// Unix seconds of the first second of a day, and that day, as [`date`] gives it.
#[must_use]
pub fn midnight() -> (i64, String) {
    let day = day();
    (day.midnight().assume_utc().unix_timestamp(), text(day))
}

fn day() -> Date {
    let first = Date::from_calendar_date(3000, Month::January, 1).expect("a day of the calendar");
    first + Duration::days(fastrand::i64(0..365 * 6999))
}

fn text(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}
