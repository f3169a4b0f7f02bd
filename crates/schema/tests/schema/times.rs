//! Cells that are times.

use serde_json::json;

use crate::fields::{n, reads, rejects, s};

#[test]
fn times_are_iso_8601() {
    reads("date", &json!({}), &[("2024-02-29", s("2024-02-29"))]);
    reads("date", &json!({"format": "%d.%m.%Y"}), &[("1.3.2024", s("2024-03-01"))]);
    reads(
        "time",
        &json!({}),
        &[("10:55:09.50", s("10:55:09.5")), ("10:55:00", s("10:55:00"))],
    );
    reads("time", &json!({"format": "%I:%M %p"}), &[("12:05 AM", s("00:05:00"))]);
    reads(
        "datetime",
        &json!({}),
        &[
            ("2024-03-31T01:30:00", s("2024-03-31T01:30:00")),
            ("2024-03-31 01:30:00.250", s("2024-03-31T01:30:00.25")),
            ("2024-03-31T01:30:00+02:00", s("2024-03-30T23:30:00Z")),
        ],
    );
    reads(
        "datetime",
        &json!({"format": "%d/%b/%Y:%H:%M:%S %z"}),
        &[("31/Mar/2024:01:30:00 +0200", s("2024-03-30T23:30:00Z"))],
    );
    reads("year", &json!({}), &[("2024", n("2024")), ("0987", n("987"))]);
    reads("year", &json!({"dynamodb:type": "S"}), &[("0987", s("0987"))]);
    reads("yearmonth", &json!({}), &[("2024-03", s("2024-03"))]);
    rejects(
        "date",
        &json!({}),
        &[
            ("2023-02-29", "is a date or a time of day that does not exist"),
            (
                "31.03.2024",
                "must be a date of the form YYYY-MM-DD, such as 2024-03-31",
            ),
            ("0000-01-01", "must lie in the years 0001 to 9999"),
        ],
    );
    rejects(
        "date",
        &json!({"format": "%d.%m.%Y"}),
        &[("2024-03-31", "must be a date of the form %d.%m.%Y")],
    );
    rejects(
        "time",
        &json!({}),
        &[
            ("24:00:00", "is a date or a time of day that does not exist"),
            (
                "10:55:09Z",
                "must be a time of day of the form HH:MM:SS, such as 10:55:09 or 10:55:09.385, without an offset",
            ),
        ],
    );
    rejects(
        "datetime",
        &json!({}),
        &[
            ("0001-01-01T00:00:00+02:00", "must lie in the years 0001 to 9999"),
            (
                "2024-03-31T01:30:00.1234567891",
                "has more than nine digits of a second",
            ),
        ],
    );
    rejects(
        "year",
        &json!({}),
        &[("24", "must be a year of four digits, such as 2024")],
    );
}

#[test]
fn local_times_have_a_zone() {
    let berlin = |ambiguous: &str| json!({"dynamodb:timeZone": "Europe/Berlin", "dynamodb:ambiguous": ambiguous});
    let twice = "2024-10-27T02:30:00";
    reads("datetime", &berlin("earlier"), &[(twice, s("2024-10-27T00:30:00Z"))]);
    reads(
        "datetime",
        &berlin("later"),
        &[
            (twice, s("2024-10-27T01:30:00Z")),
            ("2024-10-27T02:30:00Z", s("2024-10-27T02:30:00Z")),
        ],
    );
    rejects(
        "datetime",
        &berlin("reject"),
        &[
            (
                twice,
                "exists twice in Europe/Berlin, when the clocks were put back; say which with `dynamodb:ambiguous`, or write the offset",
            ),
            (
                "2024-03-31T02:30:00",
                "does not exist in Europe/Berlin: the clocks were put forward over it",
            ),
        ],
    );
    rejects(
        "datetime",
        &berlin("later"),
        &[(
            "2024-03-31T02:30:00",
            "does not exist in Europe/Berlin: the clocks were put forward over it",
        )],
    );
}

#[test]
fn numbers_can_be_times() {
    reads(
        "number",
        &json!({"dynamodb:epoch": "s"}),
        &[("1559040909.3853335", n("1559040909.3853335")), ("1e9", n("1e9"))],
    );
    reads(
        "integer",
        &json!({"dynamodb:epoch": "ms", "dynamodb:type": "S"}),
        &[("1559040909385", s("2019-05-28T10:55:09.385Z"))],
    );
    for (unit, number) in [("us", "1559040909385333"), ("ns", "1559040909385333000")] {
        let time = s("2019-05-28T10:55:09.385333Z");
        reads(
            "integer",
            &json!({"dynamodb:epoch": unit, "dynamodb:type": "S"}),
            &[(number, time)],
        );
    }
    rejects(
        "number",
        &json!({"dynamodb:epoch": "s"}),
        &[(
            "1559040909385",
            "must lie in the years 0001 to 9999; is the unit of `dynamodb:epoch` right?",
        )],
    );
}

#[test]
fn the_last_local_hours_of_9999_are_read() {
    let in_zone = |zone: &str| json!({"dynamodb:timeZone": zone});
    reads(
        "datetime",
        &in_zone("Asia/Tokyo"),
        &[("9999-12-31T23:59:59", s("9999-12-31T14:59:59Z"))],
    );
    rejects(
        "datetime",
        &in_zone("America/New_York"),
        &[("9999-12-31T19:00:00", "must lie in the years 0001 to 9999")],
    );
}
