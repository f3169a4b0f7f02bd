//! Keys of timestamps and of texts.

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
        "", "-", ".", "-.", "e9", ".e9", "1e", "1e+", "1e1.5", "1e9e9", "NaN", "inf", "1,559", "0x10", "1.2.3", "--1",
        " 1", "١",
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
