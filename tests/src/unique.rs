//! Names and dates that no other test and no earlier run uses.

use std::fs::{self, File};
use std::io::ErrorKind;

use time::{Date, Duration, Month};

use crate::stack::path_from_env;

/// A text of letters and digits for keys, bodies and names.
#[must_use]
pub fn name() -> String {
    (0..16).map(|_| fastrand::lowercase()).collect()
}

/// A day whose rows belong to one test, in the years 3000 to 9999, as `YYYY-MM-DD`.
#[must_use]
pub fn date() -> String {
    text(day())
}

/// The Unix time of the first second of a day, and that day in the form of [`date`].
#[must_use]
pub fn midnight() -> (i64, String) {
    let day = day();
    (day.midnight().assume_utc().unix_timestamp(), text(day))
}

/// A day that no other test gets. Of several hundred random days, two would be the same in one of fifty runs, so the days in use
/// are recorded beside the stack's data and deleted with them.
fn day() -> Date {
    let first = Date::from_calendar_date(3000, Month::January, 1).expect("a day of the calendar");
    let taken = path_from_env("STACK_OUTPUTS").with_file_name("tmp").join("days");
    fs::create_dir_all(&taken).expect("a folder can be made");
    loop {
        let day = first + Duration::days(fastrand::i64(0..365 * 6999));
        match File::create_new(taken.join(text(day))) {
            Ok(_) => return day,
            Err(error) => assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{}: {error}", taken.display()),
        }
    }
}

fn text(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}
